"""Spells phonetic dialect the way people write dialect, with the Bokmål form of each word as a guide.

Writers of dialect keep the standard spelling where it says the same thing as their speech (`kåmm` is written *kom*), and
leave it where their speech differs (`kåmmer` → *kommer*, but `itj`, `guttan`). Each word is aligned with its Bokmål form;
a difference that is only one of spelling is undone in the normal writing, or kept in the phonetic one.
"""
import functools
import re

VOWELS = "aeiouyæøå"
EDGE = "^"


def simplified(word):
    """Phonetic spelling without what nobody writes: thick L, doubled consonants before another, engma."""
    text = word.lower()
    text = text.replace("nng", "ng").replace("nnk", "nk")
    text = re.sub(r"([bdfgklmnprstv])\1(?=[bdfgkmpstv])", r"\1", text)
    return text


def pairs(word, form):
    """Aligned pieces (dialect, Bokmål) of both words; one side may be empty."""
    n, m = len(word), len(form)
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if not i and not j:
                continue
            best = 1e9
            if i and j:
                a, b = word[i - 1], form[j - 1]
                step = 0 if a == b else 0.7 if (a in VOWELS) == (b in VOWELS) else 2.2
                best = cost[i - 1][j - 1] + step
            if i:
                best = min(best, cost[i - 1][j] + 1)
            if j:
                best = min(best, cost[i][j - 1] + 1)
            cost[i][j] = best
    result, i, j = [], n, m
    while i or j:
        if i and j:
            a, b = word[i - 1], form[j - 1]
            step = 0 if a == b else 0.7 if (a in VOWELS) == (b in VOWELS) else 2.2
            if abs(cost[i][j] - cost[i - 1][j - 1] - step) < 1e-9:
                result.append((a, b))
                i, j = i - 1, j - 1
                continue
        if i and abs(cost[i][j] - cost[i - 1][j] - 1) < 1e-9:
            result.append((word[i - 1], ""))
            i -= 1
        else:
            result.append(("", form[j - 1]))
            j -= 1
    return result[::-1]


# Dialect letter, Bokmål letter: a difference of spelling only.
SAME_SOUND = {("å", "o"), ("æ", "e"), ("o", "u"), ("j", "g"), ("o", "å"), ("e", "æ"), ("k", "g"), ("v", "f"), ("s", "c"), ("k", "c"),
              ("k", "q"), ("s", "z"), ("v", "w"), ("i", "y")}
SILENT = {"d", "h", "t", "g", "v"}


def written(word, form, vowels):
    """One way of writing the word. `vowels`: whether å for o and æ for e are spelled as in Bokmål, too."""
    word = simplified(word)
    if len(word) < 3 or len(form) < 3 or " " in form:
        return word
    pieces = pairs(word, form)
    out = []
    for k, (a, b) in enumerate(pieces):
        before = pieces[k - 1] if k else ("", "")
        after = pieces[k + 1] if k + 1 < len(pieces) else ("", "")
        if a == b:
            out.append(a)
        elif a and b:
            is_vowel = a in VOWELS
            same = (a, b) in SAME_SOUND
            # The last vowel is an ending, and endings are what dialects differ in.
            in_ending = k >= len(pieces) - 3 and k > 1 and is_vowel
            palatal = (a, b) == ("t", "k") and after[0] == "j"
            out.append(b if palatal or same and (vowels or not is_vowel) and not in_ending else a)
        elif a:
            # A doubled consonant of the phonetic spelling.
            doubled = a not in VOWELS and (before[0] == a or after[0] == a) and a not in "jv"
            out.append("" if doubled and vowels else a)
        else:
            doubled = b not in VOWELS and (before[1] == b or after[1] == b)
            at_end = k == len(pieces) - 1
            between = before[0] == before[1] and after[0] == after[1] and before[0] and after[0]
            silent = b == "k" and before == ("s", "s") and after[0] == "j" or b in SILENT and (at_end and b in "dg" or between and not (b == "t" or b == "v") or k == 0 and b in "h")
            out.append(b if vowels and (doubled or silent) else "")
    return "".join(out)


@functools.lru_cache(maxsize=None)
def writings(word, form):
    """The writings of an attested pair with their shares: normal, half phonetic, phonetic."""
    return ((written(word, form, True), 0.6), (written(word, form, False), 0.25), (simplified(word), 0.15))
