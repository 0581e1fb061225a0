"""Trains the choice between the candidates of a word in context.

A small network reads the four words to either side, the forms chosen for the three words before, the likeliest forms of the
three after, and the mean of the utterance's words (which tells the dialect); its hidden layer scores each candidate by
vectors of its form, of what the form can be, of its ending, and of the pair of word and form. Beside it stand weights of
pairs and triples of words, and weights of what is known without context. Softmax loss; AdaGrad, one rate for each row of a
table (Duchi, Hazan and Singer 2011). The forms before a word are those the model itself chooses while it learns, so it
learns with its own mistakes around it. Seeded, one thread.
"""
import math
import numpy as np
from numba import njit
from candidate_sets import KNOWLEDGE, LETTERS, PREFIXES, SUFFIXES
from feature_hash import feature, find, slot, weights_of

SIDE = 4
CHOSEN = 3
AHEAD = 3
WORDS = 2 * SIDE + 1
FORMS = CHOSEN + AHEAD
SLOTS = WORDS + FORMS + 1
WIDTH = 32
HIDDEN = 64
CLASSES = 128
TEMPLATES = 7
TABLE_BITS = 24
LONGEST = 400
MOST = 24
# A choice this sure teaches nothing more.
SURE = 0.995


@njit(cache=True)
def context_features(form, word, q1, n1, n2, p1, g1, keys):
    """Form and word are rows; q1, n1, n2: words before and after, p1: form chosen before, g1: likeliest form after."""
    keys[0] = feature(1, form, word, 0)
    keys[1] = feature(2, form, p1, 0)
    keys[2] = feature(4, form, g1, 0)
    keys[3] = feature(6, form, word, n1)
    keys[4] = feature(7, form, word, q1)
    keys[5] = feature(12, form, word, p1)
    keys[6] = feature(9, form, word, n2)


@njit(cache=True, inline="always")
def step(square, rate):
    return np.float32(rate / math.sqrt(square + 0.1))


@njit(cache=True, fastmath=True)
def run(order, data, tables, squares, layer, known_weights, keys, table, rates, train, chosen):
    """One pass over utterances in an order; rates: AdaGrad's at the start and the end, for rows and for the table."""
    starts, words, prefixes, firsts, forms, classes, suffixes, pairs, same, knowledge, golds = data
    E, P, F, FC, FS, V, VC, VS, U, W, B = tables
    sE, sP, sF, sFC, sFS, sV, sVC, sVS, sU, sW, sB = squares
    known_squares, table_squares = layer
    e = np.zeros((LONGEST + 2 * SIDE, WIDTH), np.float32)
    x = np.zeros((SLOTS, WIDTH), np.float32)
    h = np.zeros(HIDDEN, np.float32)
    dh = np.zeros(HIDDEN, np.float32)
    dx = np.zeros(WIDTH, np.float32)
    vectors = np.zeros((MOST, HIDDEN), np.float32)
    scores = np.zeros(MOST)
    found = np.zeros(TEMPLATES, np.uint64)
    hashes = np.zeros((MOST, TEMPLATES), np.uint64)
    around = np.zeros(FORMS, np.int64)
    wrong = total = 0
    for done in range(len(order)):
        utterance = order[done]
        through = done / len(order)
        rate = rates[0] + (rates[1] - rates[0]) * through
        table_rate = rates[2] + (rates[3] - rates[2]) * through
        start = starts[utterance]
        n = min(starts[utterance + 1] - start, LONGEST)
        for i in range(-SIDE, n + SIDE):
            for d in range(WIDTH):
                if 0 <= i < n:
                    e[i + SIDE, d] = E[words[start + i], d] + P[prefixes[start + i], d]
                else:
                    e[i + SIDE, d] = E[0, d]
        scale = np.float32(1 / math.sqrt(n))
        for d in range(WIDTH):
            mean = np.float32(0)
            for i in range(n):
                mean += e[i + SIDE, d]
            x[SLOTS - 1, d] = mean * scale
        for i in range(CHOSEN):
            around[i] = -1
        for i in range(n):
            at = start + i
            first = firsts[at]
            count = min(firsts[at + 1] - first, MOST)
            gold = golds[at]
            best = 0
            total += 1
            if count > 1:
                word = words[at]
                for k in range(AHEAD):
                    around[CHOSEN + k] = firsts[at + 1 + k] if i + 1 + k < n else -1
                for z in range(WORDS):
                    for d in range(WIDTH):
                        x[z, d] = e[i + z, d]
                for z in range(FORMS):
                    f = around[z]
                    for d in range(WIDTH):
                        x[WORDS + z, d] = F[forms[f], d] + FC[classes[f], d] + FS[suffixes[f], d] if f >= 0 else F[0, d]
                for j in range(HIDDEN):
                    h[j] = B[0, j]
                for z in range(SLOTS):
                    for d in range(WIDTH):
                        value = x[z, d]
                        row = z * WIDTH + d
                        for j in range(HIDDEN):
                            h[j] += value * W[row, j]
                for j in range(HIDDEN):
                    h[j] = max(h[j], np.float32(0))
                q1 = words[at - 1] if i > 0 else 0
                n1 = words[at + 1] if i + 1 < n else 0
                n2 = words[at + 2] if i + 2 < n else 0
                p1 = forms[around[0]] if around[0] >= 0 else 0
                g1 = forms[around[CHOSEN]] if around[CHOSEN] >= 0 else 0
                for k in range(count):
                    c = first + k
                    score = 0.0
                    for d in range(knowledge.shape[1]):
                        score += knowledge[c, d] * known_weights[d]
                    dot = np.float32(0)
                    for j in range(HIDDEN):
                        v = V[forms[c], j] + VC[classes[c] + CLASSES * same[c], j] + VS[suffixes[c], j] + U[pairs[c], j]
                        vectors[k, j] = v
                        dot += v * h[j]
                    score += dot
                    context_features(forms[c], word, q1, n1, n2, p1, g1, found)
                    for t in range(TEMPLATES):
                        hashes[k, t] = found[t]
                        place = find(keys, found[t])
                        if place >= 0:
                            score += table[place]
                    scores[k] = score
                    if score > scores[best]:
                        best = k
            wrong += best != gold
            chosen[at] = best
            if train and count > 1 and gold >= 0:
                top, sum_of = scores[best], 0.0
                for k in range(count):
                    scores[k] = math.exp(scores[k] - top)
                    sum_of += scores[k]
                if scores[gold] / sum_of < SURE:
                    power = np.float32(0)
                    for j in range(HIDDEN):
                        power += h[j] * h[j]
                        dh[j] = 0
                    power /= HIDDEN
                    for k in range(count):
                        slope = np.float32(scores[k] / sum_of - (1.0 if k == gold else 0.0))
                        if abs(slope) < 1e-3:
                            continue
                        c = first + k
                        for d in range(knowledge.shape[1]):
                            part = slope * knowledge[c, d]
                            if part != 0:
                                known_squares[d] += part * part
                                known_weights[d] -= rate * part / math.sqrt(known_squares[d] + 1)
                        for j in range(HIDDEN):
                            dh[j] += slope * vectors[k, j]
                        gain = slope * slope * power
                        row, kind, end, pair = forms[c], classes[c] + CLASSES * same[c], suffixes[c], pairs[c]
                        sV[row] += gain
                        sVC[kind] += gain
                        sVS[end] += gain
                        a, b, c2 = step(sV[row], rate) * slope, step(sVC[kind], rate) * slope, step(sVS[end], rate) * slope
                        for j in range(HIDDEN):
                            V[row, j] -= a * h[j]
                            VC[kind, j] -= b * h[j]
                            VS[end, j] -= c2 * h[j]
                        if pair > 0:
                            sU[pair] += gain
                            a = step(sU[pair], rate) * slope
                            for j in range(HIDDEN):
                                U[pair, j] -= a * h[j]
                        for t in range(TEMPLATES):
                            place = slot(keys, hashes[k, t])
                            table_squares[place] += slope * slope
                            table[place] -= table_rate * slope / math.sqrt(table_squares[place] + 0.3)
                    norm = np.float32(0)
                    for j in range(HIDDEN):
                        if h[j] <= 0:
                            dh[j] = 0
                        norm += dh[j] * dh[j]
                    sB[0] += norm / HIDDEN
                    a = step(sB[0], rate)
                    for j in range(HIDDEN):
                        B[0, j] -= a * dh[j]
                    for z in range(SLOTS):
                        length = np.float32(0)
                        for d in range(WIDTH):
                            row = z * WIDTH + d
                            value = x[z, d]
                            back = np.float32(0)
                            sW[row] += norm * value * value / HIDDEN
                            a = step(sW[row], rate) * value
                            for j in range(HIDDEN):
                                back += dh[j] * W[row, j]
                                W[row, j] -= a * dh[j]
                            dx[d] = back
                            length += back * back
                        length /= WIDTH
                        if z < WORDS:
                            position = i - SIDE + z
                            inside = 0 <= position < n
                            row = words[start + position] if inside else 0
                            sE[row] += length
                            a = step(sE[row], rate)
                            for d in range(WIDTH):
                                E[row, d] -= a * dx[d]
                            if inside:
                                row = prefixes[start + position]
                                sP[row] += length
                                a = step(sP[row], rate)
                                for d in range(WIDTH):
                                    P[row, d] -= a * dx[d]
                        elif z < WORDS + FORMS:
                            f = around[z - WORDS]
                            row = forms[f] if f >= 0 else 0
                            sF[row] += length
                            a = step(sF[row], rate)
                            for d in range(WIDTH):
                                F[row, d] -= a * dx[d]
                            if f >= 0:
                                kind, end = classes[f], suffixes[f]
                                sFC[kind] += length
                                sFS[end] += length
                                a, b = step(sFC[kind], rate), step(sFS[end], rate)
                                for d in range(WIDTH):
                                    FC[kind, d] -= a * dx[d]
                                    FS[end, d] -= b * dx[d]
                        else:
                            for k in range(n):
                                row = words[start + k]
                                sE[row] += length * scale * scale
                                a = step(sE[row], rate) * scale
                                for d in range(WIDTH):
                                    E[row, d] -= a * dx[d]
            for k in range(CHOSEN - 1, 0, -1):
                around[k] = around[k - 1]
            around[0] = first + best
    return wrong / max(1, total)


class Ranker:
    """tables: the network; known: weights of what is known without context; weights: hash → weight of a context feature."""

    NAMES = ("E", "P", "F", "FC", "FS", "V", "VC", "VS", "U", "W", "B")

    def __init__(self, word_rows, form_rows, pair_rows, seed):
        generator = np.random.default_rng(seed)

        def normal(deviation, *shape):
            return generator.normal(0, deviation, shape).astype(np.float32)

        self.tables = (
            normal(0.1, word_rows, WIDTH), normal(0.03, PREFIXES, WIDTH), normal(0.1, form_rows, WIDTH),
            normal(0.03, CLASSES, WIDTH), normal(0.03, SUFFIXES, WIDTH), normal(0.05, form_rows, HIDDEN),
            normal(0.02, 2 * CLASSES, HIDDEN), normal(0.02, SUFFIXES, HIDDEN), normal(0.02, pair_rows, HIDDEN),
            normal(1 / math.sqrt(4 * WIDTH), SLOTS * WIDTH, HIDDEN), np.full((1, HIDDEN), 0.1, np.float32))
        self.tables[8][0] = 0
        self.squares = tuple(np.zeros(len(t), np.float32) for t in self.tables)
        self.known = np.zeros(len(KNOWLEDGE))
        self.known[[0, 1, 2, 3, LETTERS]] = 1
        self.known_squares = np.zeros(len(KNOWLEDGE))
        self.keys = np.zeros(1 << TABLE_BITS, np.uint64)
        self.table = np.zeros(1 << TABLE_BITS, np.float32)
        self.table_squares = np.zeros(1 << TABLE_BITS, np.float32)
        self.generator = generator

    def pass_over(self, order, data, rates=(0.0,) * 4, train=False):
        chosen = np.zeros(len(data[1]), np.int32)
        wrong = run(order, data, self.tables, self.squares, (self.known_squares, self.table_squares), self.known, self.keys,
                    self.table, np.array(rates), train, chosen)
        return wrong, chosen

    def train(self, data, epochs, rate=0.03, table_rate=0.05):
        for number in range(epochs):
            begin, end = 1 - number / epochs, max(0.02, 1 - (number + 1) / epochs)
            order = self.generator.permutation(len(data[0]) - 1)
            wrong, _ = self.pass_over(order, data, (rate * begin, rate * end, table_rate * begin, table_rate * end), True)
            print(f"ranking, epoch {number + 1}: {100 * wrong:.2f} % of words wrong", flush=True)

    def weights(self):
        """hash → weight of the context features, and hash → importance: a large weight that few words asked for says little."""
        return weights_of(self.keys, self.table), weights_of(self.keys, np.abs(self.table) * np.sqrt(self.table_squares))
