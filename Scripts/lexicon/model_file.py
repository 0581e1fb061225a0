"""Writes a variety's model: words with their attested forms, context weights, letter rewriting."""
import struct
from common import StringTable, feature_table, hash_feature, write_sections

SCALE = 256


def strongest(weights, most):
    """The features with the largest weights, as hashes. The order breaks ties by key."""
    ranked = sorted(weights.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
    table = {}
    for (template, first, second, third), weight in ranked:
        table[hash_feature(template, first, second, third)] = weight
    return table


def write(path, cands, context, rewriter, context_bits, rewrite_bits, extra=lambda words, forms: []):
    words = StringTable(cands.table)
    forms = StringTable(b for ranked in cands.table.values() for b, _ in ranked)
    starts, entries = [0], []
    import math
    for word in words.strings:
        ranked = cands.table[word]
        total = sum(n for _, n in ranked)
        for form, n in ranked:
            cost = min(4095, round(-math.log((n + 0.1) / total) * SCALE)) if n + 0.1 < total else 0
            entries.append(forms.ids[form] << 12 | max(0, cost))
        starts.append(len(entries))
    labels = [s.encode("utf-8") for s in rewriter.labels]
    letters = sorted(rewriter.letters.items(), key=lambda item: item[1])
    option_starts, options = [0], []
    for _, letter in letters:
        options += rewriter.options[letter]
        option_starts.append(len(options))
    pack = lambda values: struct.pack(f"<{len(values)}I", *values)
    label_offsets = [0]
    for label in labels:
        label_offsets.append(label_offsets[-1] + len(label))
    context_table = strongest(context, int(0.85 * (1 << context_bits)))
    rewrite_table = strongest(rewriter.weights, int(0.85 * (1 << rewrite_bits)))
    write_sections(path, [
        ("words", words.encoded()), ("forms", forms.encoded()), ("starts", pack(starts)), ("cands", pack(entries)),
        ("context", feature_table(context_table, context_bits, SCALE)),
        ("letters", pack([ord(x) for x, _ in letters])),
        ("labels", struct.pack("<I", len(labels)) + pack(label_offsets) + b"".join(labels) + b"\0" * (-label_offsets[-1] % 4)),
        ("optstart", pack(option_starts)), ("options", pack(options)),
        ("rewrite", feature_table(rewrite_table, rewrite_bits, SCALE)),
        *extra(words, forms),
    ])
    print(f"{path}: {len(words.strings)} words, {len(entries)} pairs, {len(context)} context and {len(rewriter.weights)} letter features before pruning")
