#!/usr/bin/env python3
"""Measures voice activity detection under conditions made from read speech.

    vad_robustness.py ORDRETT DATA [--only CONDITION[,CONDITION]] [--seed N]

DATA/vad holds 16 kHz FLAC with RTTM beside. Each condition is applied to every recording with a second and a half of
silence put before and after it, so that there is room for false alarms; the same seed gives the same sound. Prints a
table: miss %, false alarm %, their mean (balanced error) and the area under the curve on 10 ms frames, pooled over the
recordings. Needs numpy, scipy and soundfile.
"""
import argparse, glob, os, sys, tempfile, zlib
import numpy as np, soundfile as sf
from scipy.signal import butter, resample_poly, sosfilt
from common import Program, area_under_curve, mask, read, rttm

RATE, MARGIN = 16000, 1.5


def level(x): return float(np.sqrt((x ** 2).mean()) + 1e-12)


def decibels(value): return 10 ** (value / 20)


def coloured(random, n, slope):
    """Noise whose amplitude falls with frequency to the power `slope`; root mean square 1."""
    f = np.maximum(np.fft.rfftfreq(n, 1 / RATE), 30)
    y = np.fft.irfft(np.fft.rfft(random.standard_normal(n)) * f ** -slope, n)
    return y / level(y)


def noise(snr):
    return lambda x, loud, random: x + coloured(random, len(x), .5) * loud * decibels(-snr)


def hum(x, loud, random):
    t = np.arange(len(x)) / RATE
    y = sum(np.sin(2 * np.pi * 50 * k * t + random.uniform(0, 6)) / k for k in (1, 2, 3, 5, 7))
    return x + y / level(y) * loud


def knocks(x, loud, random):
    x = x.copy()
    for at in np.arange(.3, len(x) / RATE - .3, .9) + random.uniform(0, .3):
        t = np.arange(int(.08 * RATE)) / RATE
        burst = random.standard_normal(len(t)) * np.exp(-t * 60) + np.sin(2 * np.pi * random.uniform(90, 300) * t) * np.exp(-t * 40)
        start = int(at * RATE)
        x[start:start + len(t)] += burst[:len(x) - start] * loud * 2
    return x


def breathing(x, loud, random):
    y = sosfilt(butter(1, [400, 4000], 'band', fs=RATE, output='sos'), random.standard_normal(len(x)))
    t = np.arange(len(x)) / RATE
    swell = np.maximum(0, np.sin(2 * np.pi * .45 * t + random.uniform(0, 6))) ** 2
    return x + y / level(y) * swell * loud * decibels(-15)


def music(x, loud, random):
    y, at = np.zeros(len(x)), 0
    while at < len(x):
        t = np.arange(min(int(.5 * RATE), len(x) - at)) / RATE
        root = 110 * 2 ** (random.integers(0, 12) / 12)
        for step in (0, 4, 7, 12):
            for k in range(1, 7): y[at:at + len(t)] += np.sin(2 * np.pi * root * 2 ** (step / 12) * k * t) / k * np.exp(-2 * t)
        at += len(t)
    # Through a wall: the highs are gone.
    y = sosfilt(butter(2, 1200, 'low', fs=RATE, output='sos'), y)
    return x + y / level(y) * loud * decibels(-15)


def telephone(x, loud, random):
    y = sosfilt(butter(4, [300, 3400], 'band', fs=RATE, output='sos'), x)[::2]
    peak = np.abs(y).max() + 1e-9
    coded = np.round(np.sign(y) * np.log1p(255 * np.abs(y) / peak) / np.log(256) * 127) / 127
    y = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255 * peak
    return resample_poly(y, 2, 1)[:len(x)]


CONDITIONS = {
    'clean': lambda x, loud, random: x,
    'noise, 10 dB': noise(10),
    'noise, 5 dB': noise(5),
    'hum, 0 dB': hum,
    'knocks': knocks,
    'breathing': breathing,
    'music next door, 15 dB': music,
    '8 kHz band, mu-law': telephone,
    '-60 dBFS': lambda x, loud, random: x / loud * decibels(-60),
    'clipped': lambda x, loud, random: np.clip(x / loud * decibels(-6), -.5, .5),
}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('binary', metavar='ORDRETT'); p.add_argument('data', metavar='DATA')
    p.add_argument('--only', help='conditions, comma-separated'); p.add_argument('--seed', type=int, default=1)
    o = p.parse_args()
    files = sorted(glob.glob(o.data + '/vad/*.flac'))
    if not files: sys.exit(f'no recordings in {o.data}/vad')
    chosen = [c for c in CONDITIONS if not o.only or any(c.startswith(w.strip()) for w in o.only.split(','))]
    program = Program(o.binary)
    print('%-24s %7s %7s %9s %7s' % ('condition', 'miss %', 'false %', 'balanced', 'AUC'))
    with tempfile.TemporaryDirectory() as work:
        sound, table = os.path.join(work, 'a.wav'), os.path.join(work, 'a.tsv')
        for name in chosen:
            truth, found, scores = [], [], []
            for path in files:
                x, rate = sf.read(path)
                if rate != RATE: sys.exit(f'{path}: expected {RATE} Hz')
                random = np.random.default_rng([o.seed, zlib.crc32(os.path.basename(path).encode()), zlib.crc32(name.encode())])
                pad = np.zeros(int(MARGIN * RATE))
                # The margins carry the recording's own kind of hiss, far below the speech.
                quiet = level(x) * decibels(-50)
                y = np.concatenate([pad, x, pad]) + random.standard_normal(len(x) + 2 * len(pad)) * quiet
                y = CONDITIONS[name](y, level(x), random)
                peak = np.abs(y).max()
                sf.write(sound, y / peak * .99 if peak > .99 else y, RATE, 'PCM_24')
                spans = [(a + MARGIN, b + MARGIN) for a, b, *_ in rttm(read(path[:-5] + '.rttm'))]
                end = len(y) / RATE
                t = mask(spans, 0, end)
                h = mask(rttm(program('vad', sound, '--scores', table)), 0, end)
                s = np.loadtxt(table, ndmin=2)[:, 1][:len(t)]
                truth.append(t); found.append(h); scores.append(np.pad(s, (0, len(t) - len(s))))
            t, h, s = map(np.concatenate, (truth, found, scores))
            miss, false = 100 * (t & ~h).sum() / t.sum(), 100 * (h & ~t).sum() / (~t).sum()
            print('%-24s %7.1f %7.1f %9.2f %7.3f' % (name, miss, false, (miss + false) / 2, area_under_curve(s, t)), flush=True)


if __name__ == '__main__': main()
