#!/usr/bin/env python3
"""Measures the program on the evaluation data and compares with the last recorded figures.

usage: measure.py ORDRETT DATA [--record]

Prints one table. Each figure has a direction and a tolerance (noise); the run fails (exit 1) when one is worse than recorded
by more than that. --record writes the figures down in recorded.json beside this file. Needs numpy, soundfile,
pyannote.metrics. Nothing of the data's text is printed or kept.
"""
import atexit, glob, gzip, json, os, shutil, subprocess, sys, tempfile, warnings

warnings.simplefilter('ignore')
import numpy as np
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

HERE = os.path.dirname(os.path.abspath(__file__))
binary, data = sys.argv[1], sys.argv[2]
work = tempfile.mkdtemp(prefix='ordrett-accuracy-')
atexit.register(shutil.rmtree, work, ignore_errors=True)
figures = []  # (name, value, better, tolerance, note)


def figure(name, value, better='lower', tolerance=0.3, note=''):
    figures.append((name, round(float(value), 3), better, tolerance, note))
    print(f'{name:52s} {value:9.2f}  {note}', flush=True)


def run(*arguments, text=None):
    done = subprocess.run([binary, *arguments], input=text, capture_output=True, text=True)
    if done.returncode: sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout


def rttm(text):
    rows = [line.split() for line in text.splitlines() if line.startswith('SPEAKER')]
    return [(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in rows if float(f[4]) > 0]


def region(stem, end):
    path = stem + '.uem'
    if not os.path.exists(path): return 0.0, end
    f = open(path).read().split()
    return float(f[2]), float(f[3])


def seconds(path):
    import soundfile
    info = soundfile.info(path)
    return info.frames / info.samplerate


def voice_activity():
    sets = [
        ('read speech', glob.glob(f'{data}/vad/*.flac'), 'WebRTC mode 3 5.8, rVADfast 6.5, Silero 4.6'),
        ('AMI dev and tst', glob.glob(f'{data}/diarisation/ami_dev*.flac') + glob.glob(f'{data}/diarisation/ami_tst*.flac'),
         'WebRTC mode 3 23.2, rVADfast 25.6, Silero 13.8'),
        ('vox_aepyx', [f'{data}/diarisation/vox_aepyx.flac'], 'WebRTC mode 3 26.9, rVADfast 25.7, Silero 9.5'),
    ]
    for name, files, peers in sets:
        miss = false = speech = other = 0
        for path in sorted(files):
            stem = path[:-5]
            found = rttm(run('vad', path))
            start, end = region(stem, seconds(path))
            n = round((end - start) * 100)
            masks = []
            for segments in (rttm(open(stem + '.rttm').read()), found):
                m = np.zeros(n, bool)
                for a, b, _ in segments: m[max(0, round((a - start) * 100)):max(0, round((b - start) * 100))] = True
                masks.append(m)
            truth, guess = masks
            miss += (truth & ~guess).sum(); false += (~truth & guess).sum()
            speech += truth.sum(); other += (~truth).sum()
        figure(f'VAD balanced error %, {name}', 50 * miss / speech + 50 * false / max(1, other), note=peers)


def annotation(segments):
    result = Annotation()
    for index, (a, b, who) in enumerate(segments): result[Segment(a, b), index] = who
    return result


def diarization():
    worst = 0.0
    for name, speakers, peers in [('gecko_demo', 2, 'one speaker 27.5, pyBK 28.4'), ('vox_aepyx', 4, 'one speaker 56.4, pyBK 50.3')]:
        stem = f'{data}/diarisation/{name}'
        text = run('diarize', stem + '.flac', '--speakers', str(speakers), '--vad', stem + '.rttm')
        start, end = region(stem, 0)
        metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
        der = 100 * metric(annotation(rttm(open(stem + '.rttm').read())), annotation(rttm(text)), uem=Timeline([Segment(start, end)]))
        figure(f'DER %, true speech and count, {name}', der, tolerance=1.0, note=peers)
    # The program's own score against pyannote's, with a hypothesis that is wrong in every way.
    for path in sorted(glob.glob(f'{data}/diarisation/*.rttm')):
        stem = path[:-5]
        truth = rttm(open(path).read())
        rng = np.random.default_rng(7)
        wrong = [(max(0, a + rng.normal(0, .3)), b + abs(rng.normal(0, .4)), who if rng.random() < .7 else 'X') for a, b, who in truth]
        file = os.path.join(work, 'hyp.rttm')
        with open(file, 'w') as out:
            for a, b, who in wrong: out.write(f'SPEAKER {os.path.basename(stem)} 1 {a:.3f} {max(b - a, .01):.3f} <NA> <NA> {who} <NA> <NA>\n')
        wrong = rttm(open(file).read())
        start, end = region(stem, 0)
        metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
        theirs = 100 * metric(annotation(truth), annotation(wrong), uem=Timeline([Segment(start, end)]))
        ours = json.loads(run('score', 'diarization', path, file, '--uem', stem + '.uem', '--json'))
        own = 100 * (ours['miss'] + ours['falseAlarm'] + ours['confusion']) / ours['total'] if ours['total'] else theirs
        worst = max(worst, abs(own - theirs))
    figure('DER, largest difference from pyannote.metrics', worst, tolerance=0.05, note='points, over every file')


def alignment():
    starts, ends = [], []
    for path in sorted(glob.glob(f'{data}/vad/*.flac')):
        words = [line.rstrip('\n').split('\t') for line in open(path[:-5] + '.words.tsv')]
        words = [w for w in words if len(w) >= 4 and w[3] not in ('', '<sil>')]
        text = os.path.join(work, 'text.txt')
        open(text, 'w').write(' '.join(w[3].lower() for w in words) + '\n')
        rows = [line.split('\t') for line in run('align', path, text, '--language', 'en-us').splitlines()]
        if len(rows) != len(words): sys.exit(f'align: {len(rows)} rows for {len(words)} words')
        for w, r in zip(words, rows):
            if r[0] == '-':
                starts.append(1.0); ends.append(1.0)
            else:
                starts.append(abs(float(r[0]) - float(w[0]))); ends.append(abs(float(r[1]) - float(w[1])))
    s, e = np.array(starts) * 1000, np.array(ends) * 1000
    figure('alignment, word starts, median ms', np.median(s), tolerance=2, note='aeneas 35')
    figure('alignment, word ends, median ms', np.median(e), tolerance=2, note='aeneas 35')
    figure('alignment, starts within 100 ms %', 100 * (s <= 100).mean(), 'higher', 1.0, note='aeneas 84.6')


def bokmal():
    blocks, current = [], []
    for line in gzip.open(f'{data}/dialect/dev.tsv.gz', 'rt', encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        if len(f) == 2: current.append(f)
        elif current: blocks.append(current); current = []
    if current: blocks.append(current)
    text = '\n\n'.join('\n'.join(w[0] for w in block) for block in blocks) + '\n'
    out = [line for line in run('bokmal', '--from', 'dialect', '--tokens', text=text).split('\n') if line]
    truth = [w[1] for block in blocks for w in block]
    if len(out) != len(truth): sys.exit('bokmal: another number of words out than in')
    wrong = sum(a.lower() != b.lower() for a, b in zip(out, truth))
    figure('Bokmål, dialect dev, word error %', 100 * wrong / len(truth), tolerance=0.2, note='as is 66-68, most frequent 14')
    words, lines = [], []
    for line in gzip.open(f'{data}/ner/nob-dev.tsv.gz', 'rt', encoding='utf-8'):
        f = line.rstrip('\n').split('\t')
        lines.append(f[0] if len(f) == 2 else '')
    out = run('bokmal', '--from', 'auto', '--tokens', text='\n'.join(lines) + '\n').split('\n')
    changed = sum(a != b for a, b in zip(lines, out) if a)
    figure('Bokmål, clean Bokmål changed %', 100 * changed / sum(1 for a in lines if a), tolerance=0.05, note='bar 0.3')


def names():
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
    for line in run('anonymize', '--detect', path).splitlines():
        d = json.loads(line); covered[d['start']:d['end']] = True
    for kind in ('PER', 'GPE_LOC', 'LOC', 'ORG'):
        own = [s for s in spans if s[2] == kind]
        found = sum(covered[a:b].all() for a, b, _ in own)
        figure(f'names found whole %, {kind}', 100 * found / len(own), 'higher', 0.3, note=f'{len(own)} entities')


for part in (voice_activity, diarization, alignment, bokmal, names): part()

recorded_path = os.path.join(HERE, 'recorded.json')
if '--record' in sys.argv:
    json.dump({name: value for name, value, *_ in figures}, open(recorded_path, 'w'), indent=2, ensure_ascii=False)
    print('recorded')
    sys.exit()
recorded = json.load(open(recorded_path)) if os.path.exists(recorded_path) else {}
worse = []
for name, value, better, tolerance, _ in figures:
    if name in recorded:
        loss = value - recorded[name] if better == 'lower' else recorded[name] - value
        if loss > tolerance: worse.append(f'{name}: {value} now, {recorded[name]} recorded')
for line in worse: print('WORSE', line)
sys.exit(1 if worse else 0)
