#!/usr/bin/env python3
"""Word error of `ordrett bokmal` on the evaluation data: bokmal_accuracy.py DATA [COMMAND...]

DATA is the folder with dialect/, nynorsk/, ner/ and written-dialect/; COMMAND defaults to `ordrett bokmal`. Each set goes
through the command as one word a line with --tokens; sets whose words do not pair one to one are scored by edit
distance over words. The texts themselves are never printed.
"""
import collections
import gzip
import os
import re
import shutil
import subprocess
import sys
import time

PROSE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/BokmalTests/Fixtures/prosa.txt")
TOKEN = re.compile(r"[\wæøåÆØÅéèêóòôüöä]+(?:[-'’][\w]+)*|[^\w\s]")


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        return handle.read().split("\n")


def blocks(lines):
    current = []
    for line in lines:
        if line:
            current.append(line.split("\t"))
        elif current:
            yield current
            current = []
    if current:
        yield current


def has_apertium():
    """Whether Apertium's pair nno-nob is installed."""
    if not shutil.which("apertium"):
        return False
    return "nno-nob" in subprocess.run(["apertium", "-l"], capture_output=True, text=True).stdout.split()


def run(command, source, utterances, nynorsk="own"):
    text = "\n\n".join("\n".join(u) for u in utterances) + "\n"
    start = time.time()
    done = subprocess.run(
        command + ["--from", source, "--nynorsk", nynorsk, "--tokens"], input=text, capture_output=True, text=True, check=True)
    seconds = time.time() - start
    lines = done.stdout.split("\n")
    result, index = [], 0
    for utterance in utterances:
        result.append(lines[index:index + len(utterance)])
        index += len(utterance) + 1
    return result, seconds


def errors(output, reference):
    row = list(range(len(reference) + 1))
    for i, word in enumerate(output, 1):
        previous, row[0] = row[0], i
        for j, wanted in enumerate(reference, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != wanted))
    return row[-1]


def lowered(words):
    return [w.lower() for word in words for w in word.split(" ")]


def rows(data, command):
    """(set, words, wrong as it is, wrong afterwards, seconds) of each set."""
    rows = []

    sets = [[(w, b) for w, b in u] for u in blocks(read(data + "/dialect/dev.tsv.gz"))]
    sources = [[w for w, _ in u] for u in sets]
    known = {u[0] for u in (line.split("\t") for line in read(data + "/dialect/train.tsv.gz")) if len(u) > 1}
    for source in ("dialect", "auto"):
        output, seconds = run(command, source, sources)
        words = wrong = before = unknown = unknown_wrong = 0
        for u, o in zip(sets, output):
            for (w, b), got in zip(u, o):
                # Pauses and masked names are no words.
                if w == "#":
                    continue
                words += 1
                wrong += got.lower() != b.lower()
                before += w.lower() != b.lower()
                if w not in known:
                    unknown += 1
                    unknown_wrong += got.lower() != b.lower()
        rows.append((f"dialect dev, --from {source}", words, before, wrong, seconds))
        if source == "dialect":
            rows.append(("dialect dev, words unknown in train", unknown, unknown, unknown_wrong, seconds))

    utterances = [[f[0] for f in u] for u in blocks(read(data + "/ner/nob-dev.tsv.gz"))]
    output, seconds = run(command, "auto", utterances)
    changed = sum(a != b for u, o in zip(utterances, output) for a, b in zip(u, o))
    rows.append(("clean Bokmål, --from auto", sum(map(len, utterances)), 0, changed, seconds))

    # What becomes of ordinary spelling where somebody says that it is phonetic.
    output, seconds = run(command, "phonetic", utterances)
    changed = sum(a != b for u, o in zip(utterances, output) for a, b in zip(u, o))
    rows.append(("clean Bokmål, --from phonetic", sum(map(len, utterances)), 0, changed, seconds))
    with open(PROSE, encoding="utf-8") as handle:
        prose = [TOKEN.findall(line) for line in handle if line.strip() and not line.startswith("#")]
    output, seconds = run(command, "auto", prose)
    rows.append(("prose of our own, --from auto", sum(map(len, prose)), 0,
                 sum(a != b for u, o in zip(prose, output) for a, b in zip(u, o)), seconds))

    pairs = [line.split("\t") for line in read(data + "/nynorsk/nb-nn-dev.tsv.gz") if line]
    sides = [("nynorsk dev, own rules", 1, "nynorsk", "own"), ("nynorsk dev, own rules, --from auto", 1, "auto", "own"),
             ("its Bokmål side, --from auto", 0, "auto", "own")]
    if has_apertium():
        sides.insert(0, ("nynorsk dev, with Apertium", 1, "nynorsk", "apertium"))
    for name, side, source, nynorsk in sides:
        utterances = [TOKEN.findall(p[side]) or ["-"] for p in pairs]
        output, seconds = run(command, source, utterances, nynorsk)
        words = before = wrong = 0
        for p, u, o in zip(pairs, utterances, output):
            reference = lowered(TOKEN.findall(p[0]))
            words += len(reference)
            before += errors(lowered(u), reference)
            wrong += errors(lowered(o), reference)
        rows.append((name, words, before, wrong, seconds))

    sentences, meta, current = [], {}, []
    with open(data + "/written-dialect/norsid-dev.conll", encoding="utf-8") as handle:
        for line in list(handle) + ["\n"]:
            line = line.rstrip("\n")
            if line.startswith("#"):
                key, _, value = line[1:].partition("=")
                meta[key.strip()] = value.strip()
            elif line:
                current.append(line.split("\t")[1])
            elif current:
                sentences.append((meta["id"].split("/")[0], meta["dialect"], current))
                current = []
    reference = {i: lowered(w) for i, area, w in sentences if area == "B"}
    for source in ("auto", "dialect"):
        wanted = [s for s in sentences if s[1] != "B"]
        output, seconds = run(command, source, [s[2] for s in wanted])
        tally = collections.defaultdict(lambda: [0, 0, 0])
        for (i, area, w), o in zip(wanted, output):
            for key in (area, "all"):
                tally[key][0] += len(reference[i])
                tally[key][1] += errors(lowered(w), reference[i])
                tally[key][2] += errors(lowered(o), reference[i])
        for key in sorted(tally):
            rows.append((f"written dialect {key}, --from {source}", *tally[key], seconds))
    bokmal = [s[2] for s in sentences if s[1] == "B"]
    output, seconds = run(command, "auto", bokmal)
    rows.append(("written Bokmål prompts, --from auto", sum(map(len, bokmal)), 0,
                 sum(a != b for u, o in zip(bokmal, output) for a, b in zip(u, o)), seconds))

    return rows


def main():
    found = rows(sys.argv[1], sys.argv[2:] or ["ordrett", "bokmal"])
    print(f"{'set':38} {'words':>8} {'as is %':>8} {'after %':>8} {'seconds':>8}")
    for name, words, before, wrong, seconds in found:
        print(f"{name:38} {words:8} {100 * before / words:8.2f} {100 * wrong / words:8.2f} {seconds:8.2f}")


if __name__ == "__main__":
    main()
