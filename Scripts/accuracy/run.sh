#!/usr/bin/env bash
# Measures on the evaluation data beside the checkout, prints the tables, and fails when a figure is worse than the last
# recorded one (Scripts/accuracy/recorded.json) by more than noise.
# usage: Scripts/accuracy/run.sh PATH-TO-ordrett [--record]
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(realpath "$1")
data=${ORDRETT_DATA:-../shared/data}
[ -d "$data" ] || { echo "no evaluation data at $data; nothing measured" >&2; exit 0; }
venv=.build/accuracy-venv
wanted=Scripts/accuracy/requirements.txt
if ! cmp -s "$wanted" "$venv/requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install -q -r "$wanted"
    cp "$wanted" "$venv/requirements.txt"
fi
exec "$venv/bin/python" Scripts/accuracy/measure.py "$bin" "$data" "${@:2}"
