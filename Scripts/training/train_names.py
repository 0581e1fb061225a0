#!/usr/bin/env python3
"""Trains the name tagger on the training parts of NorNE and writes its weights.

usage: train_names.py DATA --out Sources/Anonymization/Resources/nametagger.bin [--held-out] [--epochs N] [--seed N]

DATA holds ner/, dialect/ and nynorsk/. The weights are hashed: no word and no sentence of the data is in them. With --held-out a
tenth of the training text is kept apart and scored, nothing is written: the way to try a change without looking at the
evaluation text. See README.md in this folder.
"""
import argparse, gzip, os, struct, sys, time
import numpy as np
import name_crf as crf, name_features as features
from name_clusters import clusters
from common import fmix, hash_text, write_sections

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
RESOURCES = os.path.join(ROOT, 'Sources', 'Anonymization', 'Resources')
FORMS = os.path.join(ROOT, 'Sources', 'Bokmal', 'Resources', 'wordforms.bin')
# A feature seen less often is left out.
RAREST = 3
# Units of 16 bits that a set of weights may take.
ROOM = 850_000


def read(path, lowercased=False, joined=True):
    """The text with its entities as (start, end, type). A turn of a talk holds several sentences: with `joined` two line ends in
    three become blanks."""
    text, entities, position, current, sentence = [], [], 0, None, 0
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        for line in file:
            fields = line.rstrip('\n').split('\t')
            if len(fields) != 2:
                sentence += 1
                text.append(' ' if joined and (fmix(sentence) >> 40) % 3 else '\n'); position += 1; current = None
                continue
            word, tag = fields
            if tag.startswith('B-'):
                current = [position, position + len(word), tag[2:]]
                entities.append(current)
            elif tag.startswith('I-') and current: current[1] = position + len(word)
            else: current = None
            text.append(word + ' '); position += len(word) + 1
    text = ''.join(text)
    if lowercased:
        lower = text.lower()
        text = lower if len(lower) == len(text) else ''.join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return text, [e for e in entities if e[2] in features.TYPES]


class Text:
    """A text as the tagger sees it: features [tokens, templates], sequences, labels and entities."""

    def __init__(self, path, lists, lowercased=False, joined=True):
        text, entities = read(path, lowercased, joined)
        tokens = features.tokens(text)
        self.spans = np.array(features.sequences(tokens), np.int64)
        first, last = {t.start: i for i, t in enumerate(tokens)}, {t.end: i + 1 for i, t in enumerate(tokens)}
        sequence = np.full(len(tokens), -1)
        for s, (a, b) in enumerate(self.spans): sequence[a:b] = s
        self.labels, self.entities = np.zeros(len(tokens), np.int32), []
        for start, end, kind in entities:
            a, b, k = first[start], last[end], features.TYPES.index(kind)
            self.entities.append((a, b, k))
            if sequence[a] == sequence[b - 1]: self.labels[a:b] = crf.encode([(0, b - a, k)], b - a)
        parts, starts = features.flat(features.templates())
        self.hashes = features.hashed(features.attributes(tokens, lists), self.spans, parts, starts, np.uint64(features.OUTSIDE))


class Corpus:
    def __init__(self, texts):
        offsets = np.cumsum([0] + [len(t.labels) for t in texts])
        self.hashes, self.labels = np.concatenate([t.hashes for t in texts]), np.concatenate([t.labels for t in texts])
        self.spans = np.concatenate([t.spans + o for t, o in zip(texts, offsets)])
        self.entities = [(a + o, b + o, k) for t, o in zip(texts, offsets) for a, b, k in t.entities]
        self.held = np.concatenate([np.arange(len(t.spans)) >= 0.9 * len(t.spans) for t in texts])

    def mask(self, spans):
        mask = np.zeros(len(self.labels), bool)
        for a, b in spans: mask[a:b] = True
        return mask


def vocabulary(hashes, mask):
    """The features kept, commonest first (so that the busy weights lie together), and the tokens' features by number, -1 for none."""
    found, counts = np.unique(hashes[mask], return_counts=True)
    kept = (counts >= RAREST) & (found != 0)
    found, counts = found[kept], counts[kept]
    order = np.argsort(-counts, kind='stable')
    rank = np.empty(len(found), np.int32)
    rank[order] = np.arange(len(found))
    place = np.searchsorted(found, hashes)
    place[place == len(found)] = 0
    return found[order], np.where(found[place] == hashes, rank[place], -1).astype(np.int32)


def strict(entities, path, spans):
    """F1 x 100 of whole entities with their type, all types first."""
    found = {(a + x, a + y, k) for a, b in spans for x, y, k in crf.decode(path[a:b])}
    out = {}
    for name, k in [('all', None)] + [(t, i) for i, t in enumerate(features.TYPES)]:
        gold = {e for e in entities if k in (None, e[2])}
        own = {e for e in found if k in (None, e[2])}
        out[name] = round(200 * len(gold & own) / max(1, len(gold) + len(own)), 1)
    return out


def trained(corpus, args, name):
    spans = corpus.spans[~corpus.held] if args.held_out else corpus.spans
    mask = corpus.mask(spans)
    known, ids = vocabulary(corpus.hashes, mask)
    model = crf.Model(ids, corpus.labels, mask)
    print(f'{name}: {len(known)} features, {len(model.table)} weights', flush=True)
    begin = time.time()

    def told(epoch, loss): print(f'{name}: epoch {epoch + 1}, loss {loss:.4f}, {time.time() - begin:.0f} s', flush=True)
    model.train(ids, corpus.labels, spans, args.epochs, eta=args.eta, l1=args.l1, l2=args.l2, drop=args.drop, seed=args.seed, told=told)
    if args.held_out:
        held = corpus.spans[corpus.held]
        at = corpus.mask(held)
        path, outside = model.predict(ids, held)
        entities = [e for e in corpus.entities if at[e[0]]]
        print(f'{name}: held out', strict(entities, path, held))
        for threshold in (0.5, 0.3, 0.15, 0.08):
            marked = at & (outside < 1 - threshold)
            inside = np.zeros(len(marked), bool)
            for a, b, _ in entities: inside[a:b] = True
            whole = {t: round(100 * np.mean([marked[a:b].all() for a, b, k in entities if k == i]), 1) for i, t in enumerate(features.TYPES)}
            print(f'{name}: from {threshold}', whole, 'precision', round((marked & inside).sum() / marked.sum(), 3))
    return known, model


def sections(known, model, letter, room=ROOM):
    """Weights in steps of one byte, the strongest that there is room for, by the top bits of their feature's hash."""
    weights, labels = model.table[:, 0].astype(float), model.table[:, 3].astype(int)
    scale = float(np.float32(np.quantile(np.abs(weights[weights != 0]), 0.9999) / 127))
    steps = np.clip(np.round(weights / scale), -127, 127).astype(int)
    for least in range(1, 30):
        kept = np.abs(steps) >= least
        per = np.add.reduceat(kept, model.first[:-1])
        if 2 * (per > 0).sum() + kept.sum() <= room: break
    buckets = [[] for _ in range(65536)]
    for f in np.flatnonzero(per):
        h = int(known[f])
        row = [labels[p] << 8 | steps[p] & 0xFF for p in range(model.first[f], model.first[f + 1]) if kept[p]]
        buckets[h >> 48].append((h >> 32 & 0xFFFF, h, row))
    starts, rows = [], []
    for bucket in buckets:
        starts.append(len(rows))
        for fingerprint, _, row in sorted(bucket): rows += [fingerprint, len(row)] + row
    starts.append(len(rows))
    transitions = np.round(model.trans / scale).astype(int).ravel()
    print(f'{letter}: {int((per > 0).sum())} features, {int(kept.sum())} weights of {least} steps of {scale:.4f} and more')
    return [(letter + 'starts', struct.pack('<65537I', *starts)), (letter + 'rows', struct.pack(f'<{len(rows)}H', *rows)),
            (letter + 'trans', struct.pack(f'<{len(transitions)}i', *transitions)), (letter + 'scale', struct.pack('<f', scale))]


def word_table(groups):
    size = 1 << max(4, (len(groups) * 10 // 7).bit_length())
    slots = [0] * size
    for word in sorted(groups):
        h = hash_text(word)
        slot = h & (size - 1)
        while slots[slot]: slot = (slot + 1) & (size - 1)
        slots[slot] = max(1, h >> 48) << 16 | groups[word]
    return struct.pack(f'<{size}I', *slots)


def template_section():
    templates = features.templates()
    _, starts = features.flat(templates)
    parts = [value for t in templates for part in t for value in part]
    return struct.pack(f'<{1 + len(starts)}I', len(templates), *starts) + struct.pack(f'<{len(parts)}i', *parts)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('data', metavar='DATA'); a.add_argument('--out')
    a.add_argument('--held-out', action='store_true'); a.add_argument('--epochs', type=int, default=4); a.add_argument('--seed', type=int, default=1)
    a.add_argument('--eta', type=float, default=0.1); a.add_argument('--l1', type=float, default=1e-6)
    a.add_argument('--l2', type=float, default=3e-5); a.add_argument('--drop', type=float, default=0.3)
    args = a.parse_args()
    if not args.out and not args.held_out: a.error('say where the weights go: --out FILE')
    groups = clusters(args.data, args.seed)
    print(len(groups), 'words in clusters', flush=True)
    lists = features.Lists(RESOURCES, FORMS, groups)
    out = [('templ', template_section())]
    for letter, lowercased in (('c', False), ('l', True)):
        corpus = Corpus([Text(f'{args.data}/ner/{language}-train.tsv.gz', lists, lowercased) for language in ('nob', 'nno')])
        known, model = trained(corpus, args, 'lower case' if lowercased else 'ordinary')
        out += sections(known, model, letter)
        del corpus
    out.append(('words', word_table(groups)))
    if args.held_out: return
    write_sections(args.out, out)
    print(args.out, os.path.getsize(args.out), 'bytes')


if __name__ == '__main__': sys.exit(main())
