#!/usr/bin/env python3
"""Diarisation error of `ordrett diarize`: tables, scored by pyannote.metrics.

usage: diarization_accuracy.py --data DIR [--command ordrett] [--simulator FILE] [--estimate] [--own-speech] [--all]
                               [--work DIR]

DIR holds `diarisation/` (FLAC, RTTM, UEM) and `conversation-speech/` (SPEAKER-*.flac); the simulator is
simulate_conversation.py. Six pairs and a conversation of four are simulated with fixed seeds. Collar 0, overlap counted.
True speech and the number of speakers are given; `--estimate` leaves the number to the program and reports what it found,
`--own-speech` lets it find the speech, `--all` does the four combinations, with the pairs at SNR 12, 18 and 25 as well. Exits 1 when a command fails.
Needs numpy, soundfile and pyannote.metrics.
"""
import argparse, glob, itertools, os, subprocess, sys, tempfile, time, warnings

warnings.simplefilter('ignore')
from pyannote.core import Annotation, Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate


def annotation(text):
    result = Annotation()
    for i, line in enumerate(text.splitlines()):
        f = line.split()
        if f and f[0] == 'SPEAKER' and float(f[4]) > 0:
            result[Segment(float(f[3]), float(f[3]) + float(f[4])), i] = f[7]
    return result


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--data', required=True)
    a.add_argument('--command', default='ordrett')
    a.add_argument('--simulator')
    a.add_argument('--estimate', action='store_true')
    a.add_argument('--own-speech', action='store_true')
    a.add_argument('--all', action='store_true')
    a.add_argument('--work', help='keep the simulated conversations here')
    o = a.parse_args()
    work = o.work or tempfile.mkdtemp(prefix='diarization-')
    os.makedirs(work, exist_ok=True)

    sets = [('gecko_demo', ['gecko_demo']), ('vox_aepyx', ['vox_aepyx'])]
    folder = os.path.join(o.data, 'diarisation')
    sets.append(('AMI dev+tst pooled', sorted(
        os.path.basename(p)[:-5] for s in ('dev', 'tst') for p in glob.glob(os.path.join(folder, f'ami_{s}*.rttm')))))
    sets = [(name, [os.path.join(folder, s) for s in stems]) for name, stems in sets]
    if o.simulator:
        speech = os.path.join(o.data, 'conversation-speech')
        speakers = sorted({os.path.basename(p).split('-')[0] for p in glob.glob(os.path.join(speech, '*.flac'))})
        pairs = list(itertools.combinations(speakers, 2))
        plans = [('pair ' + '+'.join(p), p, 700 + i, 20, 0.3) for i, p in enumerate(pairs)]
        if o.all:
            plans += [(f'pair{snr} ' + '+'.join(p), p, 900 + 10 * i + snr, snr, room)
                      for snr, room in ((12, 0.6), (18, 0.4), (25, 0.2)) for i, p in enumerate(pairs)]
        plans += [('four', speakers, seed, 20, 0.3) for seed in (800, 801)]
        for name, names, seed, snr, room in plans:
            stem = os.path.join(work, f'sim{seed}')
            if not os.path.exists(stem + '.wav'):
                subprocess.run([sys.executable, o.simulator, '--speech', speech, '--out', stem, '--names',
                                ','.join(names), '--seed', str(seed), '--snr', str(snr), '--room', str(room)], check=True, stdout=subprocess.DEVNULL)
            sets.append((name, [stem]))

    combinations = [(e, w) for w in (False, True) for e in (False, True)] if o.all else [(o.estimate, o.own_speech)]
    return 1 if any([table(o, sets, *c) for c in combinations]) else 0


def table(o, sets, estimate, own_speech):
    """Prints one table; whether a command failed."""
    print(f'{"own" if own_speech else "true"} speech, number of speakers {"estimated" if estimate else "given"}')
    print(f'{"set":24} {"DER %":>7} {"miss":>6} {"fa":>6} {"conf":>6}  speakers found/true  seconds')
    means, failed = {}, False
    for name, stems in sets:
        metric, counts, spent = DiarizationErrorRate(collar=0, skip_overlap=False), [], 0
        for stem in stems:
            audio = stem + ('.flac' if os.path.exists(stem + '.flac') else '.wav')
            reference = annotation(read(stem + '.rttm'))
            scored = Timeline([Segment(float(l.split()[2]), float(l.split()[3])) for l in read(stem + '.uem').splitlines()])
            command = o.command.split() + ['diarize', audio] + ([] if own_speech else ['--vad', stem + '.rttm'])
            if not estimate:
                command += ['--speakers', str(max(1, len(reference.labels())))]
            begin = time.time()
            run = subprocess.run(command, capture_output=True, text=True)
            spent += time.time() - begin
            if run.returncode != 0:
                failed = True
                print(f'{name}: {os.path.basename(stem)} failed with {run.returncode}: {run.stderr.strip()[:300]}')
                continue
            hypothesis = annotation(run.stdout)
            counts.append(f'{len(hypothesis.labels())}/{len(reference.labels())}')
            metric(reference, hypothesis, uem=scored)
        if len(counts) < len(stems):
            continue
        total = max(1e-9, metric['total'])
        print(f'{name:24} {100 * abs(metric):7.2f} {100 * metric["missed detection"] / total:6.2f} '
              f'{100 * metric["false alarm"] / total:6.2f} {100 * metric["confusion"] / total:6.2f}  '
              f'{" ".join(counts):19}  {spent:.1f}')
        means.setdefault(name.split()[0], []).append(100 * abs(metric))
    for kind in ('pair', 'pair12', 'pair18', 'pair25', 'four'):
        if kind in means:
            print(f'{kind + " mean":24} {sum(means[kind]) / len(means[kind]):7.2f}')
    return failed


if __name__ == '__main__':
    sys.exit(main())
