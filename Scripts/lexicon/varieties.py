"""Compiles varieties.bin: how likely each frequent word is in Bokmål, Nynorsk and phonetic dialect spelling.

usage: varieties.py DATA OUT    (DATA: the folder with dialect/, nynorsk/, ner/ and lexicon/)

Word counts only. Words outside the list are counted by what the lexicon says of them (form of Bokmål, of Nynorsk, of
both, of neither).
"""
import collections
import math
import struct
import sys
import word_forms
from common import StringTable, lines, utterances, write_sections
from nynorsk_pairs import tokens

LEAST = 8
# Bytes hold −log p in steps of 1/12: up to 21.
STEPS = 12


def counts(data):
    bokmal, nynorsk, phonetic = collections.Counter(), collections.Counter(), collections.Counter()
    for utterance in utterances(data + "/dialect/train.tsv.gz"):
        for dialect, form in utterance:
            if "#" not in dialect and dialect.strip("X"):
                phonetic[dialect] += 1
                bokmal[form] += 1
    for line in lines(data + "/nynorsk/nb-nn-train.tsv.gz"):
        first, second = line.split("\t")
        for side, text in ((bokmal, first), (nynorsk, second)):
            side.update(w.lower() for i, w in enumerate(tokens(text)) if w.isalpha() and (i == 0 or w[0].islower()))
    for name, side in (("nob", bokmal), ("nno", nynorsk)):
        for line in lines(data + f"/ner/{name}-train.tsv.gz"):
            if line:
                word, tag = line.split("\t")[:2]
                if tag == "O" and word.isalpha():
                    side[word.lower()] += 1
    return bokmal, nynorsk, phonetic


if __name__ == "__main__":
    forms = word_forms.collect(sys.argv[1])
    sides = counts(sys.argv[1])
    listed = StringTable(w for w in set().union(*sides) if w.isalpha() and sum(side[w] for side in sides) >= LEAST)
    totals = [sum(side.values()) for side in sides]
    rest = [[1.0] * 4 for _ in sides]
    for number, side in enumerate(sides):
        for word, n in side.items():
            if word not in listed.ids:
                rest[number][forms.get(word.lower(), 0) >> 6] += n
    # Spread over the words outside the list: each is one of many.
    spread = math.log(20_000)
    quantise = lambda p: min(255, round(-math.log(p) * STEPS))
    packed = []
    for word in listed.strings:
        value = 0
        for number, side in enumerate(sides):
            value |= quantise((side[word] + 0.02) / totals[number]) << 8 * number
        packed.append(value)
    unlisted = []
    for group in range(4):
        value = 0
        for number in range(3):
            value |= min(255, round((spread - math.log(rest[number][group] / totals[number])) * STEPS)) << 8 * number
        unlisted.append(value)
    write_sections(sys.argv[2], [
        ("words", listed.encoded()),
        ("costs", struct.pack(f"<{len(packed)}I", *packed)),
        ("unlisted", struct.pack("<4I", *unlisted)),
    ])
    print(f"{len(packed)} words")
