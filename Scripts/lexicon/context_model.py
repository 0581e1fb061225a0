"""Trains the choice between attested Bokmål forms of a dialect or Nynorsk word in context.

An averaged perceptron (Collins 2002) ranks the attested candidates of each word from left to right, looking at the
forms already chosen and at the dialect words around. Deterministic: utterances are visited in an order drawn from a
seeded generator.
"""
import collections
import math
import random
from common import utterances

MAX_CANDIDATES = 8
START = "\u0002"


class Candidates:
    """Attested forms with counts, as the compiled lexicon keeps them."""

    def __init__(self, train, keep=lambda dialect, bokmal: True):
        counts = collections.defaultdict(collections.Counter)
        for utterance in train:
            for dialect, bokmal in utterance:
                if keep(dialect, bokmal):
                    counts[dialect][bokmal] += 1
        self.table = {}
        for dialect, forms in counts.items():
            ranked = sorted(forms.items(), key=lambda item: (-item[1], item[0]))[:MAX_CANDIDATES]
            self.table[dialect] = ranked

    def best(self, dialect):
        ranked = self.table.get(dialect)
        return ranked[0][0] if ranked else dialect


def features(y, w, guess, words, chosen, i):
    """Feature keys of candidate y for word i; the same templates as ContextDecoder.swift."""
    p1, p2 = chosen[i - 1], chosen[i - 2]
    n1, n2 = words[i + 1], words[i + 2]
    g1, g2 = guess[i + 1], guess[i + 2]
    q1 = words[i - 1]
    return (
        (1, y, w, 0), (2, y, p1, 0), (3, y, p1, p2), (4, y, g1, 0), (6, y, w, n1), (7, y, w, q1),
        (9, y, w, n2), (10, y, p2, 0), (12, y, w, p1), (13, y, g2, 0),
    )


def encode(utterance, cands, ids):
    """Ids of dialect words and of their most frequent forms, padded by two on both sides; 0 is the edge, 1 unknown."""
    pad = [0, 0]
    words = pad + [ids.get("w" + w, 1) for w, _ in utterance] + pad
    guess = pad + [ids.get("y" + cands.best(w), 1) for w, _ in utterance] + pad
    return words, guess


def make_ids(cands):
    """One id space for forms (y…) and one for dialect words (w…), both from 2 in sorted byte order."""
    forms = sorted({b for r in cands.table.values() for b, _ in r}, key=lambda s: s.encode())
    words = sorted(cands.table, key=lambda s: s.encode())
    ids = {"y" + f: i + 2 for i, f in enumerate(forms)}
    ids.update({"w" + w: i + 2 for i, w in enumerate(words)})
    return ids


def prior(ranked):
    total = sum(n for _, n in ranked)
    return [math.log((n + 0.1) / total) for _, n in ranked]


def train(data, cands, epochs, seed=20):
    ids = make_ids(cands)
    options = {w: ([ids["y" + b] for b, _ in r], prior(r)) for w, r in cands.table.items()}
    weights, totals, stamps = {}, {}, {}
    step = 0
    order = list(range(len(data)))
    encoded = [encode(u, cands, ids) for u in data]
    generator = random.Random(seed)
    for epoch in range(epochs):
        generator.shuffle(order)
        errors = seen = 0
        for index in order:
            utterance = data[index]
            words, guess = encoded[index]
            chosen = [0] * len(words)
            for i, (dialect, bokmal) in enumerate(utterance, 2):
                if dialect not in options:
                    chosen[i] = ids.get("y" + bokmal, 1)
                    continue
                ys, priors = options[dialect]
                gold = ids.get("y" + bokmal, 1)
                if len(ys) == 1:
                    chosen[i] = ys[0]
                    continue
                step += 1
                seen += 1
                best, best_score, best_keys, gold_keys, gold_score = 0, -1e9, None, None, -1e9
                w = words[i]
                for y, base in zip(ys, priors):
                    keys = features(y, w, guess, words, chosen, i)
                    score = base
                    for key in keys:
                        if key in weights:
                            score += weights[key]
                    if y == gold:
                        gold_keys, gold_score = keys, score
                    if score > best_score:
                        best, best_score, best_keys = y, score, keys
                chosen[i] = best
                if best != gold:
                    errors += 1
                    if gold_keys:
                        for keys, delta in ((gold_keys, 0.25), (best_keys, -0.25)):
                            for key in keys:
                                old = weights.get(key, 0.0)
                                totals[key] = totals.get(key, 0.0) + old * (step - stamps.get(key, 0))
                                stamps[key] = step
                                weights[key] = old + delta
        print(f"epoch {epoch + 1}: {100 * errors / seen:.2f} % of {seen} ambiguous words wrong, {len(weights)} features", flush=True)
    averaged = {}
    for key, value in weights.items():
        total = totals.get(key, 0.0) + value * (step - stamps.get(key, 0))
        if total:
            averaged[key] = total / step
    return averaged, ids, options
