"""Who spoke when, scored by pyannote.metrics with collar 0 and overlap counted: true speech and own, known count and estimated.

The simulated conversations are made by the simulator beside the data, with fixed seeds, noises and rooms.
"""
import glob, itertools, json, os, subprocess, sys
import numpy as np
from common import annotation, read, region, rttm
from pyannote.core import Segment, Timeline
from pyannote.metrics.diarization import DiarizationErrorRate

# Signal to noise in dB, reverberation time in seconds.
ROOMS = [(12, 0.6), (15, 0.5), (18, 0.4), (20, 0.3), (22, 0.25), (25, 0.2)]
COUNT_ROOMS = [(12, 0.5), (18, 0.4), (25, 0.25)]


class Simulator:
    def __init__(self, data, work):
        self.speech = os.path.join(data, 'conversation-speech')
        self.program = os.path.join(data, '..', 'tools', 'simulate_conversation.py')
        self.work = work
        self.names = sorted({os.path.basename(p).split('-')[0] for p in glob.glob(f'{self.speech}/*.flac')})
        self.pairs = list(itertools.combinations(self.names, 2))

    def make(self, names, seed, snr, room):
        stem = os.path.join(self.work, f'sim{seed}-{snr}')
        if not os.path.exists(stem + '.wav'):
            subprocess.run([sys.executable, self.program, '--speech', self.speech, '--out', stem, '--names', ','.join(names), '--seed',
                            str(seed), '--snr', str(snr), '--room', str(room)], check=True, stdout=subprocess.DEVNULL)
        return stem


def voiced_only(stem, clean):
    """The truth without stretches of 0.3 s and more that lie 0.15 s from any pitch of the clean voices, as a new stem.

    The simulator labels speech by level, so that the pauses of a speaker whose own recording is noisy count as speech.
    """
    import parselmouth
    sound = parselmouth.Sound(clean + '.wav')
    pitch = sound.to_pitch_ac(time_step=0.01)
    n = round(sound.duration * 100)
    voiced = np.array([not np.isnan(pitch.get_value_at_time((i + .5) * .01)) for i in range(n)])
    edges = np.flatnonzero(np.diff(np.r_[0, (~voiced).astype(int), 0]))
    # Unvoiced sounds at the edges of words are speech.
    silent = [(a / 100 + .15, b / 100 - .15) for a, b in zip(edges[::2], edges[1::2]) if b - a >= 60]
    rows = []
    for a, b, who in rttm(read(stem + '.rttm')):
        for c, d in silent:
            if d <= a or c >= b: continue
            if c > a: rows.append((a, c, who))
            a = max(a, d)
        if b > a: rows.append((a, b, who))
    target = stem + '-voiced'
    with open(target + '.rttm', 'w') as out:
        for a, b, who in rows: out.write(f'SPEAKER {os.path.basename(target)} 1 {a:.3f} {b - a:.3f} <NA> <NA> {who} <NA> <NA>\n')
    for kind in ('.wav', '.uem'):
        if not os.path.exists(target + kind): os.symlink(os.path.abspath(stem + kind), target + kind)
    return target


def audio(stem): return stem + ('.flac' if os.path.exists(stem + '.flac') else '.wav')


class Scores:
    """Errors of some recordings: pooled, one by one, and in parts."""

    def __init__(self, program): self.program, self.one_by_one, self.metric = program, [], DiarizationErrorRate(collar=0.0, skip_overlap=False)

    def add(self, stem, true_speech, count=None):
        truth = rttm(read(stem + '.rttm'))
        arguments = ['diarize', audio(stem)]
        if true_speech: arguments += ['--vad', stem + '.rttm']
        if count is None: arguments += ['--speakers', str(len({who for *_, who in truth}))]
        found = rttm(self.program(*arguments))
        start, end = region(stem, max(b for _, b, _ in truth))
        self.one_by_one.append(100 * self.metric(annotation(truth), annotation(found), uem=Timeline([Segment(start, end)])))
        return len({who for *_, who in found})

    @property
    def parts(self):
        m = self.metric
        total = max(1e-9, m['total'])
        return ', '.join(f'{k} {100 * m[n] / total:.1f}' for k, n in (('missed', 'missed detection'), ('false', 'false alarm'), ('confused', 'confusion')))


def measure(program, data, work, figures):
    folder = f'{data}/diarisation'
    simulator = Simulator(data, work)
    pairs = [simulator.make(p, 700 + i, *ROOMS[i]) for i, p in enumerate(simulator.pairs)]
    fours = [simulator.make(simulator.names, 800 + i, *ROOMS[2 * i + 1]) for i in range(3)]
    for true_speech in (True, False):
        how = 'true speech' if true_speech else 'own VAD'
        for name, stems, tolerance, peers in [
            ('gecko_demo', [f'{folder}/gecko_demo'], 1.0, 'one speaker 27.5, pyBK 28.4, prototype 5.5'),
            ('vox_aepyx', [f'{folder}/vox_aepyx'], 3.0, 'one speaker 56.4, pyBK 50.3, prototype 31.6'),
            ('simulated pairs', pairs, 0.7, 'prototype 2.1'), ('simulated fours', fours, 1.0, ''),
            ('AMI dev and tst', sorted(p[:-5] for s in ('dev', 'tst') for p in glob.glob(f'{folder}/ami_{s}*.rttm')), 2.0, 'reported only'),
        ]:
            scores = Scores(program)
            for stem in stems: scores.add(stem, true_speech)
            pooled = name.startswith('AMI')
            value = 100 * abs(scores.metric) if pooled else float(np.mean(scores.one_by_one))
            figures.add(f'DER %, {how}, count known, {name}', value, tolerance=tolerance, note='; '.join(filter(None, [scores.parts, peers if true_speech else ''])))
            if name == 'simulated pairs':
                figures.add(f'DER %, {how}, count known, worst pair', max(scores.one_by_one), tolerance=2.0)
    clean = [simulator.make(p, 700 + i, 90, 0) for i, p in enumerate(simulator.pairs)]
    scores = Scores(program)
    for stem, silent in zip(pairs, clean): scores.add(voiced_only(stem, silent), False)
    figures.add('DER %, own VAD, simulated pairs, truth without unvoiced 0.3 s', float(np.mean(scores.one_by_one)), tolerance=0.7, note=scores.parts)
    counts(program, simulator, folder, figures)
    agreement(program, folder, work, figures)


def counts(program, simulator, folder, figures):
    scores = Scores(program)
    for i, (snr, room) in enumerate(COUNT_ROOMS):
        found = [scores.add(simulator.make(pair, 900 + 10 * i + n, snr, room), False, 'estimate') for n, pair in enumerate(simulator.pairs)]
        figures.add(f'own VAD, pairs of six found to be two, {snr} dB', sum(f == 2 for f in found), 'higher', 0, note=' '.join(map(str, found)))
    found = Scores(program).add(f'{folder}/gecko_demo', False, 'estimate')
    figures.add('own VAD, speakers found in gecko_demo (2)', found, tolerance=0)
    fours = [Scores(program).add(simulator.make(simulator.names, 800 + i, *ROOMS[2 * i + 1]), False, 'estimate') for i in range(3)]
    figures.add('own VAD, fours of three found to be four', sum(f == 4 for f in fours), 'higher', 1, note=' '.join(map(str, fours)))


def agreement(program, folder, work, figures):
    """The program's own score against pyannote's, with a hypothesis that is wrong in every way."""
    worst = 0.0
    for path in sorted(glob.glob(f'{folder}/*.rttm')):
        stem, truth, rng = path[:-5], rttm(read(path)), np.random.default_rng(7)
        wrong = [(max(0, a + rng.normal(0, .3)), b + abs(rng.normal(0, .4)), who if rng.random() < .7 else 'X') for a, b, who in truth]
        file = os.path.join(work, 'hyp.rttm')
        with open(file, 'w') as out:
            for a, b, who in wrong: out.write(f'SPEAKER {os.path.basename(stem)} 1 {a:.3f} {max(b - a, .01):.3f} <NA> <NA> {who} <NA> <NA>\n')
        start, end = region(stem, 0)
        metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
        theirs = 100 * metric(annotation(truth), annotation(rttm(read(file))), uem=Timeline([Segment(start, end)]))
        ours = json.loads(program('score', 'diarization', path, file, '--uem', stem + '.uem', '--json'))
        own = 100 * (ours['miss'] + ours['falseAlarm'] + ours['confusion']) / ours['total'] if ours['total'] else theirs
        worst = max(worst, abs(own - theirs))
    figures.add('DER, largest difference from pyannote.metrics', worst, tolerance=0.05, note='points, over every file')
