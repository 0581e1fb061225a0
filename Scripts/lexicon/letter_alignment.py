"""Aligns words with their Bokmål forms letter by letter: each letter gives a string of Bokmål letters, often itself.

Cheapest substitution, deletion and insertion (joined to the letter on the left); the costs are estimated again from the
alignments, twice.
"""
import numpy as np
from numba import njit

VOWELS = set("aeiouyæøåAEIOUYÆØÅéô")
SAME = {("L", "l"), ("L", "r"), ("å", "o"), ("o", "å"), ("e", "æ"), ("æ", "e"), ("j", "g"), ("k", "g"), ("t", "d"), ("p", "b"),
        ("ô", "o"), ("å", "ø"), ("æ", "a")}
ROUNDS = 3


def start_cost(source, target):
    if source == target or source.lower() == target.lower():
        return 0.0
    if (source, target) in SAME:
        return 0.6
    if (source in VOWELS) == (target in VOWELS):
        return 1.2
    return 2.5


@njit(cache=True)
def align(word, form, substitution, insertion, deletion, spans):
    """Fills spans[letter] with the start and end of its string in form. Letters are numbers."""
    n, m = len(word), len(form)
    table = np.zeros((n + 1, m + 1))
    back = np.zeros((n + 1, m + 1), np.int8)
    for i in range(n + 1):
        for j in range(m + 1):
            best, move = (0.0, 0) if i == 0 and j == 0 else (1e9, 0)
            if i > 0 and j > 0:
                value = table[i - 1, j - 1] + substitution[word[i - 1], form[j - 1]]
                if value < best:
                    best, move = value, 1
            if i > 0:
                value = table[i - 1, j] + deletion[word[i - 1]]
                if value < best:
                    best, move = value, 2
            if i > 0 and j > 0:
                value = table[i, j - 1] + insertion[form[j - 1]]
                if value < best:
                    best, move = value, 3
            if i == 0 and j > 0:
                best, move = 1.5 * j, 3
            table[i, j], back[i, j] = best, move
    i, j, end = n, m, m
    while i > 0 or j > 0:
        if back[i, j] == 1:
            spans[i - 1, 0], spans[i - 1, 1] = j - 1, end
            i, j = i - 1, j - 1
            end = j
        elif back[i, j] == 2:
            spans[i - 1, 0], spans[i - 1, 1] = j, end
            i, end = i - 1, j
        else:
            j -= 1
    if n > 0:
        spans[0, 0] = 0


def align_all(pairs):
    """For each (word, form): the string of each letter of the word."""
    letters = sorted({letter for pair in pairs for text in pair for letter in text})
    number = {letter: i for i, letter in enumerate(letters)}
    size = len(letters)
    substitution = np.array([[start_cost(a, b) for b in letters] for a in letters])
    insertion, deletion = np.full(size, 1.3), np.full(size, 1.3)
    encoded = [tuple(np.array([number[x] for x in text], np.int64) for text in pair) for pair in pairs]
    spans = []
    for _ in range(ROUNDS):
        spans = [np.zeros((len(word), 2), np.int64) for word, _ in encoded]
        substituted, deleted = np.zeros((size, size)), np.zeros(size)
        inserted, total = np.zeros(size), np.zeros(size)
        for (word, form), span in zip(encoded, spans):
            align(word, form, substitution, insertion, deletion, span)
            for letter, (start, end) in zip(word, span):
                total[letter] += 1
                if start == end:
                    deleted[letter] += 1
                else:
                    substituted[letter, form[start]] += 1
                    for extra in form[start + 1:end]:
                        inserted[extra] += 1
        substitution = np.minimum(6.0, -np.log((substituted + 0.1) / (total[:, None] + 5)))
        deletion = np.minimum(6.0, -np.log((deleted + 0.1) / (total + 5)))
        insertion = 0.7 - 0.35 * np.log((inserted + 0.5) / total.sum())
    return [[form[start:end] for start, end in span] for (_, form), span in zip(pairs, spans)]
