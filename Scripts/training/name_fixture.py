#!/usr/bin/env python3
"""Writes the fixture by which the tests check that Swift sees what the training saw.

usage: name_fixture.py > Tests/AnonymizationTests/Fixtures/name-features.tsv

One token a line of invented sentences: its number, a checksum of its attributes, a checksum of its features, its text.
"""
import os, sys
import numpy as np
import name_features as features
from common import fmix, hash_text, MASK
from train_names import FORMS, RESOURCES

SENTENCES = """Kari Nordmann bor på Ås, og jobber ved St. Olavs hospital i Trondheim.
«Det var fint», sa Per-Arne. Han kom fra Sør-Varanger kommune i 1998!
eg heiter ola nordmann og bur i bodø, ikkje i oslo
NRK og Equinor ASA møtte statsminister Gro Harlem Brundtland's folk.
Mo i Ranas største bedrift – Mo Industripark – hadde 1 200 ansatte.
Tore'n sa at O’Brien og Åse-Marie E. Sæthers mor var i Møre og Romsdals avis
Kari ringte Nordmann. Da svarte kari at Ås var langt unna. "Hva nå?" spurte Liv.
CO2-avgiften, A4-ark og vg3 😀 ﬁnt… J. R. Hansen, dr. Dahl og M\u00fcller-Øverås
Hundebjeffingens ettermiddagsmøtene var samarbeidspartnernes.""".encode().decode()


class Clusters:
    """The clusters that the weights hold."""

    def __init__(self, path):
        raw = open(path, 'rb').read()
        for k in range(int.from_bytes(raw[4:8], 'little')):
            e = 8 + 16 * k
            if raw[e:e + 8].rstrip(b'\0') == b'words':
                offset, length = int.from_bytes(raw[e + 8:e + 12], 'little'), int.from_bytes(raw[e + 12:e + 16], 'little')
                self.slots = np.frombuffer(raw, '<u4', length // 4, offset)

    def get(self, word):
        h = hash_text(word)
        slot = h & (len(self.slots) - 1)
        while self.slots[slot]:
            entry = int(self.slots[slot])
            if entry >> 16 == max(1, h >> 48): return entry & 0xFFFF
            slot = (slot + 1) & (len(self.slots) - 1)
        return None

    def __bool__(self): return True


def checksum(values):
    total = 0
    for v in values: total = fmix((total + int(v)) & MASK)
    return total


def main():
    lists = features.Lists(RESOURCES, FORMS, Clusters(os.path.join(RESOURCES, 'nametagger.bin')))
    tokens = features.tokens(SENTENCES)
    X = features.attributes(tokens, lists)
    parts, starts = features.flat(features.templates())
    hashed = features.hashed(X, np.array(features.sequences(tokens), np.int64), parts, starts, np.uint64(features.OUTSIDE))
    for i, t in enumerate(tokens):
        text = '\\n' if t.kind == features.NEWLINE else t.text
        print(i, f'{checksum(X[i]):016x}', f'{checksum(hashed[i]):016x}', text, sep='\t')


if __name__ == '__main__': sys.exit(main())
