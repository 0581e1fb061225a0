"""Compiles varieties.bin: what the words and letters of a text say of the variety it is written in.

usage: varieties.py DATA OUT    (DATA: the folder with dialect/, nynorsk/, ner/, vad/, prominence/, diarisation/, lexicon/)

Multinomial logistic regression over sums of word features, trained by stochastic gradient descent (AdaGrad; Duchi, Hazan &
Singer 2011) on pieces of 1 to 40 words of Bokmål, Nynorsk, written dialect (made as in written_dialect.py), phonetic
spelling and English. A piece that is spelled as in Bokmål tells nothing and is left out. Weights are kept relative to
Bokmål's. Deterministic: seeded.
"""
import collections
import glob
import math
import random
import struct
import sys
import word_forms
import written_dialect
from common import hash_feature, hash_text, lines, utterances, write_sections
from nynorsk_pairs import tokens

VARIETIES = ("bokmal", "nynorsk", "writtenDialect", "phonetic", "other")
SLOT_BITS = 16
SCALE = 16
LONGEST = 40
PIECES = 30_000


def table_words(path):
    with open(path, encoding="utf-8") as handle:
        return {line.split("\t")[0] for line in handle if "\t" in line}


def word_features(word, bits, is_listed):
    """Feature keys of a word; VarietyWeights.swift computes the same. Only words with an inner capital keep their case."""
    scalars = [1] + [min(ord(c), 0xFFFF) for c in word] + [2]
    n = len(scalars)
    whole = hash_text(word)
    length = min(n - 2, 8)
    keys = [hash_feature(64, whole & 0xFFFFFFFF, whole >> 32), hash_feature(65, bits >> 6, length)]
    if is_listed:
        keys.append(hash_feature(66, bits >> 6))
    for i in range(n - 2):
        keys.append(hash_feature(67, scalars[i] << 16 | scalars[i + 1], scalars[i + 2]))
    for i in range(n - 3):
        keys.append(hash_feature(68, scalars[i] << 16 | scalars[i + 1], scalars[i + 2] << 16 | scalars[i + 3]))
    return keys


def shaped(word, is_first):
    """As TurnEvidence.swift sees a word: None for what is no word, or a name."""
    if not any(c.isalpha() for c in word) or any(c.isdigit() or c in "#*_/@()[]<>…" for c in word) or word.endswith("-"):
        return None
    if not word.strip("Xx"):
        return None
    lower = word.lower()
    if word[0].isupper() and word[1:].islower() or len(word) == 1 and word.isupper():
        return lower if is_first else None
    if word.isupper():
        return lower
    return lower if word[0].isupper() and word[1:] == word[1:].lower() else word


def corpora(data, forms):
    """Per variety a list of sentences of words."""
    result = [[] for _ in VARIETIES]
    talk = []
    train = utterances(data + "/dialect/train.tsv.gz")
    for utterance in train:
        pairs = [p for p in utterance if written_dialect.usable(*p)]
        if pairs:
            talk.append([b for _, b in pairs])
            if any(a.lower() != b for a, b in pairs):
                result[3].append([a for a, _ in pairs])
    shares, written_dialect.STANDARD = written_dialect.STANDARD, (0.1, 0.4, 0.6, 0.75)
    for sentence in written_dialect.spelled(train, 23):
        if any(a != b for a, b in sentence):
            result[2].append([a for a, _ in sentence])
    written_dialect.STANDARD = shares
    # Of the sentence pairs only counts may ship: their words are drawn by counts, in no order.
    counts = [collections.Counter(), collections.Counter()]
    for line in lines(data + "/nynorsk/nb-nn-train.tsv.gz"):
        for place, side in enumerate(line.split("\t")[:2]):
            counts[place].update(plain_words(tokens(side)))
    generator = random.Random(15)
    for place in range(2):
        words = sorted(counts[place].elements())
        generator.shuffle(words)
        result[place] += [words[i:i + 15] for i in range(0, len(words), 15)]
    for name, place in (("nob", 0), ("nno", 1)):
        current = []
        for line in lines(data + f"/ner/{name}-train.tsv.gz"):
            if line:
                current.append(line.split("\t")[0])
            elif current:
                result[place].append(plain_words(current))
                current = []
    # Talk and print in equal parts: Nynorsk is known from print alone, and print is no sign of Nynorsk.
    result[0] = talk[:: max(1, len(talk) // len(result[0]))] + result[0]
    english = []
    for path in sorted(glob.glob(data + "/vad/*.words.tsv") + glob.glob(data + "/diarisation/*.words.tsv")):
        with open(path, encoding="utf-8") as handle:
            english.append([line.split("\t")[3].strip().strip(".,?!\"").lower() for line in handle])
    for path in sorted(glob.glob(data + "/prominence/*.labels.tsv")):
        with open(path, encoding="utf-8") as handle:
            english.append([line.split("\t")[0].strip().strip(".,?!\"").lower() for line in handle if line.strip()])
    result[4] = [[w for w in s if w.replace("'", "").isalpha()] for s in english]
    listed = []
    with open(__file__.rsplit("/", 1)[0] + "/english.txt", encoding="utf-8") as handle:
        for line in handle:
            if not line.startswith("#"):
                listed += line.lower().split()
    generator = random.Random(4)
    for _ in range(300):
        result[4].append([generator.choice(listed) for _ in range(LONGEST)])
    return result


def plain_words(words):
    shaped_words, is_first = [], True
    for word in words:
        text = shaped(word, is_first)
        if word in (".", "?", "!", ":"):
            is_first = True
        elif word.isalpha():
            is_first = False
        if text:
            shaped_words.append(text)
    return shaped_words


def pieces(sentences, ordinary, amount, generator, needs_difference):
    """Pieces of 1 to 40 words, short ones commoner."""
    stream = [w for s in generator.sample(sentences, len(sentences)) for w in s]
    result, at = [], 0
    while len(result) < amount:
        size = min(LONGEST, 1 + int(generator.expovariate(1 / 10)))
        if at + size >= len(stream):
            at = 0
        piece = stream[at:at + size]
        at += size
        if not needs_difference or any(w not in ordinary for w in piece):
            result.append(piece)
        elif generator.random() < 0.02:
            amount -= 1
    return result


def train(samples, features, epochs, generator):
    kinds = len(VARIETIES)
    weights, squares = {}, {}
    # How frequent each variety is among the pieces is no matter of their words.
    bias = [0.0] * kinds
    for epoch in range(epochs):
        generator.shuffle(samples)
        rate = 0.25
        wrong = 0
        for kind, piece in samples:
            sums = list(bias)
            keys = [k for w in piece for k in features[w]]
            for key in keys:
                row = weights.get(key)
                if row:
                    for c in range(kinds):
                        sums[c] += row[c]
            top = max(sums)
            wrong += sums[kind] < top
            shares = [math.exp(s - top) for s in sums]
            total = sum(shares)
            gradient = [s / total for s in shares]
            gradient[kind] -= 1
            if -gradient[kind] < 0.01:
                continue
            for c in range(kinds):
                bias[c] -= 0.005 * gradient[c]
            # One direction for all features of a piece; each feature's own step shrinks as it is used.
            size = sum(g * g for g in gradient)
            for key in keys:
                squares[key] = square = squares.get(key, 0.5) + size
                row = weights.get(key)
                if row is None:
                    row = weights[key] = [0.0] * kinds
                step = rate / math.sqrt(square)
                for c in range(kinds):
                    row[c] -= step * gradient[c]
        print(f"epoch {epoch + 1}: {100 * wrong / len(samples):.2f} % of {len(samples)} pieces wrong, {len(weights)} features", flush=True)
    print("bias", " ".join(f"{b - bias[0]:.2f}" for b in bias[1:]))
    return weights


def encoded(weights):
    """Slots of eight bytes: 32 bits of fingerprint (never 0), four signed bytes relative to Bokmål, in steps of 1/16."""
    most = int(0.85 * (1 << SLOT_BITS))
    relative = {k: [row[c] - row[0] for c in range(1, len(row))] for k, row in weights.items()}
    ranked = sorted(relative, key=lambda k: (-max(abs(v) for v in relative[k]), k))[:most]
    slots = [(0, 0)] * (1 << SLOT_BITS)
    for key in sorted(ranked):
        packed = 0
        for c, value in enumerate(relative[key]):
            packed |= (max(-127, min(127, round(value * SCALE))) & 0xFF) << 8 * c
        slot = key & (len(slots) - 1)
        while slots[slot][0]:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = ((key >> 32) or 1, packed)
    return b"".join(struct.pack("<II", *s) for s in slots)


if __name__ == "__main__":
    data = sys.argv[1]
    forms = word_forms.collect(data)
    listed = table_words(__file__.rsplit("/", 1)[0] + "/../../Sources/Bokmal/Resources/written-dialect.tsv")
    generator = random.Random(8)
    texts = corpora(data, forms)
    ordinary = collections.Counter(w for s in texts[0] for w in s)
    ordinary = {w for w, n in ordinary.items() if n >= 3 or forms.get(w, 0) & word_forms.BOKMAL}
    samples = []
    for kind, sentences in enumerate(texts):
        amount = {0: 2 * PIECES, 4: PIECES // 4}.get(kind, PIECES)
        samples += [(kind, p) for p in pieces(sentences, ordinary, amount, generator, 0 < kind < 4)]
    counts = collections.Counter()
    features = {}
    for _, piece in samples:
        for word in piece:
            if word not in features:
                bits = forms.get(word.lower(), 0)
                features[word] = word_features(word, bits, word.lower() in listed and not bits & word_forms.BOKMAL)
            counts.update(features[word])
    for word, keys in features.items():
        features[word] = [k for k in keys if counts[k] >= 8]
    weights = train(samples, features, 4, generator)
    write_sections(sys.argv[2], [("weights", encoded(weights))])
