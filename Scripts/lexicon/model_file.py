"""Writes a variety's model: words with their attested forms, letter rewriting, and the choice in context where one is trained."""
import math
import struct
import numpy as np
from candidate_sets import RARE, merged
from common import StringTable, feature_table, hash_feature, write_sections

SCALE = 256
# Beyond this an open-addressed table gets slow.
LOAD = 0.7


def strongest(weights, bits, importance=None):
    """The weights that matter most, by hash, as many as a table of 2^bits slots takes. Without an importance, the largest."""
    matters = importance or {key: abs(weight) for key, weight in weights.items()}
    ranked = sorted(weights, key=lambda key: (-matters[key], key))
    return {key: weights[key] for key in ranked[:room(bits)]}


def room(bits):
    """How many weights a table of 2^bits slots takes."""
    return int(LOAD * (1 << bits))


def integers(values):
    return struct.pack(f"<{len(values)}I", *values)


def share_cost(n, total):
    return max(0, min(4095, round(-math.log((n + 0.1) / total) * SCALE)))


def attested_sections(ranked_forms, totals):
    """Sections of words and forms; ranked_forms: word → [(form, count)], commonest first; totals: word → count, also of
    forms left out. Also the two string tables.
    """
    words = StringTable(ranked_forms)
    forms = StringTable(form for ranked in ranked_forms.values() for form, _ in ranked)
    starts, entries = [0], []
    for word in words.strings:
        ranked = ranked_forms[word]
        entries += [forms.ids[form] << 12 | share_cost(n, totals[word]) for form, n in ranked]
        starts.append(len(entries))
    sections = [("words", words.encoded()), ("forms", forms.encoded()), ("starts", integers(starts)), ("cands", integers(entries))]
    return sections, words, forms


def rewriting_sections(rewriter, bits):
    labels = [s.encode("utf-8") for s in rewriter.labels]
    letters = sorted(rewriter.letters.items(), key=lambda item: item[1])
    option_starts, options = [0], []
    for _, letter in letters:
        options += rewriter.options[letter]
        option_starts.append(len(options))
    offsets = [0]
    for label in labels:
        offsets.append(offsets[-1] + len(label))
    return [
        ("letters", integers([ord(x) for x, _ in letters])),
        ("labels", struct.pack("<I", len(labels)) + integers(offsets) + b"".join(labels) + b"\0" * (-offsets[-1] % 4)),
        ("optstart", integers(option_starts)), ("options", integers(options)),
        ("rewrite", feature_table(strongest(rewriter.weights, bits, rewriter.importance), bits, SCALE)),
    ]


def matrix(values):
    """Rows, columns, the step as a 32-bit float, then 16-bit steps."""
    step = float(np.abs(values).max()) / 32767 or 1.0
    step = struct.unpack("<f", struct.pack("<f", step))[0]
    quantised = np.clip(np.round(values / step), -32767, 32767).astype("<i2")
    return struct.pack("<IIf", *values.shape, step) + quantised.tobytes()


def write(path, cands, context, rewriter, context_bits, rewrite_bits, extra=lambda words, forms: []):
    """A model whose words are chosen by counts and by weights of words around (context_model.py), which may be none."""
    totals = {word: sum(n for _, n in ranked) for word, ranked in cands.table.items()}
    sections, words, forms = attested_sections(cands.table, totals)
    hashed = {hash_feature(*key): weight for key, weight in context.items()}
    write_sections(path, sections + [
        ("context", feature_table(strongest(hashed, context_bits), context_bits, SCALE)),
    ] + rewriting_sections(rewriter, rewrite_bits) + list(extra(words, forms)))
    print(f"{path}: {len(words.strings)} words, {len(context)} context and {len(rewriter.weights)} letter features before pruning")


def write_ranked(path, table, rows, lexicon, ranker, rewriter, context_bits, rewrite_bits):
    """A model whose words are chosen in context."""
    totals = {word: sum(found.values()) for word, found in table.items()}
    sections, words, forms = attested_sections({word: merged(table[word]) for word in table}, totals)
    word_info = []
    for word in words.strings:
        total = totals[word]
        group = 0 if total <= RARE else 1 if total <= 10 else 2 if total <= 100 else 3
        word_info.append(rows.words.get(word, 1) | group << 16)
    form_info = [rows.forms.get(form.lower(), 1) | lexicon.frequencies[form.lower()] << 16 for form in forms.strings]
    pairs, entry = [], 0
    for word in words.strings:
        for form, _ in merged(table[word]):
            if (word, form.lower()) in rows.pairs:
                pairs += [entry, rows.pairs[word, form.lower()]]
            entry += 1
    network = [(f"net{name}", matrix(values)) for name, values in zip(ranker.NAMES, ranker.tables)]
    context, importance = ranker.weights()
    write_sections(path, sections + [
        ("wordinfo", integers(word_info)), ("forminfo", integers(form_info)), ("pairs", integers(pairs)),
        ("known", np.array(ranker.known, "<f4").tobytes()),
        ("context", feature_table(strongest(context, context_bits, importance), context_bits, SCALE)),
    ] + network + rewriting_sections(rewriter, rewrite_bits))
    print(f"{path}: {len(words.strings)} words, {len(context)} context and {len(rewriter.weights)} letter features before pruning")
