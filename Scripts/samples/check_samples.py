#!/usr/bin/env python3
"""Checks SampleAudio against its truth, and that its maker gives the same bytes twice. Exit status 1 if anything is wrong.

    python3 Scripts/samples/check_samples.py [--quick] [FOLDER]

--quick leaves out the two runs of the maker. Needs numpy and soundfile; uses sox and flac where they are installed.
"""

import hashlib
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import soundfile

HERE = Path(__file__).resolve().parent
MOST_BYTES = 15_000_000
SHORTEST_PAUSE = 0.25

# recording: (sound files, rate, channels, container, coding, draft, shortest and longest duration in seconds)
RECORDINGS = {
    "intervju_stereo": (["intervju_stereo.wav"], 44100, 2, "WAV", "PCM_24", "intervju_stereo.txt", 18, 25),
    "intervju_dialekt": (["intervju_dialekt.flac"], 16000, 1, "FLAC", "PCM_16", "intervju_dialekt.txt", 150, 240),
    "fokusgruppe": (["fokusgruppe.flac"], 48000, 2, "FLAC", "PCM_16", "fokusgruppe.docx", 60, 80),
    "telefonintervju": (["telefonintervju.wav"], 8000, 1, "WAV", "ULAW", "telefonintervju.vtt", 60, 90),
    "R09_0001": (["R09_0001.wav", "R09_0002.wav"], 16000, 1, "WAV", "PCM_16", "R09_0001.txt", 55, 75),
}

problems = []


def check(true, what):
    if not true:
        problems.append(what)
        print("WRONG:", what)


def rows(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def decibel(x):
    return 10 * np.log10(np.mean(np.square(x)) + 1e-12) if len(x) else -120.0


def chunks(path):
    data = path.read_bytes()
    check(data[:4] == b"RIFF" and struct.unpack("<I", data[4:8])[0] == len(data) - 8, f"{path.name}: RIFF size")
    found, at = {}, 12
    while at < len(data):
        name, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        found[name] = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    check(at == len(data), f"{path.name}: chunks do not fill the file")
    return found


def bext(path):
    data = chunks(path).get(b"bext", b"")
    check(len(data) >= 602, f"{path.name}: no bext chunk")
    text = lambda a, b: data[a:b].split(b"\0")[0].decode("ascii")
    reference, version = struct.unpack("<QH", data[338:348])
    check(version == 1 and text(256, 288) == "Ordrett sample" and text(0, 256) != "", f"{path.name}: bext fields")
    check(re.fullmatch(r"\d{4}-\d\d-\d\d", text(320, 330)), f"{path.name}: bext date")
    hours, minutes, seconds = map(int, text(330, 338).split(":"))
    return reference, hours * 3600 + minutes * 60 + seconds


def check_headers(folder):
    stereo = chunks(folder / "intervju_stereo.wav")
    reference, second = bext(folder / "intervju_stereo.wav")
    check(reference == second * 44100, "intervju_stereo: time reference")
    count = struct.unpack("<I", stereo[b"cue "][:4])[0]
    places = [struct.unpack("<I", stereo[b"cue "][4 + 24 * i + 20:28 + 24 * i])[0] for i in range(count)]
    check(count == 3 and places == sorted(places), "intervju_stereo: three cue markers")
    check(stereo[b"LIST"][:4] == b"adtl" and stereo[b"LIST"].count(b"labl") == 3, "intervju_stereo: marker labels")
    first, second_one = bext(folder / "R09_0001.wav")
    following, second_two = bext(folder / "R09_0002.wav")
    frames = soundfile.info(folder / "R09_0001.wav").frames
    check(following == first + frames, "R09: part 2 does not begin where part 1 ends")
    check(first == second_one * 16000 and second_two == following // 16000, "R09: clock and time reference differ")
    cut = frames / 16000
    words = rows(folder / "fasit" / "R09_0001.words.tsv")
    check(any(float(w[0]) < cut < float(w[1]) for w in words), "R09: the cut is not inside a word")
    line = chunks(folder / "telefonintervju.wav")
    check(struct.unpack("<H", line[b"fmt "][:2])[0] == 7 and b"fact" in line, "telefonintervju: µ-law header")


def sound_of(folder, name):
    sounds, rate, channels, container, coding, _, shortest, longest = RECORDINGS[name]
    parts = []
    for file in sounds:
        path = folder / file
        info = soundfile.info(path)
        check((info.samplerate, info.channels, info.subtype) == (rate, channels, coding), f"{file}: {info}")
        check(info.format in {container, container + "EX"}, f"{file}: container {info.format}")
        parts.append(soundfile.read(path, always_2d=True)[0])
        check(len(parts[-1]) == info.frames, f"{file}: frames")
        if shutil.which("soxi"):
            frames = subprocess.run(["soxi", "-s", str(path)], capture_output=True, text=True).stdout.strip()
            check(frames == str(info.frames), f"{file}: sox counts {frames} frames, soundfile {info.frames}")
        if container == "FLAC" and shutil.which("flac"):
            check(subprocess.run(["flac", "-t", "-s", str(path)]).returncode == 0, f"{file}: flac -t")
    sound = np.concatenate(parts)
    check(shortest <= len(sound) / rate <= longest, f"{name}: {len(sound) / rate:.1f} s")
    check(np.abs(sound).max() < 0.99, f"{name}: clips")
    return sound, rate


def spans_of(path):
    """RTTM as (start, end, speaker)."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [(float(p[3]), float(p[3]) + float(p[4]), p[7]) for p in lines]


def silences(covered, length):
    found, heard = [], 0.0
    for start, end in sorted(covered) + [(length, length)]:
        if start - heard >= SHORTEST_PAUSE - 5e-7:
            found.append((heard, start))
        heard = max(heard, end)
    return found


def check_truth(folder, name, sound, rate):
    facts, length = folder / "fasit", len(sound) / rate
    words = [(float(a), float(b), who, text, e == "1") for a, b, who, text, e in rows(facts / f"{name}.words.tsv")]
    pauses = [(float(a), float(b), who, kind) for a, b, who, kind in rows(facts / f"{name}.pauses.tsv")]
    events = [(float(a), float(b), who, kind) for a, b, who, kind in rows(facts / f"{name}.events.tsv")]
    turns, speech = spans_of(facts / f"{name}.rttm"), spans_of(facts / f"{name}.speech.rttm")
    laughs = [e for e in events if e[3] == "laughter"]
    check(all(0 <= a < b <= length + 1e-6 for a, b, *_ in words + pauses + turns + speech + events), f"{name}: times")
    for who in {w[2] for w in words}:
        own = [w for w in words if w[2] == who]
        check(all(x[1] <= y[0] + 1e-6 for x, y in zip(own, own[1:])), f"{name}: words of {who} overlap")
    for spans, what in ((turns, "turn"), (speech, "stretch")):
        inside = all(any(a - 2e-6 <= w[0] and w[1] <= b + 2e-6 and who == w[2] for a, b, who in spans)
                     for w in words + laughs)
        check(inside, f"{name}: a word outside every {what}")
    expected = silences([(w[0], w[1]) for w in words + laughs], length)
    same = len(expected) == len(pauses) and all(abs(x[0] - y[0]) + abs(x[1] - y[1]) < 1e-5
                                                for x, y in zip(expected, pauses))
    check(same, f"{name}: pauses are not the gaps between words")
    check(all((kind == "inside") == (who != "-") for _, _, who, kind in pauses), f"{name}: pause kinds")
    check_energy(name, sound, rate, words, pauses, events)
    return words


def check_energy(name, sound, rate, words, pauses, events):
    """The words are where the truth says: loud inside, quiet between, and loud at once after a silence."""
    loudest = sound[:, np.argmax(np.mean(sound ** 2, axis=0))] if sound.shape[1] == 1 else None

    def part(a, b):
        piece = sound[int(a * rate):int(b * rate)]
        return piece[:, 0] if loudest is not None else piece[:, np.argmax(np.mean(piece ** 2, axis=0))]
    knocks = [(a, b) for a, b, _, kind in events if kind == "knock"]
    free = lambda a, b: all(b <= k or a >= l for k, l in knocks)
    spoken = np.median([decibel(part(a, b)) for a, b, *_ in words])
    quiet = [decibel(part(a + 0.3, b)) for a, b, *_ in pauses if b - a > 0.5 and free(a, b)]
    check(spoken - np.max(quiet) > 15, f"{name}: words {spoken:.1f} dB, loudest pause {np.max(quiet):.1f} dB")
    onsets = []  # a soft first sound (h, v, m) takes longer to rise over the noise of a telephone line
    rise = 0.1 if rate == 8000 else 0.03
    for a, b, who, _ in pauses:
        following = [w for w in words if abs(w[0] - b) < 1e-5]
        if following and free(a, b + rise) and b - a > 0.35:
            onsets.append(decibel(part(b, b + rise)) - decibel(part(b - 0.03, b - 0.0005)))
    share = np.mean(np.array(onsets) > 6)
    check(share > 0.9, f"{name}: only {share:.0%} of the starts after a silence rise by 6 dB at once")
    plain = [w for w in words if not w[4] and len(w[3]) > 1]
    strong = [w for w in words if w[4]]
    gain, slower = [], []
    for who in {w[2] for w in strong}:
        for measure, result in ((lambda w: decibel(part(w[0], w[1])), gain),
                                (lambda w: np.log((w[1] - w[0]) / len(w[3])), slower)):
            result += [measure(w) - np.median([measure(p) for p in plain if p[2] == who])
                       for w in strong if w[2] == who]
    check(np.mean(gain) > 3, f"{name}: emphasised words are {np.mean(gain):.1f} dB louder")
    check(np.mean(slower) > 0.05, f"{name}: emphasised words are {np.exp(np.mean(slower)):.2f} times as long")
    print(f"{name}: {len(sound) / rate:.1f} s, {len(words)} words, {len(strong)} emphasised ({np.mean(gain):+.1f} dB, "
          f"× {np.exp(np.mean(slower)):.2f}), words {spoken:.1f} dB, pauses {np.median(quiet):.1f} dB, "
          f"{share:.0%} of {len(onsets)} onsets sharp")


def draft_turns(path):
    """(label, text) of each turn, whatever the format."""
    if path.suffix == ".docx":
        body = zipfile.ZipFile(path).read("word/document.xml").decode()
        lines = ["".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", p)) for p in re.findall(r"<w:p>.*?</w:p>", body)]
    elif path.suffix == ".vtt":
        text = path.read_text(encoding="utf-8")
        check(text.startswith("WEBVTT\n\n"), f"{path.name}: header")
        return re.findall(r"<v ([^>]*)>(.*)", text)
    else:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [tuple(line.split(": ", 1)) for line in lines]


def words_of(text):
    text = re.sub(r"\([^)]*\)", " ", text)
    return [w for w in (t.strip(".,?!…:;«»") for t in text.split()) if w]


def valid_national_id(number):
    d = [int(c) for c in number]
    k1 = -sum(a * b for a, b in zip(d, (3, 7, 6, 1, 8, 9, 4, 5, 2))) % 11
    k2 = -sum(a * b for a, b in zip(d[:9] + [k1], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return d[9] == k1 and d[10] == k2


def check_text(folder, name, words):
    turns = draft_turns(folder / "utkast" / RECORDINGS[name][5])
    labels = {label.replace(" ", "_") for label, _ in turns}
    check(labels == {w[2] for w in words}, f"{name}: draft has {labels}")
    for who in labels:
        heard = iter(w[3] for w in words if w[2] == who)
        typed = [w for label, text in turns if label.replace(" ", "_") == who for w in words_of(text)]
        check(all(any(w == h for h in heard) for w in typed), f"{name}: the draft of {who} is not what was said")
    bokmal = (folder / "fasit" / f"{name}.bokmal.txt").read_text(encoding="utf-8").splitlines()
    check(len(bokmal) == len(turns) and all(bokmal), f"{name}: {len(bokmal)} lines in Bokmål, {len(turns)} turns")
    for number, text, kind, grade in rows(folder / "fasit" / f"{name}.identifiers.tsv"):
        check(text in turns[int(number) - 1][1], f"{name}: identifier not in turn {number} of the draft")
        check(grade in {"direct", "quasi"}, f"{name}: grade {grade}")
        digits = re.sub(r"\D", "", text)
        if kind == "nationalId":
            check(len(digits) == 11 and valid_national_id(digits), f"{name}: check digits")
            check(81 <= int(digits[2:4]) <= 92, f"{name}: a national identity number that is not synthetic")
    return "\n".join(text for _, text in turns)


def check_identifiers(folder, drafts):
    facts = json.loads((folder / "fasit" / "identifiers.json").read_text(encoding="utf-8"))
    forms = facts["mustNotAppear"]
    check(forms == sorted({f for each in facts["byType"].values() for f in each}), "identifiers.json: byType")
    check(forms == sorted({f for each in facts["byRecording"].values() for f in each}), "identifiers.json: byRecording")
    for name, own in facts["byRecording"].items():
        plain = drafts[name].replace(" ", "")
        check(all(f.replace(" ", "") in plain for f in own), f"identifiers.json: a form that {name} does not have")
    for name in RECORDINGS:
        check(all(text in forms or kind == "number"
                  for _, text, kind, _ in rows(folder / "fasit" / f"{name}.identifiers.tsv")),
              f"identifiers.json lacks an identifier of {name}")


def digests(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


def check_repeatable(folder):
    results = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as place:
            subprocess.run([sys.executable, str(HERE / "make_samples.py"), place], check=True)
            results.append(digests(Path(place)))
    check(results[0] == results[1], "two runs of make_samples.py differ")
    here = digests(folder)
    changed = [name for name in results[0] if here.get(name) != results[0][name]]
    # Another processor, numpy, libFLAC or espeak-ng may round or pack otherwise: no fault in the samples.
    print("two runs agree;", f"differ from {folder.name}: {', '.join(changed)}" if changed else f"the same as {folder.name}")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    folder = Path(arguments[0]) if arguments else HERE.parent.parent / "SampleAudio"
    total = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    check(total <= MOST_BYTES, f"{total} bytes in all")
    check_headers(folder)
    drafts = {}
    for name in RECORDINGS:
        sound, rate = sound_of(folder, name)
        drafts[name] = check_text(folder, name, check_truth(folder, name, sound, rate))
    check_identifiers(folder, drafts)
    if "--quick" not in sys.argv:
        check_repeatable(folder)
    print(f"{total / 1e6:.1f} MB;", f"{len(problems)} wrong" if problems else "all well")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
