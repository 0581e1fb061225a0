"""Trains the letter-by-letter rewriting of dialect words that were never attested.

Attested pairs are aligned letter by letter (each dialect letter gives a string of 0 to 3 Bokmål letters), and an averaged
perceptron learns which string each letter gives, from the letters around it and the strings already given.
"""
import collections
import math
import random

EDGE = "\u0002"
VOWELS = set("aeiouyæøåAEIOUYÆØÅéô")
SAME = {("L", "l"), ("L", "r"), ("å", "o"), ("o", "å"), ("e", "æ"), ("æ", "e"), ("j", "g"), ("k", "g"), ("t", "d"), ("p", "b"),
        ("ô", "o"), ("å", "ø"), ("æ", "a")}


def start_cost(source, target):
    if source == target or source.lower() == target.lower():
        return 0.0
    if (source, target) in SAME:
        return 0.6
    if (source in VOWELS) == (target in VOWELS):
        return 1.2
    return 2.5


def align(word, form, cost):
    """The target string of each letter of word, by cheapest substitution, deletion and insertion (joined to the left)."""
    n, m = len(word), len(form)
    table = [[0.0] * (m + 1) for _ in range(n + 1)]
    back = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            best, move = (0.0, 0) if i == j == 0 else (1e9, 0)
            if i and j and table[i - 1][j - 1] + cost("s", word[i - 1], form[j - 1]) < best:
                best, move = table[i - 1][j - 1] + cost("s", word[i - 1], form[j - 1]), 1
            if i and table[i - 1][j] + cost("d", word[i - 1], "") < best:
                best, move = table[i - 1][j] + cost("d", word[i - 1], ""), 2
            if j and i and table[i][j - 1] + cost("i", "", form[j - 1]) < best:
                best, move = table[i][j - 1] + cost("i", "", form[j - 1]), 3
            if j and not i:
                best, move = 1.5 * j, 3
            table[i][j], back[i][j] = best, move
    targets = [""] * n
    i, j = n, m
    pending = ""
    while i or j:
        move = back[i][j]
        if move == 1:
            targets[i - 1] = form[j - 1] + pending
            pending = ""
            i, j = i - 1, j - 1
        elif move == 2:
            targets[i - 1] = pending
            pending = ""
            i -= 1
        else:
            pending = form[j - 1] + pending
            j -= 1
    if pending and n:
        targets[0] = pending + targets[0]
    return targets


def aligned_pairs(pairs):
    """Alignments after two rounds of re-estimating the substitution costs."""
    def cost(kind, a, b):
        return start_cost(a, b) if kind == "s" else 1.3

    for _ in range(2):
        counts = collections.Counter()
        total = collections.Counter()
        for word, form in pairs:
            for letter, target in zip(word, align(word, form, cost)):
                if len(target) <= 1:
                    counts[letter, target] += 1
                else:
                    counts[letter, target[0]] += 1
                    for extra in target[1:]:
                        counts["", extra] += 1
                total[letter] += 1
        everything = sum(total.values())

        def cost(kind, a, b, counts=counts, total=total, everything=everything):
            if kind == "i":
                return 0.7 - 0.35 * math.log((counts["", b] + 0.5) / everything)
            return min(6.0, -math.log((counts[a, b] + 0.1) / (total[a] + 5)))

    return [(word, align(word, form, cost)) for word, form in pairs]


def letter_features(word, i, label, p1, p2):
    """word: ids of letters with two edges on both sides; i counts in it. The same templates as RewriteModel.swift."""
    c, d = word[i - 2], word[i - 1]
    x = word[i]
    e, f = word[i + 1], word[i + 2]
    xl = x << 16 | label
    return (
        (32, xl, 0, 0), (33, xl, d, 0), (34, xl, e, 0), (35, xl, d << 8 | e, 0), (36, xl, c << 8 | d, 0), (37, xl, e << 8 | f, 0),
        (38, xl, c << 16 | d << 8 | e, 0), (39, xl, d << 16 | e << 8 | f, 0), (40, xl, c << 24 | d << 16 | e << 8 | f, 0),
        (44, xl, p1, 0), (45, xl, p2 << 16 | p1, 0), (46, xl, p1 << 8 | e, 0), (49, xl, p1 << 16 | e << 8 | f, 0),
    )


class Rewriter:
    """letters: letter → id from 2; labels: id → string; options: letter id → label ids."""

    def __init__(self, pairs, epochs=6, seed=7, least=3):
        aligned = aligned_pairs(pairs)
        counts = collections.defaultdict(collections.Counter)
        for word, targets in aligned:
            for letter, target in zip(word, targets):
                counts[letter][target] += 1
        strings = {t for c in counts.values() for t, n in c.items() if n >= least and len(t) <= 3}
        # A letter has at most twelve strings.
        self.labels = sorted(strings, key=lambda s: s.encode())
        index = {s: i for i, s in enumerate(self.labels)}
        self.letters = {x: i + 2 for i, x in enumerate(sorted((x for x, c in counts.items() if sum(c.values()) >= 5), key=lambda s: s.encode()))}
        self.options = {
            self.letters[x]: [index[t] for t, n in sorted(c.items(), key=lambda item: (-item[1], item[0])) if n >= least and t in index][:12]
            for x, c in counts.items() if x in self.letters}
        samples = []
        for word, targets in aligned:
            if all(x in self.letters and t in index and index[t] in self.options[self.letters[x]] for x, t in zip(word, targets)):
                samples.append((self.encode(word), [index[t] for t in targets]))
        self.train(samples, epochs, seed)

    def encode(self, word):
        return [0] * 2 + [self.letters.get(x, 1) for x in word] + [0] * 2

    def train(self, samples, epochs, seed):
        weights, totals, stamps, step = {}, {}, {}, 0
        generator = random.Random(seed)
        for epoch in range(epochs):
            generator.shuffle(samples)
            wrong = seen = 0
            for word, targets in samples:
                p1 = p2 = 0
                for i, gold in enumerate(targets, 2):
                    options = self.options[word[i]]
                    if len(options) > 1:
                        step += 1
                        seen += 1
                        best, best_score, best_keys = -1, -1e9, None
                        for label in options:
                            keys = letter_features(word, i, label, p1, p2)
                            score = 0.0
                            for key in keys:
                                if key in weights:
                                    score += weights[key]
                            # A margin: the right label must win by one.
                            if label == gold:
                                score -= 1.0
                                gold_keys = keys
                            if score > best_score:
                                best, best_score, best_keys = label, score, keys
                        if best != gold:
                            wrong += 1
                            for keys, delta in ((gold_keys, 0.25), (best_keys, -0.25)):
                                for key in keys:
                                    old = weights.get(key, 0.0)
                                    totals[key] = totals.get(key, 0.0) + old * (step - stamps.get(key, 0))
                                    stamps[key] = step
                                    weights[key] = old + delta
                    p2, p1 = p1, gold + 1
            print(f"rewrite epoch {epoch + 1}: {100 * wrong / seen:.2f} % of {seen} letters, {len(weights)} features", flush=True)
        self.weights = {k: (totals.get(k, 0.0) + v * (step - stamps.get(k, 0))) / step for k, v in weights.items()}

    def beam(self, word, width=10, temperature=1.0):
        """The best rewritings with their log probabilities (softmax over each letter's strings), best first."""
        ids = self.encode(word)
        beams = [(0.0, "", 0, 0)]
        get = self.weights.get
        for i in range(2, len(ids) - 2):
            options = self.options.get(ids[i])
            if not options:
                beams = [(s, t + word[i - 2], 0, p1) for s, t, p1, p2 in beams]
                continue
            grown = {}
            for score, text, p1, p2 in beams:
                values = [sum(get(k, 0.0) for k in letter_features(ids, i, l, p1, p2)) / temperature for l in options]
                top = max(values)
                log_sum = top + math.log(sum(math.exp(v - top) for v in values))
                for label, value in zip(options, values):
                    if value < top - 12:
                        continue
                    key = (text + self.labels[label], label + 1, p1)
                    new = score + value - log_sum
                    if new > grown.get(key, -1e9):
                        grown[key] = new
            ranked = sorted(grown.items(), key=lambda item: (-item[1], item[0]))[:width]
            beams = [(s, t, p1, p2) for (t, p1, p2), s in ranked]
        best = {}
        for s, t, _, _ in beams:
            best[t] = max(s, best.get(t, -1e9))
        return sorted(((s, t) for t, s in best.items()), key=lambda item: (-item[0], item[1]))


def training_pairs(cands, most=400):
    """One pair per attested word, its usual form; very frequent words are irregular and left out."""
    pairs = []
    for word, ranked in sorted(cands.table.items()):
        total = sum(n for _, n in ranked)
        if total <= most and "X" not in word and "#" not in word and ranked[0][0] and "#" not in ranked[0][0]:
            pairs.append((word, ranked[0][0]))
    return pairs
