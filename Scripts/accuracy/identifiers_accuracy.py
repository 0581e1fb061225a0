#!/usr/bin/env python3
"""Identifiers found, look-alikes left, and invented sentences, through `ordrett anonymize --detect`.

usage: identifiers_accuracy.py ORDRETT [COUNT]

10,000 identifiers in running text must be wholly covered; of 10,000 look-alikes (sums, doses, paragraphs, hours, books …) at most one
in a hundred may be touched. A span of years is a date by design and is counted apart. The sentences are the marked ones of
Tests/AnonymizationTests/Fixtures, as written and in lower case, scored word by word. The strangers' are held out: nothing is tuned on them.
"""
import collections, json, os, re, subprocess, sys, tempfile, time
import identifiers

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'Tests', 'AnonymizationTests', 'Fixtures')
WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def detect(binary, text, folder):
    path = os.path.join(folder, 'text.txt')
    with open(path, 'w', encoding='utf-8') as out: out.write(text)
    begin = time.perf_counter()
    done = subprocess.run([binary, 'anonymize', '--detect', path], capture_output=True, text=True)
    if done.returncode: sys.exit(f'anonymize --detect: exit {done.returncode}: {done.stderr.strip()}')
    os.remove(path)
    cover = [None] * (len(text) + 1)
    for line in done.stdout.splitlines():
        d = json.loads(line)
        for i in range(d['start'], d['end']): cover[i] = d
    return cover, time.perf_counter() - begin


def laid_out(samples):
    text, spans, length = [], [], 0
    for kind, head, sample, tail in samples:
        line = head + sample + tail + '\n'
        spans.append((kind, length + len(head), length + len(head) + len(sample)))
        text.append(line); length += len(line)
    return ''.join(text), spans


def found(binary, count, folder):
    """-> share of identifiers wholly covered, {kind: missed}"""
    text, spans = laid_out(identifiers.identifiers(count))
    cover, _ = detect(binary, text, folder)
    missed = collections.Counter(kind for kind, a, b in spans if any(text[i].isalnum() and cover[i] is None for i in range(a, b)))
    return 100 * (1 - sum(missed.values()) / count), dict(missed)


def taken(binary, count, folder):
    """-> share of look-alikes touched, the same of spans of years (typed as dates), {kind: taken}"""
    text, spans = laid_out(identifiers.lookalikes(count))
    cover, _ = detect(binary, text, folder)
    others = collections.Counter(); dates = 0
    for kind, a, b in spans:
        hits = {cover[i]['type'] for i in range(a, b) if cover[i] is not None}
        if kind == 'year-range' and hits <= {'date'}: dates += bool(hits)
        elif hits: others[kind] += 1
    return 100 * sum(others.values()) / count, 100 * dates / count, dict(others)


def sentences(binary, name, lower, folder):
    """-> recall, precision and right types of words, per cent"""
    text, marks, position = [], [], 0
    for line in open(os.path.join(FIXTURES, name + '.txt'), encoding='utf-8'):
        if line.startswith('#'): continue
        for piece in re.split(r'(\[[^\]]*\])', line):
            if piece.startswith('['):
                kind, piece = piece[1:-1].split('|', 1)
                marks += [kind] * len(piece)
            else: marks += [None] * len(piece)
            text.append(piece)
    text = ''.join(text)
    cover, _ = detect(binary, text.lower() if lower else text, folder)
    hit = miss = extra = typed = 0
    for word in WORD.finditer(text):
        span = range(word.start(), word.end())
        kind = next((marks[i] for i in span if marks[i]), None); d = next((cover[i] for i in span if cover[i]), None)
        if kind and d: hit += 1; typed += kind == d['type']
        elif kind: miss += 1
        elif d: extra += 1
    return 100 * hit / (hit + miss), 100 * hit / (hit + extra), 100 * typed / hit


def measure(program, data, work, figures, count=10_000):
    share, missed = found(program.binary, count, work)
    figures.add('identifiers wholly found %', share, 'higher', 0.0, note=f'of {count}; bar 100; missed {missed}')
    share, years, kinds = taken(program.binary, count, work)
    figures.add('look-alikes taken %', share, 'lower', 0.2, note=f'of {count}; bar 1; {kinds}')
    figures.told('spans of years taken as dates, % of the look-alikes', f'{years:.2f}')
    for name in ('family-histories', 'ward-talk', 'life-stories-a', 'life-stories-b'):
        for lower in (False, True):
            recall, precision, types = sentences(program.binary, name, lower, work)
            label = f'sentences, {name}{", lower case" if lower else ""}'
            figures.add(f'{label}, recall %', recall, 'higher', 0.3, note='' if lower else 'bar 97')
            figures.add(f'{label}, precision %', precision, 'higher', 1.0, note='' if lower else 'bar 85')
            figures.add(f'{label}, right type %', types, 'higher', 1.0)
    for name in ('strangers-c', 'strangers-d', 'strangers-e', 'strangers-f'):
        for lower in (False, True):
            recall, precision, types = sentences(program.binary, name, lower, work)
            label = f'sentences, {name.replace("-", " ")}{", lower case" if lower else ""}'
            figures.add(f'{label}, recall %', recall, 'higher', 1.0, note='' if lower else 'held out, never tuned on; bar 97')
            figures.add(f'{label}, precision %', precision, 'higher', 2.0, note='' if lower else 'bar 85')
            figures.add(f'{label}, right type %', types, 'higher', 2.0)
    text = laid_out(identifiers.identifiers(200))[0] + open(os.path.join(FIXTURES, 'family-histories.txt'), encoding='utf-8').read().replace('[', '').replace(']', '')
    long = text * max(1, 200_000 // len(text.split()))
    _, short = detect(program.binary, text, work)
    _, seconds = detect(program.binary, long, work)
    figures.told('detection', f'{(len(long.split()) - len(text.split())) / max(1e-3, seconds - short):.0f} words a second, the whole program')


if __name__ == '__main__':
    import common
    if len(sys.argv) < 2: sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix='ordrett-accuracy-') as work:
        measure(common.Program(sys.argv[1]), None, work, common.Figures(), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
