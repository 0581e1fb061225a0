#!/usr/bin/env python3
"""Measures the pitch tracker: against known signals at 20 dB, and against Praat on read speech.

usage: pitch_accuracy.py ORDRETT DATA [--files N] [--noise DB] [--skip-speech] [--skip-praat]

Known signals, 60 to 500 Hz, 16 kHz, white noise 20 dB below the signal's mean square: the error in cents of every voiced
frame against the true fundamental at the frame's centre (frames whose window reaches beyond the signal do not exist).
Read speech, DATA/background-speech: beside Praat's autocorrelation tracker (`to_pitch_ac`, step 10 ms, both trackers with the
floor and ceiling told, Praat's other settings as they come): the share of frames voiced in both that differ by more than
20 %, and the share of all frames that one calls voiced and the other not. Seconds of work stand beside Praat's on the same sound.
Needs numpy, scipy, soundfile; for read speech praat-parselmouth. Everything is seeded.
"""
import argparse, atexit, glob, os, shutil, subprocess, sys, tempfile, time
import numpy as np

RATE, FLOOR, CEILING, STEP = 16000, 60.0, 500.0, 0.01
# First three formants and their bandwidths, Hz: textbook values of a man's vowels.
VOWELS = {'i': ((270, 60), (2290, 100), (3010, 120)), 'a': ((730, 90), (1090, 110), (2440, 120)),
          'u': ((300, 60), (870, 90), (2240, 120)), 'æ': ((660, 80), (1720, 100), (2410, 120))}


def pulses(f0):
    """A pulse train without aliasing: cosines of all harmonics below 7.2 kHz, faded out over the last 400 Hz."""
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    out = np.zeros(len(f0))
    for k in range(1, int(7200 / f0.min()) + 1):
        out += np.clip((7200 - k * f0) / 400, 0, 1) * np.cos(k * phase)
    return out


def sawtooth(f0):
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    out = np.zeros(len(f0))
    for k in range(1, int(7200 / f0.min()) + 1):
        out += np.clip((7200 - k * f0) / 400, 0, 1) * np.sin(k * phase) / k
    return out


def vowel(f0, formants):
    """Pulses with the fall of a glottal source (12 dB an octave above 100 Hz, 6 of it undone by the lips), then resonators.

    The resonators hold the sound back by the centre of gravity of their response's energy, one to three milliseconds; what
    is returned is moved forward by that, so that it is in step with f0.
    """
    from scipy.signal import lfilter

    def tract(x):
        x = lfilter([1], [1, -np.exp(-2 * np.pi * 100 / RATE)], x)
        for frequency, width in formants:
            r = np.exp(-np.pi * width / RATE)
            x = lfilter([1], [1, -2 * r * np.cos(2 * np.pi * frequency / RATE), r * r], x)
        return x

    energy = tract(np.r_[1, np.zeros(RATE // 4)]) ** 2
    delay = int(round(energy @ np.arange(len(energy)) / energy.sum()))
    return tract(pulses(np.r_[f0, np.full(delay, f0[-1])]))[delay:]


def signals():
    """(group, waveform, true f0 sample by sample)."""
    constant = lambda f, seconds=1.5: np.full(int(seconds * RATE), float(f))
    steps = [60 * (500 / 60) ** (i / 11) for i in range(12)]
    # The lowest tone a tracker with this floor can be asked for lies a little above it.
    steps[0] = 61.0; steps[-1] = 495.0
    for f in steps: yield 'sines', np.sin(2 * np.pi * np.cumsum(constant(f)) / RATE), constant(f)
    for f in steps: yield 'sawtooth', sawtooth(constant(f)), constant(f)
    for name, formants in VOWELS.items():
        for f in steps: yield f'vowel {name}', vowel(constant(f), formants), constant(f)
    n = 6 * RATE; t = np.arange(n) / n
    log, linear = 61 * (495 / 61) ** t, 61 + (495 - 61) * t
    for f0, name in ((log, 'log chirps'), (log[::-1], 'log chirps'), (linear, 'linear chirps'), (linear[::-1], 'linear chirps')):
        yield f'{name}, sine', np.sin(2 * np.pi * np.cumsum(f0) / RATE), f0
        yield f'{name}, sawtooth', sawtooth(f0), f0
        yield f'{name}, vowel a', vowel(f0, VOWELS['a']), f0
    for f in (70, 100, 140, 200, 280, 400):
        f0 = f * 2 ** (50 / 1200 * np.sin(2 * np.pi * 5 * np.arange(3 * RATE) / RATE))
        yield 'vibrato, sine', np.sin(2 * np.pi * np.cumsum(f0) / RATE), f0
        yield 'vibrato, sawtooth', sawtooth(f0), f0
        yield 'vibrato, vowel a', vowel(f0, VOWELS['a']), f0


def ordrett(binary, path, floor=FLOOR, ceiling=CEILING, step=STEP):
    done = subprocess.run(
        [binary, 'pitch', path, '--floor', str(floor), '--ceiling', str(ceiling), '--step', str(step)], capture_output=True, text=True)
    if done.returncode: sys.exit(f'{path}: exit {done.returncode}: {done.stderr.strip()}')
    rows = np.array([line.split('\t') for line in done.stdout.splitlines()], float).reshape(-1, 3)
    return rows[:, 0], rows[:, 1]


def praat(path, floor=FLOOR, ceiling=CEILING, step=STEP):
    import parselmouth
    sound = parselmouth.Sound(path)
    begin = time.process_time()
    pitch = sound.to_pitch_ac(time_step=step, pitch_floor=floor, pitch_ceiling=ceiling)
    return pitch.xs(), pitch.selected_array['frequency'], time.process_time() - begin


def errors(times, f0, truth):
    """Cents, voiced frames only; and the number of frames."""
    at = times * RATE
    true = np.interp(at - 0.5, np.arange(len(truth)), truth)
    voiced = f0 > 0
    return 1200 * np.log2(f0[voiced] / true[voiced]), len(f0)


def synthetic(binary, work, decibels, compare):
    import soundfile
    groups, peer = {}, {}
    noise = np.random.default_rng(20)
    path = os.path.join(work, 'signal.wav')
    for group, x, truth in signals():
        # Without the first 50 ms, where the resonators of a vowel still fill.
        x, truth = x[RATE // 20:], truth[RATE // 20:]
        x = x / np.sqrt(np.mean(x * x)) * 0.05
        x = x + noise.normal(0, 0.05 * 10 ** (-decibels / 20), len(x))
        soundfile.write(path, x, RATE, subtype='FLOAT')
        groups.setdefault(group, []).append(errors(*ordrett(binary, path), truth))
        if compare: peer.setdefault(group, []).append(errors(*praat(path)[:2], truth))
    return groups, peer


def summary(rows):
    """Median, 95th percentile and maximum of |error| in cents, and the share of frames voiced, %."""
    e = np.abs(np.concatenate([r[0] for r in rows]))
    return np.median(e), np.percentile(e, 95), e.max(), 100 * len(e) / max(1, sum(r[1] for r in rows))


def speech(binary, files, floor=FLOOR, ceiling=CEILING):
    """Gross error and voicing disagreement against Praat, %, and seconds of both."""
    both = gross = differ = frames = 0
    own = other = seconds = 0.0
    for path in files:
        before = os.times()
        ours, f0 = ordrett(binary, path, floor, ceiling)
        after = os.times()
        own += after.children_user + after.children_system - before.children_user - before.children_system
        theirs, reference, spent = praat(path, floor, ceiling)
        other += spent
        # Praat's frames lie where they fill the file evenly: each is compared with ours nearest to it.
        near = np.clip(np.round((theirs - ours[0]) / STEP).astype(int), 0, len(ours) - 1)
        inside = np.abs(ours[near] - theirs) <= STEP / 2 + 1e-6
        a, b = f0[near][inside], reference[inside]
        voiced = (a > 0) & (b > 0)
        both += voiced.sum(); frames += len(a)
        differ += ((a > 0) != (b > 0)).sum()
        gross += (np.abs(a[voiced] / b[voiced] - 1) > 0.2).sum()
        seconds += len(reference) * STEP
    return 100 * gross / max(1, both), 100 * differ / max(1, frames), own * 600 / seconds, other * 600 / seconds


def measure(program, data, work, figures, files=60):
    """For measure.py."""
    groups, _ = synthetic(program.binary, work, 20, False)
    everything = [row for rows in groups.values() for row in rows]
    median, high, top, voiced = summary(everything)
    figures.add('pitch, known signals at 20 dB, 95 % within, cents', high, tolerance=0.3)
    figures.told('pitch, known signals at 20 dB', f'median {median:.2f}, largest {top:.2f} cents; {voiced:.1f} % voiced')
    try: import parselmouth  # noqa: F401
    except ImportError: return figures.told('pitch against Praat', 'not measured: no praat-parselmouth')
    gross, differ, own, other = speech(program.binary, sorted(glob.glob(f'{data}/background-speech/*.flac'))[:files])
    figures.add('pitch, gross error against Praat %', gross, tolerance=0.1)
    figures.add('pitch, voicing disagreement with Praat %', differ, tolerance=0.3)
    figures.told('pitch, 600 s of speech', f'{own:.2f} s; Praat {other:.2f} s')


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('binary', metavar='ORDRETT'); a.add_argument('data', metavar='DATA')
    a.add_argument('--files', type=int, default=200, help='recordings of background-speech (default all 200)')
    a.add_argument('--noise', type=float, default=20, help='signal-to-noise ratio, dB (default 20)')
    a.add_argument('--skip-speech', action='store_true')
    a.add_argument('--skip-praat', action='store_true', help='known signals by this tracker alone')
    o = a.parse_args()
    work = tempfile.mkdtemp(prefix='ordrett-pitch-')
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    groups, peer = synthetic(o.binary, work, o.noise, not o.skip_praat)
    print(f'|error| in cents, {o.noise:g} dB          median    95 %     max  voiced %' + ('   Praat: median   95 %    max' if peer else ''))
    for name, rows in list(groups.items()) + [('all', [r for rows in groups.values() for r in rows])]:
        line = '%-30s %7.2f %7.2f %7.2f %9.1f' % (name, *summary(rows))
        if peer:
            theirs = peer[name] if name in peer else [r for rows in peer.values() for r in rows]
            line += '          %7.2f %6.2f %6.1f' % summary(theirs)[:3]
        print(line)
    if o.skip_speech: return
    files = sorted(glob.glob(f'{o.data}/background-speech/*.flac'))[:o.files]
    if not files: sys.exit(f'{o.data}/background-speech: no recordings')
    print(f'\nread speech, {len(files)} recordings, beside Praat    gross error %  voicing disagreement %   seconds for 600 s   Praat')
    for floor, ceiling in ((FLOOR, CEILING), (75, 600)):
        print('%3d to %3d Hz %55.2f %23.2f %19.2f %7.2f' % (floor, ceiling, *speech(o.binary, files, floor, ceiling)), flush=True)


if __name__ == '__main__': main()
