#!/usr/bin/env bash
# Makes every export format of a sample interview and opens each in another program: Praat, ELAN's schema, pympi, LibreOffice,
# python-docx, odfpy, pandas, Chromium. Installs what is missing (apt-get as root; PyPI packages under .build): needs the
# network once. `make test` does not need this.
# usage: Scripts/check-exports.sh PATH-TO-ordrett
set -euo pipefail
ordrett=$(realpath "${1:?usage: Scripts/check-exports.sh PATH-TO-ordrett}")
cd "$(dirname "$0")/.."

programs=(praat:praat soffice:libreoffice-writer chromium:chromium xmllint:libxml2-utils pdftotext:poppler-utils)
missing=()
for entry in "${programs[@]}"; do command -v "${entry%%:*}" >/dev/null || missing+=("${entry##*:}"); done
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || { echo "Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2; exit 1; }
    apt-get update -q >/dev/null
    apt-get install -y -q --no-install-recommends "${missing[@]}" fonts-crosextra-carlito fonts-liberation >/dev/null
fi
place=.build/exports
if [ ! -f "$place/ready-1" ]; then
    rm -rf "$place"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install -q pympi-ling python-docx odfpy pandas praatio srt websocket-client
    touch "$place/ready-1"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ORDRETT_KEYS=$work/nokler
item=intervju_dialekt
formats=$("$ordrett" export --help | sed -n '/^Formats:/,/^$/s/^  \([a-z-]*\)  .*/\1/p' | paste -sd, | sed 's/,/, /g')
# A study, so that the raw page can name the recording beside it.
(cd "$work" && "$ordrett" init studie >/dev/null 2>&1)
study=$work/studie
cp "SampleAudio/$item.flac" "$study/opptak/"
cp "SampleAudio/utkast/$item.txt" "$study/utkast/"
whole() { (cd "$study" && "$ordrett" run --set "export.formats=[$formats]" --set "export.confidential=[$formats]") >"$work/log" 2>&1; }
# Nothing is shared before it is signed.
whole && { echo "a run shared what nobody signed" >&2; exit 1; } || [ $? -eq 3 ] || { cat "$work/log" >&2; exit 1; }
"$ordrett" audit sign --all --by "check-exports" --study "$study" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
whole || { cat "$work/log" >&2; exit 1; }
"$ordrett" audit verify "$study" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

# A draft without places in the sound: what the study's run does not cover.
"$ordrett" words "SampleAudio/utkast/$item.txt" --audio "SampleAudio/$item.flac" >"$work/raw.json" 2>/dev/null
"$ordrett" anonymize "$work/raw.json" --register "$work/register.json" >"$work/untimed.json" 2>/dev/null
IFS=', ' read -r -a names <<<"$formats"
every() { mkdir "$2"; for format in "${names[@]}"; do "$ordrett" export "$1" --format "$format" --out "$2/" 2>/dev/null; done; }
every "$work/untimed.json" "$work/untimed"

# The same input gives the same bytes, LibreOffice's included.
sealed=$work/sealed.json raw=$work/timed.json
"$ordrett" bokmal "$item" --study "$study" >"$raw" 2>/dev/null
"$ordrett" anonymize "$raw" --register "$work/register.json" >"$sealed" 2>/dev/null
every "$sealed" "$work/again"
mkdir "$work/again2" "$work/layout"
"$ordrett" export "$sealed" --format pdf --out "$work/again2/" 2>/dev/null
for format in docx odt; do
    for times in inline margin; do
        for numbering in none lines turns; do
            "$ordrett" export "$sealed" --format $format --times $times --numbering $numbering --out "$work/layout/$times-$numbering.$format" 2>/dev/null
        done
    done
done

schema=../shared/data/eaf/EAFv3.0.xsd
[ -f "$schema" ] || { echo "ELAN's schema is not at $schema: its check is left out" >&2; schema=; }
status=0
"$place/venv/bin/python" Scripts/exports/check_files.py "$work" "$item" "$schema" || status=1
"$place/venv/bin/python" Scripts/exports/check_browser.py "$ordrett" "$work" "$item" "$sealed" "$raw" || status=1
exit $status
