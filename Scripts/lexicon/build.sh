#!/bin/sh
# Compiles the Bokmål lexicon: build.sh DATA, where DATA holds lexicon/, dialect/, nynorsk/, ner/, vad/, diarisation/ and
# prominence/. About twenty minutes. Needs pip install -r requirements.txt (PYTHON: which interpreter), and for nynorsk.py
# Apertium: apt-get install apertium-nno-nob.
set -eu
data=${1:?usage: build.sh DATA}
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../Sources/Bokmal/Resources
export PYTHONHASHSEED=0
python=${PYTHON:-python3}
"$python" "$here/word_forms.py" "$data" "$out/wordforms.bin"
"$python" "$here/phonetic.py" "$data" "$out/phonetic.bin"
"$python" "$here/nynorsk.py" "$data" "$out/nynorsk.bin"
"$python" "$here/written_dialect.py" "$data" "$out/written.bin"
"$python" "$here/varieties.py" "$data" "$out/varieties.bin"
"$python" "$here/style.py" "$data" "$out/style.bin"
