"""Trains the letter-by-letter rewriting of words that were never attested.

Attested pairs are aligned letter by letter, and a log-linear model learns which string each letter gives, from the letters
around it and the strings already given: softmax loss, AdaGrad (Duchi, Hazan and Singer 2011). Words are read from left to
right, so a beam search finds likely rewritings (a maximum entropy Markov model, McCallum, Freitag and Pereira 2000).
"""
import collections
import math
import numpy as np
from numba import njit
from feature_hash import feature, find, slot, weights_of
from letter_alignment import align_all

PADDING = 4
FEATURES = 20
MOST_STRINGS = 12
LONGEST_STRING = 4
# A string so much less likely than the best, by log share, is not followed.
LEAST = -9.0
TABLE_BITS = 23


@njit(cache=True)
def letter_features(word, i, label, p1, p2, p3, keys):
    """The keys of giving `label` for letter i of a padded word; the same templates as RewriteModel.swift."""
    b, c, d = word[i - 3], word[i - 2], word[i - 1]
    e, f, g = word[i + 1], word[i + 2], word[i + 3]
    x = word[i] << 16 | label
    q = p2 << 16 | p1
    keys[0] = feature(32, x, 0, 0)
    keys[1] = feature(33, x, d, 0)
    keys[2] = feature(34, x, e, 0)
    keys[3] = feature(35, x, d << 8 | e, 0)
    keys[4] = feature(36, x, c << 8 | d, 0)
    keys[5] = feature(37, x, e << 8 | f, 0)
    keys[6] = feature(38, x, c << 16 | d << 8 | e, 0)
    keys[7] = feature(39, x, d << 16 | e << 8 | f, 0)
    keys[8] = feature(40, x, c << 24 | d << 16 | e << 8 | f, 0)
    keys[9] = feature(41, x, b << 16 | c << 8 | d, 0)
    keys[10] = feature(42, x, e << 16 | f << 8 | g, 0)
    keys[11] = feature(43, x, b << 24 | c << 16 | d << 8 | e, 0)
    keys[12] = feature(50, x, d << 24 | e << 16 | f << 8 | g, 0)
    keys[13] = feature(44, x, p1, 0)
    keys[14] = feature(45, x, q, 0)
    keys[15] = feature(46, x, p1 << 8 | e, 0)
    keys[16] = feature(49, x, p1 << 16 | e << 8 | f, 0)
    keys[17] = feature(51, x, q, e)
    keys[18] = feature(52, x, q, p3)
    keys[19] = feature(53, x, q, e << 8 | f)


@njit(cache=True)
def epoch(order, starts, letters, golds, option_starts, options, keys, weights, squares, rate, grow):
    found = np.zeros(FEATURES, np.uint64)
    hashes = np.zeros((MOST_STRINGS, FEATURES), np.uint64)
    scores = np.zeros(MOST_STRINGS)
    wrong = seen = 0
    for sample in order:
        p1 = p2 = p3 = 0
        for i in range(starts[sample] + PADDING, starts[sample + 1] - PADDING):
            first = option_starts[letters[i]]
            count = option_starts[letters[i] + 1] - first
            gold = golds[i]
            if count > 1:
                seen += 1
                best, right = 0, 0
                for k in range(count):
                    letter_features(letters, i, options[first + k], p1, p2, p3, found)
                    scores[k] = 0.0
                    for n in range(FEATURES):
                        hashes[k, n] = found[n]
                        place = find(keys, found[n])
                        if place >= 0:
                            scores[k] += weights[place]
                    if scores[k] > scores[best]:
                        best = k
                    if options[first + k] == gold:
                        right = k
                wrong += best != right
                top, total = scores[best], 0.0
                for k in range(count):
                    scores[k] = math.exp(scores[k] - top)
                    total += scores[k]
                for k in range(count):
                    slope = scores[k] / total - (1.0 if k == right else 0.0)
                    if abs(slope) < 1e-3:
                        continue
                    for n in range(FEATURES):
                        place = slot(keys, hashes[k, n]) if grow else find(keys, hashes[k, n])
                        if place < 0:
                            continue
                        squares[place] += slope * slope
                        weights[place] -= rate * slope / math.sqrt(squares[place] + 0.01)
            p3, p2, p1 = p2, p1, gold + 1
    return wrong / max(1, seen)


@njit(cache=True)
def search(ids, option_starts, options, keys, weights, width):
    """Beam search: scores, and for each path the label of each letter (-1: the letter stands), best first."""
    n = len(ids) - 2 * PADDING
    scores = np.zeros(width)
    labels = np.full((width, n), -1)
    recent = np.zeros((width, 3), np.int64)
    count = 1
    found = np.zeros(FEATURES, np.uint64)
    shares = np.zeros(MOST_STRINGS)
    for at in range(n):
        i = at + PADDING
        first = option_starts[ids[i]]
        choices = option_starts[ids[i] + 1] - first
        if choices == 0:
            for path in range(count):
                recent[path, 1:] = recent[path, :2].copy()
                recent[path, 0] = 0
            continue
        new_scores = np.zeros(width)
        origin = np.zeros((width, 2), np.int64)
        grown = 0
        for path in range(count):
            top = -np.inf
            for k in range(choices):
                letter_features(ids, i, options[first + k], recent[path, 0], recent[path, 1], recent[path, 2], found)
                shares[k] = 0.0
                for key in found:
                    place = find(keys, key)
                    if place >= 0:
                        shares[k] += weights[place]
                top = max(top, shares[k])
            total = 0.0
            for k in range(choices):
                total += math.exp(shares[k] - top)
            total = top + math.log(total)
            for k in range(choices):
                if shares[k] - total < LEAST:
                    continue
                score = scores[path] + shares[k] - total
                if grown == width and score <= new_scores[width - 1]:
                    continue
                if grown < width:
                    grown += 1
                place = grown - 1
                while place > 0 and new_scores[place - 1] < score:
                    new_scores[place], origin[place] = new_scores[place - 1], origin[place - 1]
                    place -= 1
                new_scores[place], origin[place, 0], origin[place, 1] = score, path, options[first + k]
        old_labels, old_recent = labels.copy(), recent.copy()
        for path in range(grown):
            labels[path] = old_labels[origin[path, 0]]
            labels[path, at] = origin[path, 1]
            recent[path, 0] = origin[path, 1] + 1
            recent[path, 1:] = old_recent[origin[path, 0], :2]
        scores, count = new_scores, grown
    return scores[:count], labels[:count]


class Rewriter:
    """most: how many features to keep; letters: letter → id from 2; labels: id → string; options: letter id → label ids; weights: hash → weight."""

    def __init__(self, pairs, epochs=4, seed=7, least=3, rate=0.1, most=None):
        aligned = align_all(pairs)
        counts = collections.defaultdict(collections.Counter)
        for (word, _), targets in zip(pairs, aligned):
            for letter, target in zip(word, targets):
                counts[letter][target] += 1
        strings = {t for c in counts.values() for t, n in c.items() if n >= least and len(t) <= LONGEST_STRING}
        self.labels = sorted(strings, key=lambda s: s.encode())
        index = {s: i for i, s in enumerate(self.labels)}
        frequent = (x for x, c in counts.items() if sum(c.values()) >= 5)
        self.letters = {x: i + 2 for i, x in enumerate(sorted(frequent, key=lambda s: s.encode()))}
        self.options = {
            self.letters[x]: [index[t] for t, n in sorted(c.items(), key=lambda item: (-item[1], item[0]))
                              if n >= least and t in index][:MOST_STRINGS]
            for x, c in counts.items() if x in self.letters}
        starts, letters, golds = [0], [], []
        padding = [0] * PADDING
        for (word, _), targets in zip(pairs, aligned):
            if all(x in self.letters and t in index and index[t] in self.options[self.letters[x]] for x, t in zip(word, targets)):
                letters += padding + [self.letters[x] for x in word] + padding
                golds += padding + [index[t] for t in targets] + padding
                starts.append(len(letters))
        option_starts, options = [0, 0, 0], []
        for letter in range(2, len(self.letters) + 2):
            options += self.options[letter]
            option_starts.append(len(options))
        self.option_starts, self.flat_options = np.array(option_starts), np.array(options)
        self.keys = np.zeros(1 << TABLE_BITS, np.uint64)
        self.values = np.zeros(1 << TABLE_BITS)
        samples = tuple(np.array(x, np.int64) for x in (starts, letters, golds))
        self.train(samples, epochs, rate, np.random.default_rng(seed), grow=True)
        if most:
            # Learnt again without the features that will not be kept, those that are kept take their part.
            self.keep(most)
            self.train(samples, epochs, rate, np.random.default_rng(seed), grow=False)

    def train(self, samples, epochs, rate, generator, grow):
        squares = np.zeros(1 << TABLE_BITS)
        for number in range(epochs):
            order = generator.permutation(len(samples[0]) - 1)
            wrong = epoch(order, *samples, self.option_starts, self.flat_options, self.keys, self.values, squares,
                          rate * (1 - number / (epochs + 1)), grow)
            print(f"rewriting, epoch {number + 1}: {100 * wrong:.2f} % of letters wrong", flush=True)
        self.weights = weights_of(self.keys, self.values)
        # A large weight that few words asked for says little of new ones.
        self.importance = weights_of(self.keys, np.abs(self.values) * np.sqrt(squares))

    def keep(self, most):
        """Forgets all but the most important features, and all weights."""
        ranked = sorted(self.importance, key=lambda key: (-self.importance[key], key))[:most]
        self.keys[:] = 0
        self.values[:] = 0
        for key in ranked:
            slot(self.keys, np.uint64(key))

    def beam(self, word, width=12):
        """The likeliest rewritings with their log probabilities, best first."""
        ids = np.array([0] * PADDING + [self.letters.get(x, 1) for x in word] + [0] * PADDING, np.int64)
        scores, paths = search(ids, self.option_starts, self.flat_options, self.keys, self.values, width)
        found = {}
        for score, labels in zip(scores.tolist(), paths.tolist()):
            text = "".join(letter if label < 0 else self.labels[label] for letter, label in zip(word, labels))
            found.setdefault(text, score)
        return [(score, text) for text, score in found.items()]
