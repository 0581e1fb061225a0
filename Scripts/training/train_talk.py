#!/usr/bin/env python3
"""Trains the talk tagger on the marked talk of Scripts/training/talk and writes its weights.

usage: train_talk.py ORDRETT DATA --out Sources/Anonymization/Resources/talktagger.bin
       train_talk.py ORDRETT DATA --cross-validation [--by-type]

DATA holds ner/. ORDRETT says what the rules and the name tagger find (`anonymize --rules`, `--tags`). With --cross-validation each writer's talk is
scored by weights trained on the others', word by word, over beliefs from which a stretch counts; nothing is written: the way to
choose anything. See README.md in this folder.
"""
import argparse, glob, gzip, json, os, re, struct, subprocess, sys, tempfile
import numpy as np
import name_crf as crf, name_features as names, talk_features as features
from name_fixture import Clusters
from train_names import FORMS, RESOURCES, sections
from common import write_sections

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'talk')
CLASS = {'person': 'person', 'jobTitle': 'title', 'date': 'date', 'birthDate': 'date', 'age': 'age'}
CLASS.update(dict.fromkeys(('place', 'municipality', 'county', 'country', 'address', 'postcode'), 'place'))
CLASS.update(dict.fromkeys(('healthUnit', 'school', 'organisation'), 'unit'))
CLASS.update(dict.fromkeys(('relationFact', 'ethnicity', 'event'), 'fact'))
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
# A feature seen less often is left out.
RAREST = 2
# The belief from which a stretch beside the best reading counts, class by class; 1 where only the best reading does.
LEAST = {'person': 1, 'place': 1, 'unit': 0.25, 'title': 0.25, 'date': 0.25, 'age': 0.25, 'fact': 0.25, 'other': 1}
# Sentences of NorNE's training part in each language.
NEWS = 1200
NEWS_CLASS = {'PER': 'person', 'LOC': 'place', 'GPE_LOC': 'place', 'ORG': 'organisation', 'GPE_ORG': 'organisation'}
# Units of 16 bits that a set of weights may take.
ROOM = 520_000


def lower(text): return ''.join(c.lower() if len(c.lower()) == 1 else c for c in text)


def read(path):
    """The text, and its marks as (start, end, type)."""
    text, marks, position = [], [], 0
    for line in open(path, encoding='utf-8'):
        if line.startswith('#') or not line.strip(): continue
        for piece in re.split(r'(\[[^\]|]*\|[^\]]*\])', line.rstrip('\n') + '\n'):
            if piece.startswith('[') and '|' in piece:
                kind, piece = piece[1:-1].split('|', 1)
                if piece: marks.append((position, position + len(piece), kind))
            text.append(piece); position += len(piece)
    return ''.join(text), marks


def news(path, lists, fields):
    """Sentences of NorNE, with their names marked, that are about no more than names: what the tagger is to leave alone in other text.
    Sentences with words of a strong field or a job title are left out, since nobody marked facts and titles there."""
    text, marks, position, count = [], [], 0, 0
    for sentence in gzip.open(path, 'rt', encoding='utf-8').read().split('\n\n'):
        rows = [line.split('\t') for line in sentence.split('\n') if '\t' in line]
        lower = [word.lower() for word, _ in rows]
        if not rows or any(1 << fields.number(w) & fields.strong or w in lists.titles for w in lower): continue
        if any(tag[2:] and tag[2:] not in NEWS_CLASS for _, tag in rows): continue
        for word, tag in rows:
            if tag[0] == 'B': marks.append([position, position + len(word), NEWS_CLASS[tag[2:]]])
            elif tag[0] == 'I' and marks: marks[-1][1] = position + len(word)
            text.append(word + ' '); position += len(word) + 1
        text.append('\n'); position += 1; count += 1
        if count == NEWS: break
    return ''.join(text), [tuple(m) for m in marks]


def told(binary, option, text):
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', suffix='.txt') as file:
        file.write(text); file.flush()
        done = subprocess.run([binary, 'anonymize', option, file.name], capture_output=True, text=True)
    if done.returncode: sys.exit(f'anonymize {option}: exit {done.returncode}: {done.stderr.strip()}')
    return [json.loads(line) for line in done.stdout.splitlines()]


class Talk:
    """One writer's talk: tokens, feature hashes [tokens, templates], sequences, labels."""

    def __init__(self, path, binary, lists, fields, lowercased):
        self.name, self.isNews = os.path.basename(path), path.endswith('.gz')
        self.text, self.marks = news(path, lists, fields) if self.isNews else read(path)
        if lowercased: self.text = lower(self.text)
        self.tokens = names.tokens(self.text)
        self.spans = np.array(names.sequences(self.tokens), np.int64)
        self.rules = told(binary, '--rules', self.text)
        if self.isNews:  # What is no name stays what the rules say.
            named = {p for a, b, _ in self.marks for p in range(a, b)}
            self.marks += [(d['start'], d['end'], d['type']) for d in self.rules
                           if CLASS.get(d['type'], 'other') not in ('person', 'place', 'unit') and not named & set(range(d['start'], d['end']))]
            self.marks.sort()
        X = features.attributes(self.tokens, lists, fields, self.rules, told(binary, '--tags', self.text))
        self.hashes = features.hashed(X, self.spans)
        self.labels = np.zeros(len(self.tokens), np.int32)
        own = features.owners(self.tokens, self.marks)
        i = 0
        while i < len(own):
            j = i + 1
            if own[i][0] >= 0:
                while j < len(own) and own[j][0] == own[i][0]: j += 1
                kind = features.CLASSES.index(CLASS.get(self.marks[own[i][0]][2], 'other'))
                self.labels[i:j] = crf.encode([(0, j - i, kind)], j - i)
            i = j

    def counts(self, inside):
        """Words found, missed and too many where the rules found something or `inside` holds; {type: (found, all)}."""
        cover, marked = np.zeros(len(self.text) + 1, bool), np.zeros(len(self.text) + 1, np.int32)
        for d in self.rules: cover[d['start']:d['end']] = True
        for t, on in zip(self.tokens, inside):
            if on: cover[t.start:t.end] = True
        for n, (a, b, _) in enumerate(self.marks): marked[a:b] = n + 1
        total, types = np.zeros(3, int), {}
        for word in WORD.finditer(self.text):
            mark, found = marked[word.start():word.end()].max(), cover[word.start():word.end()].any()
            if mark: types.setdefault(self.marks[mark - 1][2], []).append(bool(found))
            total += (mark and found, mark and not found, found and not mark)
        return total, types


class Corpus:
    def __init__(self, talks):
        self.talks = talks
        self.starts = np.cumsum([0] + [len(t.labels) for t in talks])
        self.hashes, self.labels = np.concatenate([t.hashes for t in talks]), np.concatenate([t.labels for t in talks])
        self.spans = [t.spans + start for t, start in zip(talks, self.starts)]

    def train(self, chosen, args):
        mask = np.zeros(len(self.labels), bool)
        for i in chosen: mask[self.starts[i]:self.starts[i + 1]] = True
        known, counts = np.unique(self.hashes[mask], return_counts=True)
        kept = (counts >= RAREST) & (known != 0)
        known = known[kept]
        place = np.searchsorted(known, self.hashes)
        place[place == len(known)] = 0
        ids = np.where(known[place] == self.hashes, place, -1).astype(np.int32)
        model = crf.Model(ids, self.labels, mask)
        model.train(ids, self.labels, np.concatenate([self.spans[i] for i in chosen]), args.epochs, eta=args.eta, l1=args.l1, l2=args.l2,
                    drop=args.drop, seed=args.seed)
        return known, ids, model


def inside(marginals, path, fraction):
    """Tokens that count where a stretch beside the best reading needs its class's belief times a fraction."""
    least = np.array([LEAST[c] if LEAST[c] == 1 else LEAST[c] * fraction for c in features.CLASSES])
    belief = marginals.sum(1)
    return (path != 0) | (belief >= least[marginals.argmax(1)])


def cross_validate(corpus, args):
    fractions = ('rules', 'best', 2, 1.5, 1, 0.75, 0.5, 0.3)
    sums, types = {b: np.zeros(3) for b in fractions}, {}
    writers = [k for k, t in enumerate(corpus.talks) if not t.isNews and t.marks]
    for f in range(args.folds or len(writers)):
        out = writers[f::args.folds or len(writers)]
        _, ids, model = corpus.train([i for i in range(len(corpus.talks)) if i not in out], args)
        for k in out:
            talk = corpus.talks[k]
            path, marginals = model.marginals(ids, corpus.spans[k])
            path, marginals = (v[corpus.starts[k]:corpus.starts[k + 1]] for v in (path, marginals))
            here = {}
            for b in sums:
                on = np.zeros(len(path), bool) if b == 'rules' else path != 0 if b == 'best' else inside(marginals, path, b)
                here[b], own = talk.counts(on)
                sums[b] += here[b]
                for kind, found in own.items(): types.setdefault((kind, b), []).extend(found)
            print(talk.name, *row(here), flush=True)
    print('all', *row(sums))
    if args.by_type:
        for kind in sorted({k for k, _ in types}):
            print(f'{kind:14s}', len(types[kind, 'rules']), *(f'{b}: {100 * np.mean(types[kind, b]):.1f}' for b in sums))


def row(sums): return [f'{b}: {100 * h / max(1, h + m):.1f}/{100 * h / max(1, h + x):.1f}' for b, (h, m, x) in sums.items()]


def template_section():
    templates = features.templates()
    head = [value for seed, stays, parts in templates for value in (seed, int(stays), len(parts))]
    parts = [value for _, _, t in templates for part in t for value in part]
    return struct.pack(f'<{1 + len(head) + len(parts)}i', len(templates), *head, *parts)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('ordrett', metavar='ORDRETT'); a.add_argument('data', metavar='DATA'); a.add_argument('--out')
    a.add_argument('--folds', type=int, default=0, help='writers left out in so many groups; by default one at a time')
    a.add_argument('--cross-validation', action='store_true'); a.add_argument('--by-type', action='store_true')
    a.add_argument('--lower-case', action='store_true', help='cross-validation of the weights for text without capitals')
    a.add_argument('--epochs', type=int, default=8); a.add_argument('--seed', type=int, default=1); a.add_argument('--eta', type=float, default=0.1)
    a.add_argument('--l1', type=float, default=0.0); a.add_argument('--l2', type=float, default=1e-2); a.add_argument('--drop', type=float, default=0.5)
    args = a.parse_args()
    if not args.out and not args.cross_validation: a.error('say where the weights go: --out FILE')
    lists = names.Lists(RESOURCES, FORMS, Clusters(os.path.join(RESOURCES, 'nametagger.bin')))
    fields = features.Fields(os.path.join(RESOURCES, 'talkfields.txt'))
    paths = sorted(glob.glob(os.path.join(FOLDER, '*.txt'))) + [f'{args.data}/ner/{language}-train.tsv.gz' for language in ('nob', 'nno')]
    out = [('templ', template_section())]
    for letter, lowercased in (('c', False), ('l', True)):
        if args.cross_validation and lowercased != args.lower_case: continue
        corpus = Corpus([Talk(path, args.ordrett, lists, fields, lowercased) for path in paths])
        if args.cross_validation: return cross_validate(corpus, args)
        known, _, model = corpus.train(range(len(paths)), args)
        out += sections(known, model, letter, ROOM) + [(letter + 'least', struct.pack('<8f', *(LEAST[c] for c in features.CLASSES)))]
    write_sections(args.out, out)
    print(args.out, os.path.getsize(args.out), 'bytes')


if __name__ == '__main__': sys.exit(main())
