#!/usr/bin/env bash
# Takes projects of other programs in and writes them out again: one made by Taguette's own code, one after QualCoder's published
# tables. What came in is compared with what those programs say; what goes out is read by a program that knows the standard alone.
# Installs PyPI packages under .build: needs the network once. `make test` does not need this.
# usage: Scripts/check-refi.sh PATH-TO-ordrett
set -euo pipefail
ordrett=$(realpath "${1:?usage: Scripts/check-refi.sh PATH-TO-ordrett}")
cd "$(dirname "$0")/.."
place=.build/refi
if [ ! -f "$place/ready-1" ]; then
    rm -rf "$place"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install -q taguette==1.5.2 lxml
    touch "$place/ready-1"
fi
python=$(realpath -s "$place/venv/bin/python")
schema=../shared/data/refi/Project.xsd
[ -f "$schema" ] || { echo "the standard's schema is not at $schema: its check is left out" >&2; schema=; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ORDRETT_KEYS=$work/nokler ORDRETT_CODER=check
"$python" Scripts/refi/make_taguette.py "$work/taguette.sqlite3" "$work/taguette.json" 2>/dev/null
"$python" Scripts/refi/make_qualcoder.py "$work/qualcoder.qda" "$work/qualcoder.json"
stand_in() { (cd "$work" && "$ordrett" init "$1" >/dev/null 2>&1); }
take() { "$ordrett" code import "$1" --study "$2" --vouch "made-up texts" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }
give() { "$ordrett" code export "$2" --study "$1" --out "$3" "${@:4}" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }

status=0
for project in "$work/taguette.sqlite3" "$work/qualcoder.qda"; do
    program=$(basename "${project%.*}")
    stand_in "$program"
    take "$project" "$work/$program"
    give "$work/$program" csv "$work/$program-tables"
    "$python" Scripts/refi/compare_tables.py "$work/$program.json" "$work/$program-tables" || status=1
    for layout in beside transcript text; do
        give "$work/$program" qdpx "$work/$program-$layout.qdpx" --layout "$layout"
        "$python" Scripts/refi/read_project.py "$work/$program-$layout.qdpx" "$work/$program-tables" "$schema" || status=1
    done
    # Into an empty store and out again: the same bytes.
    stand_in "$program-again"
    take "$work/$program-beside.qdpx" "$work/$program-again"
    give "$work/$program-again" qdpx "$work/$program-again.qdpx"
    cmp "$work/$program-beside.qdpx" "$work/$program-again.qdpx" || status=1
done
exit $status
