"""Word starts and ends of the aligner on read speech with hand-checked word times."""
import glob, os, sys
import numpy as np
import alignment_robustness, robust_recordings


def measure(program, data, work, figures):
    starts, ends, after, before = [], [], [], []
    for path in sorted(glob.glob(f'{data}/vad/*.flac')):
        words = [line.rstrip('\n').split('\t') for line in open(path[:-5] + '.words.tsv')]
        words = [w for w in words if len(w) >= 4 and w[3] not in ('', '<sil>')]
        text = os.path.join(work, 'text.txt')
        open(text, 'w').write(' '.join(w[3].lower() for w in words) + '\n')
        rows = [line.split('\t') for line in program('align', path, text, '--language', 'en-us').splitlines()]
        if len(rows) != len(words): sys.exit(f'align: {len(rows)} rows for {len(words)} words')
        pause_after, pause_before = alignment_robustness.pause_masks([(float(w[0]), float(w[1]), w[3]) for w in words])
        for i, (w, r) in enumerate(zip(words, rows)):
            if r[0] == '-':
                starts.append(1.0); ends.append(1.0)
            else:
                starts.append(abs(float(r[0]) - float(w[0]))); ends.append(abs(float(r[1]) - float(w[1])))
            if i in pause_after: after.append(starts[-1])
            if i in pause_before: before.append(ends[-1])
    s, e = np.array(starts) * 1000, np.array(ends) * 1000
    figures.add('alignment, word starts, median ms', np.median(s), tolerance=2, note='aeneas 35')
    figures.add('alignment, word ends, median ms', np.median(e), tolerance=2, note='aeneas 35')
    figures.add('alignment, starts within 100 ms %', 100 * (s <= 100).mean(), 'higher', 1.0, note='aeneas 84.6')
    figures.add('alignment, starts within 80 ms %', 100 * (s <= 80).mean(), 'higher', 1.0, note='bar 90')
    figures.add('alignment, starts after a pause, median ms', 1000 * np.median(after), tolerance=5, note='bar 40, aeneas 122')
    figures.add('alignment, ends before a pause, median ms', 1000 * np.median(before), tolerance=5, note='bar 40, aeneas 260')
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'SampleAudio')
    within = total = 0
    for recording in robust_recordings.samples(folder, work):
        found = alignment_robustness.trial(program.binary, work, recording, 'exact')
        within += found['in60'] * found['words']; total += found['words']
    figures.add('alignment, sample recordings, starts within 60 ms %', within / total, 'higher', 1.0, note='bar 95; synthetic voices')
