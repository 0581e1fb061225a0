"""Word pairs Nynorsk → Bokmål from sentence pairs, by aligning the words of each pair of sentences.

Only counts of word pairs are kept; no sentence leaves this script.
"""
import collections
import math
import re
from common import lines

TOKEN = re.compile(r"[\wæøåÆØÅéèêóòôüöä]+(?:[-'’][\w]+)*|[^\w\s]")


def tokens(sentence):
    return TOKEN.findall(sentence)


def similarity(a, b):
    """1 minus edit distance over the longer length."""
    if a == b:
        return 1.0
    n, m = len(a), len(b)
    if abs(n - m) > 6:
        return 0.0
    row = list(range(m + 1))
    for i in range(1, n + 1):
        previous, row[0] = row[0], i
        for j in range(1, m + 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a[i - 1] != b[j - 1]))
    return 1 - row[m] / max(n, m)


def align(source, target, score):
    """Monotone alignment: pairs (i, j) of words matched one to one."""
    n, m = len(source), len(target)
    gap = -0.55
    table = [[gap * (i + j) for j in range(m + 1)] for i in range(n + 1)]
    back = {}
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            best, move = table[i - 1][j] + gap, 1
            if table[i][j - 1] + gap > best:
                best, move = table[i][j - 1] + gap, 2
            if abs(i - j) <= 8:
                value = table[i - 1][j - 1] + score(source[i - 1], target[j - 1])
                if value >= best:
                    best, move = value, 3
            table[i][j] = best
            back[i, j] = move
    pairs = []
    i, j = n, m
    while i and j:
        move = back[i, j]
        if move == 3:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif move == 1:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def aligned_sentences(path):
    """For each sentence a list of (nynorsk, bokmål): the Nynorsk word as written, its partner in lower case or None."""
    pairs = []
    for line in lines(path):
        bokmal, nynorsk = line.split("\t")
        written = tokens(nynorsk)
        source, target = [w.lower() for w in written], [w.lower() for w in tokens(bokmal)]
        if source and target and len(source) < 80 and len(target) < 80:
            pairs.append((written, source, target))
    cache, counts, left, right = {}, collections.Counter(), collections.Counter(), collections.Counter()

    def score(a, b):
        value = cache.get((a, b))
        if value is None:
            value = similarity(a, b)
            joint = counts[a, b]
            if joint > 1:
                # The Dice coefficient of the pass before: frequent partners match whatever their letters.
                value = max(value, min(1.0, 0.3 + 2 * joint / (left[a] + right[b])))
            if a.isalpha() != b.isalpha():
                value = 0.0 if a != b else value
            value = cache[a, b] = 2 * value - 1
        return value

    for _ in range(3):
        cache.clear()
        fresh, l, r = collections.Counter(), collections.Counter(), collections.Counter()
        result = []
        for written, source, target in pairs:
            matched = dict(align(source, target, score))
            result.append([(w, target[matched[i]] if i in matched else None) for i, w in enumerate(written)])
            for i, w in enumerate(source):
                l[w] += 1
                if i in matched:
                    fresh[w, target[matched[i]]] += 1
            for w in target:
                r[w] += 1
        counts, left, right = fresh, l, r
    return result


def cleaned(sentences, forms, bokmal_bit):
    """Sentences of (nynorsk, bokmål) in lower case, None for the partner of a name, of a word without one, and where the
    pair is likely an accident of alignment.

    A word without a partner says nothing: counted as standing for itself it would teach Nynorsk forms to stay.
    """
    result = []
    for sentence in sentences:
        first, words = True, []
        for word, partner in sentence:
            is_name = word != word.lower() and not first
            words.append((word.lower(), None if is_name else partner))
            if any(c.isalpha() for c in word):
                first = False
            if word in ".:?!…":
                first = True
        result.append(words)
    counts, total = collections.Counter(), collections.Counter()
    for sentence in result:
        for a, b in sentence:
            if b is not None:
                counts[a, b] += 1
                total[a] += 1

    def good(a, b):
        if not a[0].isalpha():
            return False
        if a == b:
            # A word that is no Bokmål form cannot stand for itself.
            return bool(forms.get(a, 0) & bokmal_bit)
        if not b[0].isalpha() or not forms.get(b, 0) & bokmal_bit:
            return False
        n, s = counts[a, b], similarity(a, b)
        if forms.get(a, 0) & bokmal_bit and s < 0.5:
            # A form that Bokmål has, too, gives way to an unlike word only on much evidence (`vert`, `arbeider`).
            return n >= 10 and n / total[a] > 0.3
        return s >= 0.6 and n >= 1 or n >= 2 and s >= 0.3 or n >= 3 and n / total[a] > 0.15

    return [[(a, b if b is not None and good(a, b) else None) for a, b in sentence] for sentence in result]
