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
item=intervju_dialekt
formats=$("$ordrett" pipelines intervju 2>/dev/null | grep -o 'docx, odt, pdf[^]};|]*' | head -n 1 || true)
formats=${formats:-docx, odt, pdf, html, vtt, srt, txt, txt-maxqda, txt-nvivo, txt-atlasti, txt-qualcoder, textgrid, eaf, ctm, csv-words, csv-pauses, json, rttm}
mkdir -p "$work/studie/opptak" "$work/studie/utkast"
cp "SampleAudio/$item.flac" "$work/studie/opptak/"
cp "SampleAudio/utkast/$item.txt" "$work/studie/utkast/"
run() { "$ordrett" run Pipelines/intervju.yaml SampleAudio/$item.flac --out "$1" --set "export.formats=[$formats]" --set "export.confidential=[$formats]" >"$1.log" 2>&1 || { cat "$1.log" >&2; exit 1; }; }
run "$work/en"

# The command, from a draft without places in the sound: what the study's run does not cover.
"$ordrett" words "SampleAudio/utkast/$item.txt" --audio "SampleAudio/$item.flac" >"$work/raw.json"
"$ordrett" anonymize "$work/raw.json" --register "$work/register.json" >"$work/sealed.json" 2>/dev/null
mkdir "$work/layout" "$work/untimed"
for format in docx odt; do
    for times in inline margin; do
        for numbering in none lines turns; do
            "$ordrett" export "$work/sealed.json" --format $format --times $times --numbering $numbering --out "$work/layout/$times-$numbering.$format" 2>/dev/null
        done
    done
done
IFS=', ' read -r -a names <<<"$formats"
for format in "${names[@]}"; do "$ordrett" export "$work/sealed.json" --format "$format" --out "$work/untimed/" 2>/dev/null; done

# The same input gives the same bytes, LibreOffice's included.
again=$(find "$work/en/fortrolig" -path '*/anonymize/*.out' | head -n 1)
mkdir "$work/again"
for format in "${names[@]}"; do "$ordrett" export "$again" --format "$format" --out "$work/again/" 2>/dev/null; done
mkdir "$work/again2"
"$ordrett" export "$again" --format pdf --out "$work/again2/" 2>/dev/null

schema=../shared/data/eaf/EAFv3.0.xsd
[ -f "$schema" ] || { echo "ELAN's schema is not at $schema: its check is left out" >&2; schema=; }
status=0
"$place/venv/bin/python" Scripts/exports/check_files.py "$work" "$item" "$schema" || status=1
raw=$(find "$work/en/fortrolig" -path '*/bokmal/*.out' | head -n 1)
"$place/venv/bin/python" Scripts/exports/check_browser.py "$ordrett" "$work" "$item" "$again" "$raw" || status=1
exit $status
