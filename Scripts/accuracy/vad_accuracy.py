#!/usr/bin/env python3
"""Measures voice activity detection against RTTM files.

    vad_accuracy.py [--command "ordrett vad"] [--scores] SET=GLOB [SET=GLOB ...]
    vad_accuracy.py --command ".build/release/ordrett vad" read='data/vad/*.flac' meetings='data/diarisation/ami_*.flac'

The command gets a recording's path and prints RTTM; with --scores it also gets `--scores FILE` and writes lines of
seconds<TAB>probability there. Beside each recording lie its .rttm and, if only part counts, a .uem.
Prints, per set and pooled over its files on 10 ms frames: miss %, false alarm %, their mean, the area under the curve
(with --scores), the median and 90th percentile of the distance of true speech edges to the nearest found one of the same
kind, and seconds of work per hour of sound. Needs numpy and soundfile.
"""
import argparse, glob, os, shlex, subprocess, sys, tempfile, time
import numpy as np, soundfile as sf

FRAME = 0.01


def read_rttm(lines):
    out = []
    for line in lines:
        f = line.split()
        if f and f[0] == 'SPEAKER': out.append((float(f[3]), float(f[3]) + float(f[4])))
    merged = []
    for a, b in sorted(out):
        if merged and a <= merged[-1][1] + 1e-6: merged[-1][1] = max(b, merged[-1][1])
        else: merged.append([a, b])
    return merged


def mask(spans, n):
    m = np.zeros(n, bool)
    for a, b in spans: m[max(0, round(a / FRAME)):max(0, round(b / FRAME))] = True
    return m


def auc(score, truth):
    order = np.argsort(score, kind='stable'); s = score[order]
    rank = np.empty(len(s)); rank[order] = np.arange(1, len(s) + 1)
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.bincount(inverse, rank) / counts)[inverse]
    p = truth.sum(); q = len(truth) - p
    return (rank[truth].sum() - p * (p + 1) / 2) / (p * q) if p and q else float('nan')


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--command', default='ordrett vad'); ap.add_argument('--scores', action='store_true')
    ap.add_argument('sets', nargs='+', metavar='SET=GLOB')
    a = ap.parse_args()
    print('%-12s %5s %7s %7s %9s %7s %9s %9s %7s' % ('set', 'files', 'miss %', 'false %', 'balanced', 'AUC', 'edge p50', 'edge p90', 's/h'))
    failed = False
    for item in a.sets:
        name, _, pattern = item.partition('=')
        T, H, P, edges, spent, total = [], [], [], [], 0.0, 0.0
        files = sorted(glob.glob(pattern))
        for path in files:
            base = os.path.splitext(path)[0]
            seconds = sf.info(path).duration; n = int(seconds / FRAME)
            with tempfile.NamedTemporaryFile() as scores:
                command = shlex.split(a.command) + [path] + (['--scores', scores.name] if a.scores else [])
                begin = time.time(); done = subprocess.run(command, capture_output=True, text=True); spent += time.time() - begin
                if done.returncode: sys.exit(f'{path}: exit {done.returncode}: {done.stderr.strip()}')
                prob = np.zeros(n)
                if a.scores:
                    rows = np.loadtxt(scores.name, ndmin=2)
                    at = np.clip(np.searchsorted(rows[:, 0], (np.arange(n) + .25) * FRAME, 'right') - 1, 0, len(rows) - 1)
                    prob = rows[at, 1]
            truth = read_rttm(open(base + '.rttm')); found = read_rttm(done.stdout.splitlines())
            scored = np.ones(n, bool)
            if os.path.exists(base + '.uem'):
                scored = mask([tuple(map(float, l.split()[2:4])) for l in open(base + '.uem') if l.strip()], n)[:n]
            t, h = mask(truth, n)[:n], mask(found, n)[:n]
            T.append(t[scored]); H.append(h[scored]); P.append(prob[scored]); total += seconds
            for k in (0, 1):
                marks = np.array([s[k] for s in found])
                edges += [np.abs(marks - s[k]).min() for s in truth if len(marks)]
        if not files:
            print(f'{name}: no files match {pattern}', file=sys.stderr); failed = True; continue
        t, h, p = map(np.concatenate, (T, H, P))
        miss = 100 * (~h & t).sum() / max(1, t.sum()); false = 100 * (h & ~t).sum() / max(1, (~t).sum())
        e = np.percentile(edges, [50, 90]) * 1000 if edges else [float('nan')] * 2
        print('%-12s %5d %7.1f %7.1f %9.2f %7s %6.0f ms %6.0f ms %7.1f' % (name, len(files), miss, false, (miss + false) / 2, '%.3f' % auc(p, t) if a.scores else '-', e[0], e[1], spent / total * 3600))
    sys.exit(1 if failed else 0)


if __name__ == '__main__': main()
