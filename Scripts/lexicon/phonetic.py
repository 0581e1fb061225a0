"""Compiles phonetic.bin from the Nordic Dialect Corpus pairs: attested forms, letter rewriting, choice in context.

usage: phonetic.py DATA OUT    (DATA: the folder with dialect/ and lexicon/)

The choice must be learnt where words are as unknown as they will be in new places. So the training data is cut in six, and
the candidates of each part come from the other five. Every twenty-fourth utterance is learnt from once more as ordinary Bokmål
spelling, its forms standing for themselves: what is no dialect stays.
"""
import collections
import sys
from concurrent.futures import ProcessPoolExecutor
import numpy as np
import candidate_sets
import model_file
from candidate_sets import attested, candidates, prefix_row, rewriting_pairs, suffix_row, without
from common import utterances
from ranker import Ranker
from rewrite_model import Rewriter

PARTS = 6
IDENTITY = 24
# Rarer words and forms share a row.
LEAST_WORD = 20
LEAST_FORM = 10
# Pairs of word and form with a vector of their own.
LEAST_OF_PAIR_WORD = 500
LEAST_PAIR = 20
SEED = 1
# Slots of the tables of weights, as powers of two.
CONTEXT_BITS = REWRITE_BITS = 18


class Rows:
    """Row numbers of words, forms and pairs: 0 is the edge of the utterance (no pair), 1 any other."""

    def __init__(self, table):
        words = {w: sum(r.values()) for w, r in table.items()}
        forms = collections.Counter()
        self.pairs = {}
        for word, attested_forms in sorted(table.items(), key=lambda item: item[0].encode()):
            folded = collections.Counter()
            for form, n in attested_forms.items():
                forms[form.lower()] += n
                folded[form.lower()] += n
            if len(folded) > 1 and words[word] >= LEAST_OF_PAIR_WORD:
                for form, n in sorted(folded.items(), key=lambda item: item[0].encode()):
                    if n >= LEAST_PAIR:
                        self.pairs[word, form] = len(self.pairs) + 1
        self.words = self.numbered(w for w, n in words.items() if n >= LEAST_WORD)
        self.forms = self.numbered(f for f, n in forms.items() if n >= LEAST_FORM)

    @staticmethod
    def numbered(strings):
        return {s: i + 2 for i, s in enumerate(sorted(strings, key=lambda s: s.encode()))}


def encoded(data, part_of, proposals, rows, lexicon):
    """Utterances as the arrays that Ranker.pass_over reads; proposals: for each part, word → candidates."""
    starts, words, prefixes, firsts, golds = [0], [], [], [0], []
    columns = {name: [] for name in ("forms", "classes", "suffixes", "pairs", "same")}
    known, memo = [], {}
    for utterance, part in zip(data, part_of):
        for word, form in utterance:
            if (part, word) not in memo:
                forms, knowledge = proposals[part][word]
                lower = [text.lower() for text in forms]
                memo[part, word] = (
                    ([rows.forms.get(text, 1) for text in lower], [lexicon.word_class(text) for text in lower],
                     [suffix_row(text) for text in lower], [rows.pairs.get((word, text), 0) for text in lower],
                     [int(text == word.lower()) for text in lower]),
                    knowledge, {text: k for k, text in reversed(list(enumerate(lower)))})
            values, knowledge, index = memo[part, word]
            for name, value in zip(columns, values):
                columns[name] += value
            known.append(knowledge)
            words.append(rows.words.get(word, 1))
            prefixes.append(prefix_row(word))
            firsts.append(firsts[-1] + len(knowledge))
            golds.append(index.get(form.lower(), -1))
        starts.append(len(words))
    integer = lambda values: np.array(values, np.int64)
    return (integer(starts), integer(words), integer(prefixes), integer(firsts), *(integer(c) for c in columns.values()),
            np.concatenate(known), integer(golds))


def part_candidates(arguments):
    """The candidates of the words of one part, from the other parts."""
    data, number = arguments
    train = utterances(data + "/dialect/train.tsv.gz")
    own = parts_of(train)[number]
    table = without(attested(train), attested(own))
    lexicon = candidate_sets.Lexicon(data, table)
    rewriter = Rewriter(rewriting_pairs(table))
    said = {text for utterance in own for pair in utterance for text in pair}
    return {word: candidates(word, table, rewriter, lexicon) for word in sorted(said)}


def parts_of(train):
    size = len(train) // PARTS + 1
    return [train[i * size:(i + 1) * size] for i in range(PARTS)]


def is_plain(utterance):
    return all(form for _, form in utterance)


def training_data(data, train, rows, lexicon):
    with ProcessPoolExecutor(2) as pool:
        proposals = list(pool.map(part_candidates, [(data, i) for i in range(PARTS)]))
    chosen, part_of = [], []
    for number, part in enumerate(parts_of(train)):
        identity = [[(form, form) for _, form in u] for u in part[::IDENTITY] if is_plain(u)]
        chosen += part + identity
        part_of += [number] * (len(part) + len(identity))
    return encoded(chosen, part_of, proposals, rows, lexicon)


if __name__ == "__main__":
    data, out = sys.argv[1:3]
    train = utterances(data + "/dialect/train.tsv.gz")
    table = attested(train)
    lexicon = candidate_sets.Lexicon(data, table)
    rows = Rows(table)
    ranker = Ranker(len(rows.words) + 2, len(rows.forms) + 2, len(rows.pairs) + 1, SEED)
    ranker.train(training_data(data, train, rows, lexicon), epochs=4)
    rewriter = Rewriter(rewriting_pairs(table), most=model_file.room(REWRITE_BITS))
    model_file.write_ranked(out, table, rows, lexicon, ranker, rewriter, CONTEXT_BITS, REWRITE_BITS)
