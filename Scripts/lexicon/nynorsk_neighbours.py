"""How a Nynorsk word's Bokmål form leans on the word before it, the word after it, and on what Apertium proposes.

Aggregated counts only: for each word with several attested forms, how much likelier each form is beside one of the
commonest words (else beside any other word, or at the edge), as a log ratio to its share overall, shrunk by the weight
of `PRIOR` observations.
"""
import collections
import math
import struct
from common import StringTable, feature_table, hash_feature

FREQUENT = 200
PRIOR = 3
BESIDE = 0.7
LEFT, RIGHT, PROPOSED = 60, 61, 62
EDGE, OTHER = 0, 1
# In the place of a form: every form not seen beside this neighbour.
UNSEEN = 1


def frequent_words(sentences):
    counts = collections.Counter(a for sentence in sentences for a, _ in sentence)
    return [w for w, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:FREQUENT]]


def sections(sentences, proposals, cands, bits):
    """A function for `model_file.write`: the sections counts, frequent and beside."""
    frequent = StringTable(frequent_words(sentences))

    def neighbour(sentence, index):
        if not 0 <= index < len(sentence):
            return EDGE
        return frequent.ids.get(sentence[index][0], OTHER - 2) + 2

    def build(words, forms):
        counts = collections.defaultdict(collections.Counter)
        for sentence, proposed in zip(sentences, proposals):
            for i, (a, b) in enumerate(sentence):
                if b is None or a not in words.ids or len(cands.table[a]) < 2 or b not in forms.ids:
                    continue
                word, form = words.ids[a] + 2, forms.ids[b] + 2
                counts[LEFT, word, neighbour(sentence, i - 1)][form] += 1
                counts[RIGHT, word, neighbour(sentence, i + 1)][form] += 1
                if proposed and proposed[i] in forms.ids:
                    counts[PROPOSED, word, forms.ids[proposed[i]] + 2][form] += 1
        weights = {}
        for (side, word, other), seen in sorted(counts.items()):
            ranked = cands.table[words.strings[word - 2]]
            total, n = sum(c for _, c in ranked), sum(seen.values())
            scale, prior = (1.0, 2) if side == PROPOSED else (BESIDE, PRIOR)
            weights[hash_feature(side, word, other, UNSEEN)] = scale * math.log(prior / (n + prior))
            for text, count in ranked:
                form = forms.ids[text] + 2
                if form in seen:
                    share = count / total
                    weight = scale * math.log((seen[form] + prior * share) / (n + prior) / share)
                    # A weight of nothing is not kept, and would be taken for a form that was not seen.
                    weights[hash_feature(side, word, other, form)] = weight if abs(weight) > 1 / 256 else 1 / 256
        print(f"{len(weights)} weights of neighbours")
        counted = [n for w in words.strings for _, n in cands.table[w]]
        return [
            ("counts", struct.pack(f"<{len(counted)}I", *counted)), ("frequent", frequent.encoded()),
            ("beside", feature_table(weights, bits, 256)),
        ]

    return build
