#!/usr/bin/env python3
"""Writes the fixture by which the tests check that Swift sees what the training of the talk tagger saw.

usage: talk_fixture.py > Tests/AnonymizationTests/Fixtures/talk-features.tsv

One token a line of invented sentences: its number, a checksum of its attributes, a checksum of its features, its text. What the rules
and the name tagger found is invented too, below and in the test, so that the fixture stands when they change.
"""
import os, sys
import numpy as np
import name_features as names, talk_features as features
from name_fixture import Clusters, checksum
from train_names import FORMS, RESOURCES

SENTENCES = """Faren min var den eneste i Bodø som mistet begge hendene, og så vant han VM i 1987!
Hun? Det var dattera til lensmannen; ho gifte seg med tvillingbroren … altså ikke med meg
eg heiter kari nordmann, og bur på haugen
Overlevde brannen. Ja: den siste budeia!"""
FOUND = [('Bodø', 'place', 'place.list', 0.9), ('1987', 'date', 'date.year', 0.5), ('dattera til lensmannen', 'relationFact', 'fact.kin-of-office', 0.55),
         ('kari nordmann', 'person', 'name.list', 0.85)]
TAGS = [('Bodø', 'GPE_LOC'), ('VM', 'EVT'), ('kari nordmann', 'PER')]


def at(words): return {'start': SENTENCES.index(words), 'end': SENTENCES.index(words) + len(words)}


def main():
    lists = names.Lists(RESOURCES, FORMS, Clusters(os.path.join(RESOURCES, 'nametagger.bin')))
    tokens = names.tokens(SENTENCES)
    X = features.attributes(
        tokens, lists, features.Fields(os.path.join(RESOURCES, 'talkfields.txt')),
        [{**at(w), 'type': kind, 'rule': rule, 'score': score} for w, kind, rule, score in FOUND], [{**at(w), 'tag': tag} for w, tag in TAGS])
    hashed = features.hashed(X, np.array(names.sequences(tokens), np.int64))
    for i, t in enumerate(tokens):
        text = '\\n' if t.kind == names.NEWLINE else t.text
        print(i, f'{checksum(X[i]):016x}', f'{checksum(hashed[i]):016x}', text, sep='\t')


if __name__ == '__main__': sys.exit(main())
