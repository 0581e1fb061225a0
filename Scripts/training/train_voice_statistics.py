#!/usr/bin/env python3
"""Measures how voices differ from each other, and how one voice differs from recording to recording.

usage: train_voice_statistics.py --speech DIR --out FILE [--seed 1]

DIR holds 16 kHz FLAC files of many speakers, named SPEAKER-*.flac. FILE is what the program loads:
Sources/Speech/Resources/voice-statistics.bin. The same arguments and library versions give the same file.
Needs numpy, soundfile and praat-parselmouth; about two minutes for 200 speakers.

Each utterance is cut in two, and the halves are put into different conversations of two people: another room (RT60 0.2 to
0.6 s), noise (12 to 25 dB), device (a smooth response within some dB) and place at the microphone. A print is the mean of 19
cepstra, the median of log F0 and half the width of its middle 68 %. From the prints come the mean, and the directions in
which voices differ most when the change of one voice from recording to recording has unit variance (the two-covariance
model: Brümmer and de Villiers 2010), with the variance of voices along each.
"""
import os
os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
import argparse, glob, struct
import numpy as np, parselmouth, soundfile as sf
from train_speaker_model import FILTERS, RATE, mfcc

DIRECTIONS, SHRINK, DEPTH = 16, 0.05, 17.0


def response(rng, decibels):
    """A smooth frequency response as a filter of 512 taps."""
    g = np.cumsum(rng.standard_normal(7))
    g -= g.mean()
    g *= decibels * rng.uniform(0.3, 1) / np.sqrt((g * g).mean())
    taps = np.fft.irfft(10 ** (np.interp(np.linspace(0, 6, 257), np.arange(7), g) / 20))
    return np.roll(taps, 256) * np.hanning(512)


def conversation(voices, rng):
    """The voices in one room, on one device, in one noise."""
    n, device = int(rng.uniform(0.2, 0.6) * RATE), response(rng, 4)
    white = rng.standard_normal(sum(map(len, voices)))
    low = np.cumsum(white)
    low -= np.convolve(low, np.ones(801) / 801, 'same')
    noise = low / low.std() * rng.uniform(0, 1) + rng.uniform(0.2, 1) * white
    noise *= 10 ** (-rng.uniform(12, 25) / 20) / noise.std()
    result, position, level = [], 0, None
    for x in voices:
        h = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
        h[:32] = 0
        h *= rng.uniform(0.3, 0.6) / np.sqrt((h * h).sum())
        h[0] = 1
        y = np.convolve(np.convolve(x, device, 'same'), response(rng, 1.5), 'same')
        size = 1 << (len(y) + n).bit_length()
        y = np.fft.irfft(np.fft.rfft(y, size) * np.fft.rfft(h, size), size)[:len(x)] * 10 ** (rng.uniform(-4, 3) / 20)
        level = level or np.sqrt(np.mean(y * y))
        result.append(y + noise[position:position + len(x)] * level)
        position += len(x)
    return result


def voice_print(x):
    """As VoicePrinter in the Swift code."""
    c = mfcc(x).astype(np.float64)
    level = c[:, 0] * 10 / np.log(10) / np.sqrt(FILTERS)
    kept = c[level >= np.percentile(level, 90) - DEPTH, 1:]
    f0 = parselmouth.Sound(x, RATE).to_pitch_ac(time_step=0.01, pitch_floor=60, pitch_ceiling=500).selected_array['frequency']
    f0 = np.log(f0[f0 > 0])
    if len(f0) < 20:
        return None
    low, middle, high = np.percentile(f0, [16, 50, 84])
    return np.concatenate([kept.mean(0), [middle, (high - low) / 2]])


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--speech', required=True)
    a.add_argument('--out', required=True)
    a.add_argument('--seed', type=int, default=1)
    o = a.parse_args()
    rng = np.random.default_rng(o.seed)
    speech = {}
    for f in sorted(glob.glob(os.path.join(o.speech, '*.flac'))):
        x, rate = sf.read(f)
        if rate != RATE:
            raise SystemExit(f'{f}: {rate} Hz; {RATE} is needed')
        speech.setdefault(os.path.basename(f).split('-')[0], []).append(x / np.sqrt(np.mean(x * x)) * 0.06)
    names = sorted(speech)
    if len(names) < 50:
        raise SystemExit(f'{len(names)} speakers in {o.speech}; at least 50 are needed')
    speech = {s: np.concatenate(v) for s, v in speech.items()}
    prints, labels = [], []
    for half in range(2):
        order = rng.permutation(len(names))
        for i in range(0, len(order) - 1, 2):
            pair = [names[order[i]], names[order[i + 1]]]
            parts = [speech[s][half * len(speech[s]) // 2:(half + 1) * len(speech[s]) // 2] for s in pair]
            for s, y in zip(pair, conversation(parts, rng)):
                p = voice_print(y)
                if p is not None:
                    prints.append(p)
                    labels.append(names.index(s))
    prints, labels = np.array(prints), np.array(labels)
    twice = np.array([np.sum(labels == l) == 2 for l in labels])
    prints, labels = prints[twice], labels[twice]
    mean = prints.mean(0)
    x = prints - mean
    voices = np.array([x[labels == s].mean(0) for s in np.unique(labels)])
    rest = x - voices[np.searchsorted(np.unique(labels), labels)]
    within = rest.T @ rest / (len(x) - len(voices))
    between = np.cov(voices.T) - within / 2
    within = within * (1 - SHRINK) + np.diag(np.diag(within)) * SHRINK
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    variances, basis = np.linalg.eigh(whiten @ between @ whiten.T)
    variances, basis = variances[::-1][:DIRECTIONS], basis[:, ::-1][:, :DIRECTIONS]
    projection = basis.T @ whiten
    projection *= np.sign(projection[np.arange(DIRECTIONS), np.abs(projection).argmax(1)])[:, None]
    with open(o.out, 'wb') as f:
        f.write(b'ORVS' + struct.pack('<4I', 1, len(mean), DIRECTIONS, len(voices)))
        for values in (mean, projection, np.maximum(variances, 0.01)):
            f.write(np.ascontiguousarray(values, '<f4').tobytes())
    print(f'{len(voices)} voices, variances {variances.round(2)} -> {o.out}')


if __name__ == '__main__':
    main()
