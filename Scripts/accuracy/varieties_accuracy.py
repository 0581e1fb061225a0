#!/usr/bin/env python3
"""How often `ordrett bokmal --classify` names the right variety: varieties_accuracy.py DATA [--third=N] [COMMAND...]

DATA is the folder with dialect/, nynorsk/, ner/, written-dialect/, vad/ and lexicon/; COMMAND defaults to
`ordrett bokmal`. Three figures for each set, over one third (every third block of 50 sentences; N is 0, 1 or 2):

  turns     consecutive sentences of the set joined to turns of 25 words or more; turns of all sets shuffled together, so
            that no neighbour helps
  in order  single sentences as they follow each other in the set (a stream's neighbours are a prior)
  shuffled  single sentences of all sets shuffled together, so that the neighbours mislead

Sentences without any word that Bokmål lacks are the same in both varieties and count in Bokmål sets only. Written dialect
and phonetic spelling are one scale: `either` counts both as right. Nothing of the texts is printed.
"""
import gzip
import random
import subprocess
import sys

import bokmal_accuracy as texts

BLOCK, LEAST = 50, 25


def sentences(data):
    """Set name, variety, sentences."""
    marks = lambda u: [w for w in u if w != "#"]
    yield "dialect dev", "phonetic", [marks([w for w, _ in u]) for u in texts.blocks(texts.read(data + "/dialect/dev.tsv.gz"))]
    areas = {}
    current, area = [], None
    with open(data + "/written-dialect/norsid-dev.conll", encoding="utf-8") as handle:
        for line in list(handle) + ["\n"]:
            if line.startswith("# dialect"):
                area = line.split("=")[1].strip()
            elif line.strip() and not line.startswith("#"):
                current += line.split("\t")[1].split()
            elif current and not line.strip():
                areas.setdefault(area, []).append(current)
                current = []
    for area in "NTVB":
        yield f"written dialect {area}", "bokmal" if area == "B" else "writtenDialect", areas[area]
    pairs = [line.split("\t") for line in texts.read(data + "/nynorsk/nb-nn-dev.tsv.gz") if line]
    for side, name, variety in ((0, "nynorsk dev, Bokmål side", "bokmal"), (1, "nynorsk dev", "nynorsk")):
        yield name, variety, [texts.TOKEN.findall(p[side]) or ["-"] for p in pairs]
    for name, variety in (("nob", "bokmal"), ("nno", "nynorsk")):
        yield f"ner {name} dev", variety, [[f[0] for f in u] for u in texts.blocks(texts.read(data + f"/ner/{name}-dev.tsv.gz"))]
    english = []
    with open(__file__.rsplit("/", 1)[0] + "/english_sentences.txt", encoding="utf-8") as handle:
        for line in handle:
            if line.strip() and not line.startswith("#"):
                english.append(texts.TOKEN.findall(line))
    yield "English", "other", english


def lexicon(data):
    forms = set()
    for name in ("ordbank-bokmaal.tsv.gz", "apertium-nob-forms.txt.gz"):
        with gzip.open(data + "/lexicon/" + name, "rt", encoding="utf-8") as handle:
            forms.update(line.split("\t")[0].strip().lower() for line in handle)
    return forms


def classify(command, utterances):
    text = "\n\n".join("\n".join(u) for u in utterances) + "\n"
    done = subprocess.run(command + ["--classify", "--tokens"], input=text, capture_output=True, text=True, check=True)
    result = [line.split("\t")[0] for line in done.stdout.split("\n") if line]
    if len(result) != len(utterances):
        sys.exit("varieties: another number of classifications than utterances")
    return result


def shuffled(command, marked, generator):
    """Classifications of (set, tokens), in the order given, classified in random order."""
    order = list(range(len(marked)))
    generator.shuffle(order)
    found = [None] * len(marked)
    for place, answer in zip(order, classify(command, [marked[i][1] for i in order])):
        found[place] = answer
    return found


def measure(data, command, third=0):
    """Rows: set, then for turns, in order and shuffled: how many, right %, right or the other dialect spelling %."""
    forms = lexicon(data)
    sets = []
    for name, variety, all_sentences in sentences(data):
        size = BLOCK if len(all_sentences) > 3 * BLOCK else 1
        held = [s for i, s in enumerate(all_sentences) if size == 1 or i // size % 3 == third]
        sets.append((name, variety, [s for s in held if s]))

    def tells(variety, tokens):
        if variety in ("bokmal", "other"):
            return True
        return any(w.isalpha() and w[0].islower() and w.lower() not in forms for w in tokens)

    turns = []
    for number, (_, variety, held) in enumerate(sets):
        current = []
        for tokens in held:
            current = current + tokens
            if sum(w[0].isalpha() for w in current) >= LEAST:
                turns.append((number, current))
                current = []
    in_order = []
    for number, (_, variety, held) in enumerate(sets):
        in_order += [(number, s, a) for s, a in zip(held, classify(command, held))]
    marked = [(number, s) for number, (_, _, held) in enumerate(sets) for s in held]
    answers = {
        "turns": [(n, t, a) for (n, t), a in zip(turns, shuffled(command, turns, random.Random(1)))],
        "in order": in_order,
        "shuffled": [(n, s, a) for (n, s), a in zip(marked, shuffled(command, marked, random.Random(2)))],
    }
    dialect = ("writtenDialect", "phonetic")
    rows = []
    for number, (name, variety, _) in enumerate(sets):
        row = [name]
        for found in answers.values():
            own = [a for n, s, a in found if n == number and tells(variety, s)]
            right = sum(a == variety for a in own)
            either = sum(a == variety or a in dialect and variety in dialect for a in own)
            row += [len(own), right, either]
        rows.append(row)
    rows.append(["all"] + [sum(r[i] for r in rows) for i in range(1, 10)])
    return rows


def main():
    data, command = sys.argv[1], sys.argv[2:] or ["ordrett", "bokmal"]
    third = 0
    if command[0].startswith("--third="):
        third, command = int(command[0][8:]), command[1:] or ["ordrett", "bokmal"]
    print(f"{'':28}{'turns':>8}{'right':>8}{'either':>8}{'in order':>10}{'right':>8}{'either':>8}{'shuffled':>10}{'right':>8}{'either':>8}")
    for row in measure(data, command, third):
        text = f"{row[0]:28}"
        for i in (1, 4, 7):
            n = max(1, row[i])
            text += f"{row[i]:{8 if i == 1 else 10}}{100 * row[i + 1] / n:8.2f}{100 * row[i + 2] / n:8.2f}"
        print(text)


if __name__ == "__main__":
    main()
