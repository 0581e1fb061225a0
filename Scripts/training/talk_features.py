"""What the talk tagger sees of a text: the attributes of name_features.py, and those that TalkFeatures.swift adds. The two must
agree bit for bit."""
import os
import numpy as np
from numba import njit, uint64
import name_features as names
from name_features import WORD, PUNCTUATION, NEWLINE, OUTSIDE
from common import fmix, hash_text, MASK
from feature_hash import fmix as compiled_fmix

CLASSES = ['person', 'place', 'unit', 'title', 'date', 'age', 'fact', 'other']
OWN = ['rule', 'ruleType', 'tag', 'ruleScore', 'sentence', 'clauseFirst', 'clauseSecond', 'clausePlace', 'clauseEnd', 'field', 'clauseFields',
       'sentenceFields']
ATTRIBUTES = names.ATTRIBUTES + OWN
A = {name: i for i, name in enumerate(ATTRIBUTES)}
STOPS = set('.!?…;:')


class Fields:
    """talkfields.txt, as TalkFields.swift reads it."""

    def __init__(self, path):
        self.exact, self.stems, self.strong, number = {}, {}, 0, 0
        for line in open(path, encoding='utf-8'):
            if line.startswith('#') or not line.strip(): continue
            name, *words = line.split()
            number += 1
            if name.endswith('!'): self.strong |= 1 << number
            for word in words:
                if word.startswith('='): self.exact.setdefault(word[1:], number)
                else: self.stems.setdefault(word, number)

    def number(self, lower):
        if lower in self.exact: return self.exact[lower]
        for n in range(len(lower), 2, -1):
            if lower[:n] in self.stems: return self.stems[lower[:n]]
        return 0


def step(n): return n if n < 4 else 4 if n < 6 else 5 if n < 9 else 6 if n < 13 else 7


def owners(tokens, ranges):
    """For each token the range of code points that it lies in, or -1, and whether it is the first token there."""
    out, j, last = [], 0, -1
    for t in tokens:
        while j < len(ranges) and ranges[j][1] <= t.start: j += 1
        own = j if j < len(ranges) and ranges[j][0] < t.end and t.start < ranges[j][1] else -1
        out.append((own, own >= 0 and own != last)); last = own
    return out


def attributes(tokens, lists, fields, rules, tags):
    """uint64 [tokens, ATTRIBUTES]. rules: what the rules found; tags: the name tagger's best reading; both as `ordrett anonymize`
    prints them."""
    X = np.concatenate([names.attributes(tokens, lists), np.zeros((len(tokens), len(OWN)), np.uint64)], 1)
    for i, (n, first) in enumerate(owners(tokens, [(d['start'], d['end']) for d in rules])):
        if tokens[i].kind == NEWLINE: continue
        if n < 0: X[i, A['rule']] = X[i, A['ruleType']] = X[i, A['ruleScore']] = 1; continue
        d, place = rules[n], 'B' if first else 'I'
        X[i, A['rule']], X[i, A['ruleType']] = hash_text(place + d['rule']), hash_text(place + d['type'])
        X[i, A['ruleScore']] = hash_text(d['type'] + str(int(d['score'] * 5)))
    for i, (n, first) in enumerate(owners(tokens, [(d['start'], d['end']) for d in tags])):
        if tokens[i].kind != NEWLINE: X[i, A['tag']] = 1 if n < 0 else hash_text(('B' if first else 'I') + tags[n]['tag'])
    for i, t in enumerate(tokens):
        if t.kind == WORD: X[i, A['field']] = fields.number(t.lower)
    for a, b in names.sequences(tokens): clauses(tokens, a, b, fields, X)
    return X


def clauses(tokens, a, b, fields, X):
    """Clauses end at every mark of punctuation, sentences at some."""
    sentence, start, inside, i = 1, a, 0, a
    while i < b:
        j, mask = i, 0
        while j < b and tokens[j].kind != PUNCTUATION:
            mask |= fields.strong & 1 << int(X[j, A['field']]); j += 1
        inside |= mask
        for k in range(i, j):
            X[k, A['sentence']] = sentence
            X[k, A['clauseFirst']] = X[i, A['lower']]
            if i + 1 < j: X[k, A['clauseSecond']] = X[i + 1, A['lower']]
            X[k, A['clausePlace']], X[k, A['clauseEnd']] = 1 + step(k - i), 1 + step(j - 1 - k)
            X[k, A['clauseFields']] = 1 + mask
        if j < b: X[j, A['sentence']], X[j, A['clausePlace']] = sentence, 20
        if j < b and tokens[j].text in STOPS or j + 1 >= b:
            for k in range(start, min(j + 1, b)): X[k, A['sentenceFields']] = 1 + inside
            sentence += 1; start = j + 1; inside = 0
        i = j + 1


def templates():
    """(seed, whether it stays within the sentence, [(attribute, offset)]). Templates of one seed ask the same of several places."""
    out = []

    def add(*parts): out.append((len(out), False, [(A[parts[k]], parts[k + 1]) for k in range(0, len(parts), 2)]))
    for name in ('lower', 'base', 'prefix3', 'prefix4', 'suffix2', 'suffix3', 'suffix4', 'suffix5', 'shape', 'listed', 'forms', 'coarse', 'fine',
                 'place', 'phrase'): add(name, 0)
    for name in ('lower', 'forms', 'coarse', 'fine', 'kinds', 'suffix3', 'place'):
        for o in (-1, 1): add(name, o)
    for name in ('lower', 'forms', 'coarse'):
        for o in (-2, 2): add(name, o)
    for parts in [
        ('lower', -1, 'lower', 0), ('lower', 0, 'lower', 1), ('lower', -1, 'lower', 1), ('lower', -1, 'forms', 0), ('lower', 1, 'forms', 0),
        ('forms', -1, 'forms', 0, 'forms', 1), ('forms', -2, 'forms', -1, 'forms', 0), ('forms', 0, 'forms', 1, 'forms', 2),
        ('coarse', -1, 'coarse', 0), ('coarse', 0, 'coarse', 1), ('lower', 0, 'place', 0), ('listed', 0, 'place', 0), ('lower', -2, 'lower', -1),
        ('lower', 1, 'lower', 2), ('afterRun', 0, 'runPlace', 0), ('beforeRun', 0, 'runPlace', 0), ('runLast', 0, 'runPlace', 0),
        ('rule', 0), ('ruleType', 0), ('tag', 0), ('ruleScore', 0), ('ruleType', -2), ('ruleType', -1), ('ruleType', 1), ('ruleType', 2),
        ('rule', -1), ('rule', 1), ('tag', -1), ('tag', 1), ('ruleType', -1, 'ruleType', 0, 'ruleType', 1), ('ruleType', 0, 'lower', 0),
        ('ruleType', -1, 'lower', 0), ('ruleType', 1, 'lower', 0), ('lower', -1, 'ruleType', 0), ('lower', 1, 'ruleType', 0),
        ('ruleType', 0, 'tag', 0), ('ruleType', 0, 'forms', 0, 'place', 0), ('ruleType', -2, 'lower', -1), ('ruleType', 2, 'lower', 1),
        ('clauseFirst', 0), ('clauseFirst', 0, 'clauseSecond', 0), ('clausePlace', 0), ('clauseEnd', 0), ('clauseFirst', 0, 'clausePlace', 0),
        ('clauseEnd', 0, 'forms', 0), ('clauseFirst', 0, 'coarse', 0), ('field', 0), ('field', -1), ('field', 1), ('field', -1, 'field', 0),
        ('field', 0, 'field', 1), ('lower', -1, 'field', 0), ('clauseFields', 0), ('sentenceFields', 0), ('clauseFields', 0, 'clausePlace', 0),
        ('clauseFields', 0, 'clauseFirst', 0), ('clauseFields', 0, 'forms', 0)]: add(*parts)
    for side in (-1, 1):
        for seed, name, reach in ((2000, 'lower', 6), (2010, 'fine', 6), (4000, 'field', 8)):
            out += [(seed + side, True, [(A[name], side * o)]) for o in range(1, reach + 1)]
    return out


@njit(cache=True)
def compiled(X, spans, seeds, stays, parts, starts, outside, sentence):
    n, m = X.shape[0], len(seeds)
    out = np.zeros((n, m), np.uint64)
    for s in range(len(spans)):
        a, b = spans[s, 0], spans[s, 1]
        for i in range(a, b):
            for t in range(m):
                h = compiled_fmix(uint64(seeds[t] + 1) * uint64(0x9E3779B97F4A7C15))
                said = True
                for p in range(starts[t], starts[t + 1]):
                    j = i + parts[p, 1]
                    within = a <= j < b
                    if stays[t] and (not within or X[j, sentence] != X[i, sentence]): said = False; break
                    v = X[j, parts[p, 0]] if within else outside
                    if v == uint64(0): said = False; break
                    h = compiled_fmix(h + v)
                out[i, t] = h if said else uint64(0)
    return out


def hashed(X, spans):
    """Feature hashes uint64 [tokens, templates]; 0 where a part has nothing to say."""
    seeds, stays, lists = zip(*templates())
    parts, starts = names.flat(lists)
    return compiled(X, spans, np.array(seeds), np.array(stays), parts, starts, np.uint64(OUTSIDE), A['sentence'])
