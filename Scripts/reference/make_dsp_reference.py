#!/usr/bin/env python3
"""Writes the reference values that DSPTests compares MFCCs and mel filters with.

    make_dsp_reference.py > Tests/DSPTests/Resources/mfcc-reference.tsv

The signal is made of integers, so that the test can make the very same one: see `signal`. Mel filters and the DCT are
librosa's and scipy's. Needs numpy, scipy, librosa.
"""
import librosa
import numpy as np
from scipy.fft import dct

RATE, HOP, LENGTH, SIZE = 16000, 160, 400, 512


def signal(count=2400):
    """A sawtooth of period 100 with a rising level and pseudo-random noise (a 32-bit linear congruential generator)."""
    state, out = 12345, []
    for n in range(count):
        state = (1664525 * state + 1013904223) % 2 ** 32
        noise = (state >> 16) / 65536 - 0.5
        out.append(((n % 100) / 100 - 0.5) * (n / count) * 0.5 + noise * 0.05)
    return np.array(out)


def frames(x, pre_emphasis):
    rows = np.array([x[i:i + LENGTH] for i in range(0, len(x) - LENGTH + 1, HOP)])
    rows = rows - rows.mean(1, keepdims=True)
    shifted = np.concatenate([rows[:, :1], rows[:, :-1]], 1)
    return (rows - pre_emphasis * shifted) * np.hamming(LENGTH)


def show(name, row):
    print('\t'.join([name] + ['%.7g' % v for v in row]))


power = np.abs(np.fft.rfft(frames(signal(), 0.97), SIZE)) ** 2
htk = librosa.filters.mel(sr=RATE, n_fft=SIZE, n_mels=40, fmin=20, fmax=7600, htk=True, norm=None, dtype=np.float64)
slaney = librosa.filters.mel(sr=RATE, n_fft=SIZE, n_mels=24, fmin=0, fmax=8000, htk=False, norm='slaney', dtype=np.float64)
logmel = np.log(np.maximum(power @ htk.T, 1e-10))
cepstrum = dct(logmel, type=2, norm='ortho', axis=1)[:, :20] * (1 + 11 * np.sin(np.pi * np.arange(20) / 22))
for row in logmel: show('logmel', row)
for row in cepstrum: show('mfcc', row)
for row in librosa.feature.delta(cepstrum.T, width=5, order=1, mode='nearest').T[2:-2]: show('delta', row)
for row in np.log(np.maximum(power @ slaney.T, 1e-10)): show('slaney', row)
