#!/usr/bin/env python3
"""Writes the reference values that DSPTests compares features, frame measures and harmonicity with.

    make_dsp_reference.py OUT-DIRECTORY        (Tests/DSPTests/Resources)

mfcc-reference.tsv: mel filters and slopes are librosa's, the DCT is scipy's.
measures-reference.tsv: centroid, flatness, zero crossings and level are librosa's, entropy scipy's, flux is numpy's on librosa's
spectra, the moving mean and variance numpy's, the 4 Hz modulation scipy's filter.
harmonicity-reference.tsv: Praat's (`to_harmonicity_ac`), dB, for a sawtooth in rising noise.
The signals are made of integers, so that the tests can make the very same ones: see `signal` and `voice`. Needs numpy, scipy,
librosa, praat-parselmouth.
"""
import os, sys
import librosa
import numpy as np
from scipy.fft import dct
from scipy.signal import butter, lfilter
from scipy.stats import entropy

RATE, HOP, LENGTH, SIZE = 16000, 160, 400, 512


class Noise:
    """A 32-bit linear congruential generator: -0.5 … 0.5."""

    def __init__(self): self.state = 12345

    def __call__(self):
        self.state = (1664525 * self.state + 1013904223) % 2 ** 32
        return (self.state >> 16) / 65536 - 0.5


def signal(count=2400):
    """A sawtooth of period 100 with a rising level and pseudo-random noise."""
    noise = Noise()
    return np.array([((n % 100) / 100 - 0.5) * (n / count) * 0.5 + noise() * 0.05 for n in range(count)])


def voice(level, count=4000):
    """A steady sawtooth of period 100 with noise of the given level."""
    noise = Noise()
    return np.array([((n % 100) / 100 - 0.5) * 0.5 + noise() * level for n in range(count)])


def frames(x, pre_emphasis):
    rows = np.array([x[i:i + LENGTH] for i in range(0, len(x) - LENGTH + 1, HOP)])
    rows = rows - rows.mean(1, keepdims=True)
    shifted = np.concatenate([rows[:, :1], rows[:, :-1]], 1)
    return (rows - pre_emphasis * shifted) * np.hamming(LENGTH)


def write(path, rows):
    with open(path, 'w', encoding='utf-8') as out:
        for name, values in rows: out.write('\t'.join([name] + ['%.7g' % v for v in values]) + '\n')


def cepstra():
    power = np.abs(np.fft.rfft(frames(signal(), 0.97), SIZE)) ** 2
    htk = librosa.filters.mel(sr=RATE, n_fft=SIZE, n_mels=40, fmin=20, fmax=7600, htk=True, norm=None, dtype=np.float64)
    slaney = librosa.filters.mel(sr=RATE, n_fft=SIZE, n_mels=24, fmin=0, fmax=8000, htk=False, norm='slaney', dtype=np.float64)
    logmel = np.log(np.maximum(power @ htk.T, 1e-10))
    cepstrum = dct(logmel, type=2, norm='ortho', axis=1)[:, :20] * (1 + 11 * np.sin(np.pi * np.arange(20) / 22))
    for row in logmel: yield 'logmel', row
    for row in cepstrum: yield 'mfcc', row
    for row in librosa.feature.delta(cepstrum.T, width=5, order=1, mode='nearest').T[2:-2]: yield 'delta', row
    for row in np.log(np.maximum(power @ slaney.T, 1e-10)): yield 'slaney', row
    # Mean and variance of the five frames around each, the window moved inwards at the ends.
    windows = [slice(s, s + 5) for s in np.clip(np.arange(len(cepstrum)) - 2, 0, len(cepstrum) - 5)]
    for row, w in zip(cepstrum, windows): yield 'cmvn', (row - cepstrum[w].mean(0)) / cepstrum[w].std(0)


def measures():
    x = signal()
    stft = librosa.stft(x, n_fft=SIZE, hop_length=HOP, win_length=LENGTH, window='hann', center=False)
    # librosa centres a short window in the transform: the same samples are framed by hand, which the power does not show.
    rows = np.array([x[i:i + LENGTH] for i in range(0, len(x) - LENGTH + 1, HOP)]) * librosa.filters.get_window('hann', LENGTH)
    magnitude = np.abs(np.fft.rfft(rows, SIZE)).T
    assert stft.shape[0] == magnitude.shape[0]
    power = magnitude ** 2
    unit = magnitude / magnitude.sum(0)
    yield 'centroid', librosa.feature.spectral_centroid(S=power, sr=RATE, n_fft=SIZE)[0]
    yield 'flatness', librosa.feature.spectral_flatness(S=power, power=1.0, amin=1e-30)[0]
    yield 'entropy', entropy(power) / np.log(len(power))
    yield 'flux', np.r_[0, np.sqrt((np.diff(unit) ** 2).sum(0))]
    raw = np.array([x[i:i + LENGTH] for i in range(0, len(x) - LENGTH + 1, HOP)])
    yield 'level', 20 * np.log10(librosa.feature.rms(y=x, frame_length=LENGTH, hop_length=HOP, center=False)[0])
    yield 'crossings', np.array([librosa.zero_crossings(row, pad=False, zero_pos=True).sum() for row in raw]) / (LENGTH - 1)
    # Band powers (1 + 0.5 cos 4 Hz)², (1 + 0.25 cos 2 Hz)² and a steady one, 100 frames a second.
    t = np.arange(400) / 100
    bands = np.array([(1 + 0.5 * np.cos(2 * np.pi * 4 * t)) ** 2, (1 + 0.25 * np.cos(2 * np.pi * 2 * t)) ** 2, 0.5 + 0 * t])
    b, a = butter(1, [2, 8], 'band', fs=100)
    amplitude = np.sqrt(bands)
    beat = lfilter(b, a, amplitude - amplitude[:, :1], axis=1) ** 2
    forget = np.exp(-1 / 50)
    mean = lambda v: lfilter([1 - forget], [1, -forget], v.sum(0))
    yield 'modulation', (mean(beat) / mean(bands))[::20]


def harmonicity():
    import parselmouth
    # Below that, Praat's values scatter by ten decibels from frame to frame.
    for level in (0.03, 0.1, 0.3):
        x = voice(level)
        h = parselmouth.Sound(x, sampling_frequency=RATE).to_harmonicity_ac(
            time_step=0.01, minimum_pitch=75, silence_threshold=0.01, periods_per_window=4.5)
        values = h.values[0]
        yield '%g' % level, [np.mean(values[values > -100])]


if len(sys.argv) != 2: sys.exit(__doc__)
write(os.path.join(sys.argv[1], 'mfcc-reference.tsv'), cepstra())
write(os.path.join(sys.argv[1], 'measures-reference.tsv'), measures())
write(os.path.join(sys.argv[1], 'harmonicity-reference.tsv'), harmonicity())
