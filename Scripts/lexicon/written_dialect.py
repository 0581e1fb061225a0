"""Compiles written.bin: dialect as people write it, made from the phonetic pairs of the Nordic Dialect Corpus.

usage: written_dialect.py DATA OUT    (DATA: the folder with dialect/, nynorsk/, ner/ and lexicon/)

Each phonetic word is spelled as writers of dialect would (respelling.py). Texts are made in which some words are in
dialect and some in Bokmål, in shares drawn for each utterance, so that a form that Bokmål has too is learnt as both. From
them come the attested forms with counts, the choice between them in context, and the rewriting of words not attested. The
section `freq` holds how frequent Bokmål forms are, to choose between rewritings.
"""
import collections
import math
import random
import sys
import context_model
import model_file
import candidate_sets
import rewrite_model
import word_forms
from common import feature_table, hash_text, lines, utterances
from nynorsk_pairs import tokens
from respelling import writings

# Shares of Bokmål spelling among the words of an utterance; the last is all Bokmål.
STANDARD = (0.15, 0.35, 0.6, 1.0)
MOST_WORDS = 15_000


def usable(dialect, bokmal):
    return candidate_sets.is_ordinary(dialect, bokmal) and " " not in dialect and not dialect.endswith("-") and not bokmal[0].isupper()


def spelled(train, seed):
    """Utterances of (writing, Bokmål), each in a share of Bokmål spelling of its own."""
    generator = random.Random(seed)
    for utterance in train:
        share = generator.choice(STANDARD)
        result = []
        for dialect, bokmal in utterance:
            if not usable(dialect, bokmal):
                result.append((bokmal, bokmal))
            elif generator.random() < share:
                result.append((bokmal, bokmal))
            else:
                at, options = generator.random(), writings(dialect, bokmal)
                for text, weight in options:
                    at -= weight
                    if at <= 0:
                        break
                result.append((text, bokmal))
        yield result


def attested(train, forms):
    """Counts of (writing, Bokmål) over all writings, with as many Bokmål spellings beside."""
    counts = collections.defaultdict(collections.Counter)
    for (dialect, bokmal), n in collections.Counter(p for u in train for p in u if usable(*p)).items():
        for text, share in writings(dialect, bokmal):
            counts[text][bokmal] += 0.5 * share * n
        counts[bokmal][bokmal] += 0.5 * n
    table = {}
    for word, found in counts.items():
        total = sum(found.values())
        ranked = [(b, max(1, round(n))) for b, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))
                  if n >= 0.01 * total and (n >= 0.25 or b == word)][:5]
        isForm = forms.get(word, 0) & word_forms.BOKMAL
        if not ranked or total < 0.25 or not word.replace("'", "").isalpha():
            continue
        # Ordinary words that only stand for themselves are listed where they are frequent enough to be context.
        if isForm and all(b == word for b, _ in ranked) and total < 60:
            continue
        table[word] = (total, ranked)
    kept = sorted(table, key=lambda w: (-table[w][0], w))[:MOST_WORDS]
    return {w: table[w][1] for w in kept}


def frequencies(data, train):
    """−log p of Bokmål forms, over the corpus' Bokmål, newspapers and the Bokmål side of the sentence pairs."""
    counts = collections.Counter(b for u in train for a, b in u if usable(a, b))
    for line in lines(data + "/nynorsk/nb-nn-train.tsv.gz"):
        counts.update(w.lower() for w in tokens(line.split("\t")[0]) if w.isalpha())
    for line in lines(data + "/ner/nob-train.tsv.gz"):
        if line:
            word, tag = line.split("\t")[:2]
            if tag == "O" and word.isalpha():
                counts[word.lower()] += 1
    total = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:27_000]
    # Kept as a positive weight: how much likelier than one in a million and a half, in natural logs.
    return {hash_text(w): math.log(n * 1.5e6 / total) + 0.1 for w, n in ranked if n > 1}


if __name__ == "__main__":
    data = sys.argv[1]
    forms = word_forms.collect(data)
    train = utterances(data + "/dialect/train.tsv.gz")
    candidates = context_model.Candidates([])
    candidates.table = attested(train, forms)
    context, _, _ = context_model.train(list(spelled(train, 11)), candidates, epochs=2)
    once = collections.Counter(p for u in train for p in u if usable(*p))
    pairs = sorted({(writings(a, b)[0][0], b) for (a, b), n in once.items() if n < 100 and b.isalpha() and len(a) > 3})
    pairs = [(a, b) for a, b in pairs if a.isalpha() and forms.get(b, 0) & word_forms.BOKMAL]
    rewriter = rewrite_model.Rewriter(pairs, most=model_file.room(16))
    model_file.write(sys.argv[2], candidates, context, rewriter, context_bits=16, rewrite_bits=16,
                     extra=lambda words, forms: [("freq", feature_table(frequencies(data, train), 15, 100))])
