#!/usr/bin/env bash
# Installs the system libraries Ordrett builds on, where they are missing. Debian/Ubuntu by apt, macOS by Homebrew.
# usage: Scripts/install-packages.sh [build|test|optional]    (optional: programs that Ordrett uses where they are)
set -euo pipefail
what=${1:-build}

if [ "$(uname)" = Darwin ]; then
    command -v brew >/dev/null || { echo "Homebrew is missing: see https://brew.sh" >&2; exit 1; }
    packages=(libsndfile fftw libsoxr espeak-ng libzip pkg-config)
    for package in "${packages[@]}"; do brew list "$package" >/dev/null 2>&1 || brew install "$package"; done
    exit 0
fi

packages=(libsndfile1-dev libfftw3-dev libsoxr-dev libespeak-ng-dev espeak-ng-data libzip-dev libsqlite3-dev pkg-config)
[ "$what" = optional ] && packages+=(apertium-nno-nob)
[ "$what" = test ] && packages+=(python3 python3-venv)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

command -v apt-get >/dev/null || {
    echo "This needs apt-get. On another system install, by its own names: ${missing[*]}" >&2
    exit 1
}
echo "Installing: ${missing[*]}" >&2
sudo=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run as root: apt-get install ${missing[*]}" >&2; exit 1; }
    sudo=sudo
fi
$sudo apt-get install -y -q "${missing[@]}" >/dev/null 2>&1 || {
    $sudo apt-get update -q >/dev/null
    $sudo apt-get install -y -q "${missing[@]}" >&2
}
