#!/usr/bin/env python3
"""Trains the background model that speaker segmentation compares voices with.

usage: train_speaker_model.py --speech DIR --out FILE [--seed 1]

DIR holds one or more 16 kHz FLAC files per speaker, named SPEAKER-*.flac. FILE is what the program loads:
Sources/Speech/Resources/speaker-background.bin. The same arguments and numpy version give the same file.
Needs numpy and soundfile; about a minute and 1 GB for 200 speakers.

Steps: MFCC as the Swift code computes them (see README.md) of each utterance, clean and twice
with a random room and noise; a diagonal Gaussian mixture over the speech frames; for windows of 1.5 s the means
adapted to the window (Reynolds et al. 2000) as one long vector; principal components, then the directions that
separate speakers best (linear discriminant analysis), each weighted by how well it does (Ioffe 2006). Last, how much
such windows differ within and between the voices of one recording, from recordings put together of 2 to 6 speakers in one
room: directions in which the former is 1 and the latter falls (probabilistic linear discriminant analysis).
"""
import os
os.environ.setdefault('OMP_NUM_THREADS', '1')
os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
import argparse, glob, struct
import numpy as np, soundfile as sf

RATE, HOP, LENGTH, SIZE = 16000, 160, 400, 512
FILTERS, LOW, HIGH, COEFFICIENTS, LIFTER = 30, 64.0, 7600.0, 20, 22
COMPONENTS, PRINCIPAL, DIRECTIONS, RELEVANCE = 64, 200, 60, 8.0
WINDOW, STEP = 150, 50  # frames of speech
COMPARED, RECORDINGS = 40, 100


def mel_filters():
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    hertz = lambda m: 700 * (10 ** (m / 2595) - 1)
    e = hertz(np.linspace(mel(LOW), mel(HIGH), FILTERS + 2))
    f = np.arange(SIZE // 2 + 1) * RATE / SIZE
    return np.maximum(0, np.minimum((f - e[:-2, None]) / (e[1:-1] - e[:-2])[:, None],
                                    (e[2:, None] - f) / (e[2:] - e[1:-1])[:, None]))


def cosines():
    n = np.arange(COEFFICIENTS)
    d = np.sqrt(2 / FILTERS) * np.cos(np.pi / FILTERS * np.outer(n, np.arange(FILTERS) + 0.5))
    d[0] /= np.sqrt(2)
    return d * (1 + LIFTER / 2 * np.sin(np.pi * n / LIFTER))[:, None]


BANK, DCT = mel_filters(), cosines()
HAMMING = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(LENGTH) / (LENGTH - 1))


def mfcc(x):
    """Frames × 20, as DSP's MFCC with the options of SpeakerModel.featureOptions."""
    n = max(0, (len(x) - LENGTH) // HOP + 1)
    frames = x[np.arange(LENGTH)[None] + HOP * np.arange(n)[:, None]]
    frames = frames - frames.mean(1, keepdims=True)
    y = frames.copy()
    y[:, 1:] -= 0.97 * frames[:, :-1]
    y[:, 0] *= 1 - 0.97
    power = np.abs(np.fft.rfft(y * HAMMING, SIZE)) ** 2
    return (np.log(np.maximum(power @ BANK.T, 1e-10)) @ DCT.T).astype(np.float32)


def speech_frames(x, n):
    energy = np.array([np.mean(x[i * HOP:i * HOP + LENGTH] ** 2) for i in range(n)])
    return energy > 0.02 * np.percentile(energy, 90)


def augmented(x, rng):
    """The utterance in a random room (RT60 0.15 to 0.6 s) with noise 12 to 30 dB below it."""
    n = int(rng.uniform(0.15, 0.6) * RATE)
    h = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    h[:32] = 0
    h = h / np.sqrt((h * h).sum()) * rng.uniform(0.2, 0.7)
    h[0] = 1
    size = 1 << (len(x) + n - 1).bit_length()
    y = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(h, size), size)[:len(x)]
    white = rng.standard_normal(len(y))
    low = np.cumsum(white)
    low -= np.convolve(low, np.ones(801) / 801, 'same')
    noise = low / low.std() * rng.uniform(0, 1) + rng.uniform(0.2, 1) * white
    snr = rng.uniform(12, 30)
    return y + noise / noise.std() * np.sqrt(np.mean(y ** 2)) * 10 ** (-snr / 20)


def posteriors(x, mixture):
    w, m, v = mixture
    a = x ** 2 @ (1 / v).T - 2 * x @ (m / v).T + (m * m / v).sum(1)
    p = np.log(w) - 0.5 * (a + np.log(v).sum(1))
    p = np.exp(p - p.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def expectation_maximization(x, iterations, rng):
    m = x[rng.choice(len(x), COMPONENTS, replace=False)]
    v = np.tile(x.var(0), (COMPONENTS, 1))
    w = np.ones(COMPONENTS) / COMPONENTS
    for _ in range(iterations):
        p = posteriors(x, (w, m, v))
        n = p.sum(0) + 1e-6
        m = p.T @ x / n[:, None]
        v = np.maximum(p.T @ x ** 2 / n[:, None] - m * m, 1e-2 * x.var(0))
        w = n / n.sum()
    return w, m, v


def supervector(x, mixture):
    w, m, v = mixture
    p = posteriors(x, mixture)
    n = p.sum(0)
    shift = (p.T @ x - n[:, None] * m) / (n[:, None] + RELEVANCE)
    return (shift * np.sqrt(w[:, None] / v)).ravel()


def comparison(files, mixture, centre, offset, projection, seed):
    """Mean, directions (COMPARED × DIRECTIONS) and variance between voices where the variance within is 1."""
    rng = np.random.default_rng(seed + 1)
    groups = []
    for recording in range(RECORDINGS):
        chosen = rng.choice(len(files), 2 + recording % 5, replace=False)
        voices = []
        for i in chosen:
            x, _ = sf.read(files[i])
            # One seed a recording: the same room and noise for all its voices.
            y = augmented(x, np.random.default_rng(1000 * seed + recording))
            features = mfcc(y)[:, 1:]
            voices.append(features[speech_frames(x, len(features))])
        shift = centre - np.concatenate(voices).mean(0)
        for x in voices:
            starts = range(0, len(x) - WINDOW + 1, STEP)
            if len(starts) > 2:
                v = np.array([supervector(x[s:s + WINDOW] + shift, mixture) for s in starts]) @ projection - offset
                groups.append(v / np.linalg.norm(v, axis=1, keepdims=True))
    everything = np.concatenate(groups)
    mean = everything.mean(0)
    means = np.array([g.mean(0) for g in groups])
    within = sum((g - m).T @ (g - m) for g, m in zip(groups, means)) / (len(everything) - len(groups))
    # A voice's mean wanders with its windows, of which three share their speech.
    between = np.cov(means.T) - 3 * within * np.mean([1 / len(g) for g in groups])
    values, basis = np.linalg.eigh(within + 1e-4 * np.eye(DIRECTIONS))
    whiten = basis / np.sqrt(values)
    spread, directions = np.linalg.eigh(whiten.T @ between @ whiten)
    spread, directions = spread[::-1][:COMPARED], (whiten @ directions[:, ::-1][:, :COMPARED]).T
    directions *= np.sign(directions[np.arange(COMPARED), np.abs(directions).argmax(1)])[:, None]
    return mean, directions, np.maximum(spread, 1e-3)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--speech', required=True)
    a.add_argument('--out', required=True)
    a.add_argument('--seed', type=int, default=1)
    o = a.parse_args()
    rng = np.random.default_rng(o.seed)
    files = sorted(glob.glob(os.path.join(o.speech, '*.flac')))
    names = sorted({os.path.basename(f).split('-')[0] for f in files})
    if len(names) < 20:
        raise SystemExit(f'{len(names)} speakers in {o.speech}; at least 20 are needed')
    material = []
    for f in files:
        x, rate = sf.read(f)
        if rate != RATE:
            raise SystemExit(f'{f}: {rate} Hz; {RATE} is needed')
        label = names.index(os.path.basename(f).split('-')[0])
        for k in range(3):
            features = mfcc(x if k == 0 else augmented(x, rng))[:, 1:]
            material.append((label, features[speech_frames(x, len(features))]))
    frames = np.concatenate([x for _, x in material])
    centre = frames.mean(0)
    mixture = expectation_maximization(
        frames[rng.choice(len(frames), min(len(frames), 150000), replace=False)].astype(np.float64), 15, rng)
    vectors, labels = [], []
    for label, x in material:
        for s in range(0, max(1, len(x) - WINDOW // 2), STEP):
            if len(x[s:s + WINDOW]) >= WINDOW // 2:
                vectors.append(supervector(x[s:s + WINDOW], mixture))
                labels.append(label)
    vectors, labels = np.array(vectors), np.array(labels)
    mean = vectors.mean(0)
    centred = vectors - mean
    _, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    axes = axes[:, ::-1][:, :PRINCIPAL]
    y = centred @ axes
    means = np.array([y[labels == s].mean(0) for s in range(len(names))])
    within = y - means[labels]
    within = within.T @ within / len(y)
    values, basis = np.linalg.eigh(within + 1e-3 * np.trace(within) / PRINCIPAL * np.eye(PRINCIPAL))
    whiten = basis / np.sqrt(values)
    between, directions = np.linalg.eigh(whiten.T @ np.cov(means.T) @ whiten)
    between, directions = between[::-1][:DIRECTIONS], directions[:, ::-1][:, :DIRECTIONS]
    projection = axes @ whiten @ directions * np.sqrt(between / (1 + between))
    # An eigenvector's sign is arbitrary; fixed so that another library gives the same file.
    projection *= np.sign(projection[np.abs(projection).argmax(0), np.arange(DIRECTIONS)])
    compared = comparison(files, mixture, centre, mean @ projection, projection, o.seed)
    with open(o.out, 'wb') as f:
        f.write(b'ORSB' + struct.pack('<6I', 2, COEFFICIENTS - 1, COMPONENTS, DIRECTIONS, len(names), COMPARED))
        f.write(struct.pack('<f', RELEVANCE))
        for values in (centre, *mixture, mean @ projection, projection.T, *compared):
            f.write(np.ascontiguousarray(values, '<f4').tobytes())
    print(f'{len(names)} speakers, {len(labels)} windows, {len(frames)} frames -> {o.out}, {os.path.getsize(o.out)} bytes')


if __name__ == '__main__':
    main()
