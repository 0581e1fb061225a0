"""Names against the NorNE annotations: the tagger's own strict F1, and what the detector as a whole covers, at which precision;
in ordinary text and with every capital taken away. Nothing of the texts is printed or kept.

usage: names_accuracy.py ORDRETT DATA
"""
import gzip, json, os, subprocess, sys, tempfile
import numpy as np

TYPES = ['PER', 'LOC', 'ORG', 'GPE_LOC', 'GPE_ORG', 'EVT', 'PROD', 'DRV']
# Types of a detection that say "this is a name".
NAMES = {'person', 'place', 'municipality', 'county', 'country', 'organisation', 'healthUnit', 'school', 'other'}
# What interviews need covered.
COVERED = ['PER', 'GPE_LOC', 'ORG', 'LOC']


def lower(text): return ''.join(c.lower() if len(c.lower()) == 1 else c for c in text)


def read(path, lowercased=False):
    """The text, its tokens as (start, end), its entities as (start, end, type)."""
    text, tokens, entities, position, current = [], [], [], 0, None
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        for line in file:
            fields = line.rstrip('\n').split('\t')
            if len(fields) != 2:
                text.append('\n'); position += 1; current = None
                continue
            word, tag = fields
            if lowercased: word = lower(word)
            if tag.startswith('B-'):
                current = [position, position + len(word), tag[2:]]
                entities.append(current)
            elif tag.startswith('I-') and current: current[1] = position + len(word)
            else: current = None
            tokens.append((position, position + len(word)))
            text.append(word + ' '); position += len(word) + 1
    return ''.join(text), tokens, [tuple(e) for e in entities if e[2] in TYPES]


def found(command, text, *options):
    with tempfile.NamedTemporaryFile('w', encoding='utf-8', suffix='.txt') as file:
        file.write(text); file.flush()
        done = subprocess.run([*command, *options, file.name], capture_output=True, text=True)
    if done.returncode: sys.exit(f'exit {done.returncode}: {done.stderr.strip()}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def strict(command, path, lowercased=False):
    """Precision, recall and F1, x 100, of whole entities with their type: {type or 'all': (p, r, f)}."""
    text, _, entities = read(path, lowercased)
    own = {(d['start'], d['end'], d['tag']) for d in found(command, text, '--tags')}
    out = {}
    for kind in ['all'] + TYPES:
        gold = {e for e in entities if kind in ('all', e[2])}
        mine = {e for e in own if kind in ('all', e[2])}
        right = len(gold & mine)
        out[kind] = tuple(100 * right / max(1, n) for n in (len(mine), len(gold), (len(gold) + len(mine)) / 2))
    return out


def coverage(command, path, lowercased=False):
    """Entities found whole, %, by type with their number; and the share of tokens taken for names that belong to an entity."""
    text, tokens, entities = read(path, lowercased)
    covered, named, inside = (np.zeros(len(text), bool) for _ in range(3))
    for d in found(command, text, '--detect'):
        covered[d['start']:d['end']] = True
        if d['type'] in NAMES: named[d['start']:d['end']] = True
    for a, b, _ in entities: inside[a:b] = True
    marked = [(a, b) for a, b in tokens if named[a:b].any()]
    out = {}
    for kind in COVERED:
        own = [(a, b) for a, b, k in entities if k == kind]
        out[kind] = (100 * sum(covered[a:b].all() for a, b in own) / len(own), len(own))
    return out, sum(inside[a] for a, b in marked) / max(1, len(marked))


def ordinary_rate(command, path, lowercased):
    """Words of plain Bokmål talk taken for names, in a thousand: words without a capital on the Bokmål side of the dialect corpus, where
    people's names are X; as it stands, or with its capitals taken away too."""
    words, text = 0, []
    with gzip.open(path, 'rt', encoding='utf-8') as file:
        for line in file:
            fields = line.rstrip('\n').split('\t')
            words += len(fields) > 1
            text.append(fields[1] + ' ' if len(fields) > 1 else '\n')
    text = ''.join(text)
    named = [d for d in found(command, lower(text) if lowercased else text, '--detect') if d['type'] in NAMES]
    return 1000 * sum(sum(word.islower() for word in text[d['start']:d['end']].split()) for d in named) / words


def measure(program, data, figures):
    command = [program.binary, 'anonymize']
    for language in ('nob', 'nno'):
        path = f'{data}/ner/{language}-dev.tsv.gz'
        scores = strict(command, path)
        figures.add(f'names, {language} dev, tagger, strict F1 x 100', scores['all'][2], 'higher', 0.3, note='bar 78, goal 84; spaCy lg 83.9')
        for kind in ('PER', 'ORG', 'GPE_LOC', 'LOC'):
            figures.add(f'names, {language} dev, tagger, strict F1 x 100, {kind}', scores[kind][2], 'higher', 1.0)
        for lowercased in (False, True):
            case = 'lower-cased, ' if lowercased else ''
            whole, precision = coverage(command, path, lowercased)
            for kind, (share, count) in whole.items():
                figures.add(f'names, {language} dev, {case}found whole %, {kind}', share, 'higher', 0.5, note=f'{count} entities')
            figures.add(f'names, {language} dev, {case}token precision x 100', 100 * precision, 'higher', 0.5)
    for lowercased in (False, True):
        rate = ordinary_rate(command, f'{data}/dialect/dev.tsv.gz', lowercased)
        figures.add(f"names, {'lower-cased ' * lowercased}words of plain talk taken for names, in 1000", rate, tolerance=0.3)


if __name__ == '__main__':
    import common
    if len(sys.argv) != 3: sys.exit(__doc__)
    measure(common.Program(sys.argv[1]), sys.argv[2], common.Figures())
