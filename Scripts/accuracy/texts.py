"""Dialect to Bokmål, clean Bokmål left alone, and names found. Nothing of the texts is printed or kept."""
import gzip, json, os, sys
import numpy as np


def bokmal(program, data, figures):
    blocks, current = [], []
    for line in gzip.open(f'{data}/dialect/dev.tsv.gz', 'rt', encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        if len(f) == 2: current.append(f)
        elif current: blocks.append(current); current = []
    if current: blocks.append(current)
    text = '\n\n'.join('\n'.join(w[0] for w in block) for block in blocks) + '\n'
    out = [line for line in program('bokmal', '--from', 'dialect', '--tokens', text=text).split('\n') if line]
    truth = [w[1] for block in blocks for w in block]
    if len(out) != len(truth): sys.exit('bokmal: another number of words out than in')
    wrong = sum(a.lower() != b.lower() for a, b in zip(out, truth))
    figures.add('Bokmål, dialect dev, word error %', 100 * wrong / len(truth), tolerance=0.2, note='as is 66-68, most frequent 14')
    words, lines = [], []
    for line in gzip.open(f'{data}/ner/nob-dev.tsv.gz', 'rt', encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        lines.append(f[0] if len(f) == 2 else '')
    out = program('bokmal', '--from', 'auto', '--tokens', text='\n'.join(lines) + '\n').split('\n')
    changed = sum(a != b for a, b in zip(lines, out) if a)
    figures.add('Bokmål, clean Bokmål changed %', 100 * changed / sum(1 for a in lines if a), tolerance=0.05, note='bar 0.3')


def names(program, data, work, figures):
    text, spans, position, open_span = [], [], 0, None
    for line in gzip.open(f'{data}/ner/nob-dev.tsv.gz', 'rt', encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        if len(f) != 2:
            text.append('\n'); position += 1; open_span = None
            continue
        word, tag = f
        if tag.startswith('B-'):
            open_span = [position, position + len(word), tag[2:]]; spans.append(open_span)
        elif tag.startswith('I-') and open_span: open_span[1] = position + len(word)
        else: open_span = None
        text.append(word + ' '); position += len(word) + 1
    path = os.path.join(work, 'names.txt')
    open(path, 'w', encoding='utf-8').write(''.join(text))
    covered = np.zeros(position + 1, bool)
    for line in program('anonymize', '--detect', path).splitlines():
        d = json.loads(line); covered[d['start']:d['end']] = True
    for kind in ('PER', 'GPE_LOC', 'LOC', 'ORG'):
        own = [s for s in spans if s[2] == kind]
        found = sum(covered[a:b].all() for a, b, _ in own)
        figures.add(f'names found whole %, {kind}', 100 * found / len(own), 'higher', 0.3, note=f'{len(own)} entities')


def measure(program, data, work, figures):
    bokmal(program, data, figures)
    names(program, data, work, figures)
