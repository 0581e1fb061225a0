#!/usr/bin/env python3
"""Trains the small network behind `VoiceActivityDetector` and writes it as a Swift source file.

    train_voice_activity.py --speech DIR --meetings DIR --out VoiceActivityWeights.swift [--work DIR]

--speech    single-speaker utterances (*.flac, 16 kHz mono), quiet enough to be labelled by their level and pitch
--meetings  recordings with RTTM beside them; only files matching ami_trn*.flac are used
--work      where the networks are kept (plain.pt, hard.pt); a plain.pt found there is not trained again

Method, two courses. The plain one: utterances are joined to half-minute scenes with pauses of random length; each scene
gets a room (decaying noise as impulse response), noises (stationary with a random spectrum, hum, knocks, tones,
music-like chords), a channel (random tilt, telephone band), a level and 16-bit rounding. The network then grows by
columns and a block that change nothing yet, and takes the hard course: conversations of one to four voices with quick
turns, overlaps and backchannels, near or far in the room; breathing, babble, rustling; automatic gain, noise gates,
telephone coding with lost packets; echoes and voices from the next room, which do not count as speech. The truth comes
from level and voicing of the clean utterances. Meeting files enter both with their own labels under new levels, tilts
and noises. Everything is seeded: the same data and versions of numpy, scipy and torch on the same kind of processor
give the same file.

Features and network must stay as in Sources/Speech/VoiceActivity.
Needs numpy, scipy, soundfile, praat-parselmouth, torch.
"""
import argparse, base64, glob, os
import numpy as np, soundfile as sf
from scipy.signal import fftconvolve, lfilter, butter, sosfilt, resample_poly
import parselmouth
import torch
from torch import nn

RATE, HOP, LENGTH, LEAD, SIZE, BANDS = 16000, 160, 400, 120, 512, 32
CHUNK, REACH, SILENCE = 100, 6, 1e-11
SCENE_SECONDS, WIDTH, DILATIONS = 30, 32, (1, 2, 4, 8, 16, 32)
COLUMNS, RANGE = 2 * BANDS + 2, 14
# Of the two courses: scenes, copies of each meeting, epochs, highest learning rate.
PLAIN, HARD = (640, 12, 26, 6e-3), (600, 20, 14, 3e-3)
rng = np.random.default_rng(20240611)


# --- features (VoiceActivityFeatures.swift)
def mel_filters():
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(60), mel(7600), BANDS + 2) / 2595) - 1)
    f = np.arange(SIZE // 2 + 1) * RATE / SIZE
    w = np.zeros((BANDS, SIZE // 2 + 1))
    for m in range(BANDS):
        w[m] = np.maximum(0, np.minimum((f - edges[m]) / (edges[m + 1] - edges[m]), (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1])))
    return w


MEL = mel_filters()
WINDOW = np.hamming(LENGTH)


def raw_features(x):
    """Log mel energies, and the mean square of each frame; frame i is centred on its 10 ms cell."""
    n = -(-len(x) // HOP)
    y = np.zeros((n - 1) * HOP + LENGTH)
    y[LEAD:LEAD + len(x)] = x[:len(y) - LEAD]
    frames = np.lib.stride_tricks.sliding_window_view(y, LENGTH)[::HOP]
    square = (frames ** 2).mean(1)
    frames = (frames - frames.mean(1, keepdims=True)) * WINDOW
    power = np.abs(np.fft.rfft(frames, SIZE)) ** 2
    return np.log(np.maximum(power @ MEL.T, 1e-10)), square


def network_input(x, full=True):
    """The columns of `VoiceActivityFeatures`; without `full` only those above the floor and the level, floors not lifted."""
    logmel, square = raw_features(x)
    n = len(logmel)
    level = np.log(np.maximum(square, 1e-12))
    everything = np.concatenate([logmel, level[:, None]], 1)
    chunks = max(1, n // CHUNK)
    low = np.full((chunks, BANDS + 1), np.inf)
    high = np.full((chunks, BANDS + 1), -np.inf)
    for c in range(chunks):
        part = slice(c * CHUNK, (c + 1) * CHUNK if c < chunks - 1 else n)
        heard = everything[part][square[part] > SILENCE]
        if len(heard) == 0 or len(heard) < min(10, part.stop - part.start): continue
        heard = np.sort(heard, 0)
        low[c] = heard[len(heard) // 10]
        high[c] = heard[len(heard) * 19 // 20]
    out = np.zeros((n, BANDS + 2 + (BANDS if full else 0)), np.float32)
    for c in range(chunks):
        part = slice(c * CHUNK, (c + 1) * CHUNK if c < chunks - 1 else n)
        near = slice(max(0, c - REACH), c + REACH + 1)
        floor, ceiling = low[near].min(0), high[near].max(0)
        if not np.isfinite(ceiling[BANDS]): continue
        if full: floor = np.maximum(floor, ceiling - RANGE)
        above = np.clip(everything[part] - floor, 0, 12) / 4
        below = np.clip(everything[part] - ceiling, -12, 0) / 4
        row = np.concatenate([above, below[:, BANDS:]] + ([below[:, :BANDS]] if full else []), 1)
        row[square[part] <= SILENCE] = 0
        row[square[part] <= SILENCE, BANDS + 1:] = -3
        out[part] = row
    return out


# --- the network (VoiceActivityNetwork.swift)
class Net(nn.Module):
    def __init__(self, inputs, dilations):
        super().__init__()
        self.first = nn.Conv1d(inputs, WIDTH, 3, padding=1)
        self.depth = nn.ModuleList([nn.Conv1d(WIDTH, WIDTH, 5, padding=2 * d, dilation=d, groups=WIDTH) for d in dilations])
        self.point = nn.ModuleList([nn.Conv1d(WIDTH, WIDTH, 1) for _ in dilations])
        self.last = nn.Conv1d(WIDTH, 1, 1)

    def forward(self, x):  # batch × features × frames
        h = torch.relu(self.first(x))
        for depth, point in zip(self.depth, self.point):
            h = torch.relu(h + point(torch.relu(depth(h))))
        return self.last(h)[:, 0]

    def flat(self):
        """Layout: first [tap][input][output] + bias, then per block depth [tap][channel] + bias, point [input][output] + bias, last + bias."""
        s = {k: v.detach().numpy() for k, v in self.state_dict().items()}
        parts = [s['first.weight'].transpose(2, 1, 0), s['first.bias']]
        for i in range(len(self.depth)):
            parts += [s[f'depth.{i}.weight'][:, 0].T, s[f'depth.{i}.bias'], s[f'point.{i}.weight'][..., 0].T, s[f'point.{i}.bias']]
        parts += [s['last.weight'].ravel(), s['last.bias']]
        return np.concatenate([q.ravel() for q in parts]).astype('<f4')


def grown(small):
    """A network with the further columns and blocks that computes what `small` does: what is new is not listened to yet."""
    net = Net(COLUMNS, DILATIONS)
    s = net.state_dict()
    for name, value in small.state_dict().items():
        if name == 'first.weight':
            s[name].zero_(); s[name][:, :value.shape[1]] = value
        else: s[name].copy_(value)
    for i in range(len(small.depth), len(net.depth)): s[f'point.{i}.weight'].zero_(); s[f'point.{i}.bias'].zero_()
    return net


# --- truth of clean speech
def close(mask, gap):
    """Fills runs of False shorter than `gap` frames between True."""
    on = np.flatnonzero(mask)
    for a, b in zip(on[:-1], on[1:]):
        if 1 < b - a <= gap: mask[a:b] = True
    return mask


def clean_label(x):
    n = -(-len(x) // HOP)
    y = np.zeros(n * HOP); y[:len(x)] = lfilter([1, -0.9], [1], x)
    e = 10 * np.log10((y.reshape(n, HOP) ** 2).mean(1) + 1e-12)
    e = np.convolve(np.pad(e, 1, mode='edge'), [.25, .5, .25], 'valid')
    floor, peak = np.percentile(e, 5), np.percentile(e, 95)
    # Breaths are loud enough, too: what counts is loud and no more than 120 ms from a voiced sound.
    pitch = parselmouth.Sound(x.astype(float), RATE).to_pitch_ac(0.01, 75.0)
    voiced = np.interp((np.arange(n) + .5) * .01, pitch.xs(), (pitch.selected_array['frequency'] > 0).astype(float)) > .5
    near = np.convolve(voiced, np.ones(25), 'same') > .5
    mask = close((e > floor + max(7, 0.27 * (peak - floor))) & near, 12)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask, [0]])))
    for a, b in zip(edges[::2], edges[1::2]):
        if b - a < 6 or voiced[a:b].sum() < 3: mask[a:b] = False
    return close(mask, 12)


# --- the world
def shaped_noise(n, tilt=None):
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.fft.rfftfreq(n, 1 / RATE)
    tilt = rng.uniform(-1.3, 0.2) if tilt is None else tilt
    curve = (np.maximum(f, 40) / 1000) ** tilt
    knots = np.interp(np.log(np.maximum(f, 50)), np.linspace(np.log(50), np.log(8000), 9), rng.normal(0, 5, 9))
    y = np.fft.irfft(spectrum * curve * 10 ** (knots / 20), n)
    if rng.random() < 0.4:  # slow swell
        t = np.linspace(0, 1, 16)
        y *= 10 ** (np.interp(np.linspace(0, 1, n), t, rng.normal(0, rng.uniform(1, 5), 16)) / 20)
    return y / (np.sqrt((y ** 2).mean()) + 1e-9)


def hum(n):
    t = np.arange(n) / RATE
    base = rng.choice([50, 60, 100, 120]) * rng.uniform(.995, 1.005)
    y = sum(rng.uniform(0, 1) / k ** rng.uniform(0, 1.5) * np.sin(2 * np.pi * base * k * t + rng.uniform(0, 6)) for k in range(1, rng.integers(2, 20)))
    return y / (np.sqrt((y ** 2).mean()) + 1e-9)


def tones(n):
    t = np.arange(n) / RATE
    y = np.zeros(n)
    for _ in range(rng.integers(1, 4)):
        y += np.sin(2 * np.pi * rng.uniform(100, 5000) * t + rng.uniform(0, 6)) * rng.uniform(.2, 1)
    if rng.random() < .4:  # beeps
        y *= (np.sin(2 * np.pi * rng.uniform(.2, 3) * t + rng.uniform(0, 6)) > rng.uniform(-.5, .9))
    return y / (np.sqrt((y ** 2).mean()) + 1e-9)


def music(n):
    y = np.zeros(n); at = 0
    while at < n:
        length = int(rng.uniform(.1, .8) * RATE); t = np.arange(min(length, n - at)) / RATE
        for _ in range(rng.integers(1, 4)):
            f = 110 * 2 ** (rng.integers(0, 36) / 12)
            for k in range(1, 9):
                if f * k < 7800: y[at:at + len(t)] += np.sin(2 * np.pi * f * k * t) / k ** 1.3 * np.exp(-t * rng.uniform(.5, 6))
        at += length
    return y / (np.sqrt((y ** 2).mean()) + 1e-9)


def knocks(n):
    y = np.zeros(n)
    for _ in range(rng.integers(2, 40)):
        length = int(rng.uniform(.005, .15) * RATE); at = rng.integers(0, n - length)
        t = np.arange(length) / RATE
        burst = rng.standard_normal(length) * np.exp(-t * rng.uniform(30, 300))
        if rng.random() < .5: burst = lfilter([1], [1, -2 * .97 * np.cos(2 * np.pi * rng.uniform(80, 2500) / RATE), .94], burst)
        y[at:at + length] += burst / (np.abs(burst).max() + 1e-9) * 10 ** (rng.uniform(-20, 0) / 20)
    return y


def room(x):
    t60, n = rng.uniform(.12, .9), int(.5 * RATE)
    tail = rng.standard_normal(n) * 10 ** (-3 * np.arange(n) / RATE / t60)
    tail[:int(rng.uniform(.001, .02) * RATE)] = 0
    tail *= 10 ** (-rng.uniform(-6, 14) / 20) / (np.sqrt((tail ** 2).sum()) + 1e-9)
    tail[0] = 1
    return fftconvolve(x, tail)[:len(x)]


def channel(x):
    if rng.random() < .6: x = np.fft.irfft(np.fft.rfft(x) * 10 ** (np.interp(np.linspace(0, 1, len(x) // 2 + 1), np.linspace(0, 1, 7), rng.normal(0, 4, 7)) / 20), len(x))
    kind = rng.random()
    if kind < .2: x = sosfilt(butter(rng.integers(2, 6), [rng.uniform(150, 350), rng.uniform(3000, 3800)], 'band', fs=RATE, output='sos'), x)
    elif kind < .3: x = sosfilt(butter(4, rng.uniform(60, 300), 'high', fs=RATE, output='sos'), x)
    elif kind < .4: x = sosfilt(butter(6, rng.uniform(3000, 7000), 'low', fs=RATE, output='sos'), x)
    return x


def record(x):
    """Level, the recorder's own noise and 16-bit rounding."""
    peak = np.abs(x).max() + 1e-9
    x = x / peak * 10 ** (-rng.choice([rng.uniform(0, 20), rng.uniform(15, 50)], p=[.8, .2]) / 20)
    if rng.random() < .1: x = np.clip(x * 10 ** (rng.uniform(0, 10) / 20), -1, 1)
    x = np.round(x * 32767) / 32768
    return x


def disturb(x, reference):
    """Adds up to three noises at random ratios to `reference`, the level of the speech."""
    n = len(x)
    snr = rng.choice([rng.uniform(25, 60), rng.uniform(10, 30), rng.uniform(0, 12)], p=[.35, .4, .25])
    x = x + shaped_noise(n) * reference * 10 ** (-snr / 20)
    for make, chance in ((hum, .15), (tones, .08), (music, .06)):
        if rng.random() < chance:
            y = make(n)
            if rng.random() < .5:  # only some of the time
                a, b = np.sort(rng.integers(0, n, 2)); y[:a] = 0; y[b:] = 0
            x = x + y * reference * 10 ** (-rng.uniform(3, 35) / 20)
    if rng.random() < .3: x = x + knocks(n) * reference * 10 ** (rng.uniform(-15, 15) / 20)
    return x


def scene(speech, labels):
    n = int((SCENE_SECONDS if rng.random() < .8 else rng.uniform(1, 10)) * RATE) // HOP * HOP
    x, mask = np.zeros(n), np.zeros(n // HOP, bool)
    if rng.random() > .06:  # the rest: nobody speaks
        for track in range(rng.choice([1, 1, 1, 2])):
            gain, at, style = 1, (0 if rng.random() < .2 else int(rng.uniform(0, 3) * 100)), rng.random()
            while at < len(mask):
                i = rng.integers(len(speech))
                s, l = speech[i], labels[i]
                a = rng.integers(0, max(1, len(l) - 50)) if rng.random() < .8 else 0
                length = int(rng.choice([rng.uniform(.3, 1.5), rng.uniform(1, 6), rng.uniform(5, 14)]) * 100)
                part = l[a:a + length]
                length = min(len(part), len(mask) - at)
                gain = 10 ** (rng.normal(0, 5) / 20) if rng.random() < .5 else gain
                piece = s[a * HOP:(a + length) * HOP] * gain
                fade = min(80, len(piece) // 2)
                if fade: piece = piece.copy(); piece[:fade] *= np.linspace(0, 1, fade); piece[-fade:] *= np.linspace(1, 0, fade)
                x[at * HOP:at * HOP + len(piece)] += piece
                mask[at:at + length] |= part[:length]
                at += length + int(rng.exponential(.4 if style < .5 else 2.5) * 100)
    reference = .05
    if rng.random() < .5: x = room(x)
    x = disturb(x, reference)
    x = record(channel(x))
    if rng.random() < .08:  # the recorder's digital silence
        a = rng.integers(0, len(mask)); b = min(len(mask), a + int(rng.uniform(.2, 5) * 100))
        x[a * HOP:b * HOP] = 0; mask[a:b] = False
    return network_input(x, full=False), mask.astype(np.float32)


# --- harder recordings: conversation, and what telephones and recorders do to it
def follow(x, attack, release):
    """Level in dB a 10 ms frame, followed with the two time constants in frames."""
    n = len(x) // HOP
    level = 10 * np.log10((x[:n * HOP].reshape(n, HOP) ** 2).mean(1) + 1e-9)
    now, out = level[0], np.empty(n)
    for i, v in enumerate(level):
        now += (v - now) / (attack if v > now else release)
        out[i] = now
    return out


def apply_gain(x, decibels):
    at = np.arange(len(x)) / HOP - .5
    return x * 10 ** (np.interp(at, np.arange(len(decibels)), decibels) / 20)


def gain_control(x):
    """Automatic gain: speech evened out, the noise rising in pauses."""
    level = follow(x, rng.uniform(2, 10), rng.uniform(30, 300))
    return apply_gain(x, np.clip((np.percentile(level, 90) - level) * rng.uniform(.3, .9), -6, rng.uniform(6, 24)))


def gate(x):
    """Noise reduction that shuts in pauses, not always cleanly, and may leave comfort noise."""
    level = follow(x, 1, rng.uniform(3, 25))
    low, high = np.percentile(level, [5, 95])
    shut = level < low + rng.uniform(.15, .4) * (high - low)
    x = apply_gain(x, lfilter([.4], [1, -.6], np.where(shut, -rng.uniform(6, 35), 0)))
    if rng.random() < .6: x = x + shaped_noise(len(x)) * 10 ** ((low - rng.uniform(0, 15)) / 20)
    return x


def telephone(x):
    """8 kHz, the telephone band, mu-law, lost packets."""
    y = sosfilt(butter(4, [rng.uniform(150, 350), rng.uniform(3100, 3800)], 'band', fs=RATE, output='sos'), x)[::2]
    peak = np.abs(y).max() + 1e-9
    y = y / peak * rng.uniform(.1, 1)
    steps = rng.choice([127, 63, 31], p=[.6, .3, .1])  # coarser ones stand for the noise of speech coders
    coded = np.sign(y) * np.log1p(255 * np.abs(y)) / np.log(256)
    y = np.sign(y) * np.expm1(np.abs(np.round(coded * steps) / steps) * np.log(256)) / 255 * peak
    if rng.random() < .3:
        for _ in range(rng.integers(1, 30)):
            a, size = rng.integers(320, len(y) - 640), int(rng.choice([160, 320]))
            y[a:a + size] = y[a - size:a] * rng.uniform(0, .8) if rng.random() < .5 else 0
    z = resample_poly(y, 2, 1)
    return np.pad(z, (0, max(0, len(x) - len(z))))[:len(x)]


def breaths(mask):
    """Breathing and smacks where nobody speaks."""
    y = np.zeros(len(mask) * HOP)
    size = rng.uniform(-38, -14)
    edges = np.flatnonzero(np.diff(np.concatenate([[1], mask, [1]])))
    for a, b in zip(edges[::2], edges[1::2]):
        if b - a < 25 or rng.random() < .4: continue
        length = int(min(b - a - 4, rng.uniform(15, 70)))
        at = (b - 2 - length if rng.random() < .6 else rng.integers(a, b - length)) * HOP
        low = rng.uniform(200, 1200)
        puff = sosfilt(butter(1, [low, rng.uniform(low + 800, 7000)], 'band', fs=RATE, output='sos'), rng.standard_normal(length * HOP))
        puff *= np.sin(np.pi * np.linspace(0, 1, len(puff)) ** rng.uniform(.6, 1.6))
        y[at:at + len(puff)] += puff / (np.sqrt((puff ** 2).mean()) + 1e-9) * 10 ** ((size + rng.normal(0, 4)) / 20)
    return y


def babble(speech, n, voices):
    y = np.zeros(n)
    for _ in range(voices):
        for at in range(int(rng.uniform(-8, 2) * RATE), n, 11 * RATE):
            s = speech[rng.integers(len(speech))]
            a, b = max(0, at), min(n, at + len(s))
            if b > a: y[a:b] += s[a - at:b - at]
    return y / (np.sqrt((y ** 2).mean()) + 1e-9)


def conversation(speech, labels):
    """Several voices taking turns, each with its own level and room."""
    frames = SCENE_SECONDS * 100
    tracks, masks, voices = [], [], rng.integers(1, 5)
    cast = rng.integers(len(speech), size=voices)
    apart = rng.random() < .5
    x = np.zeros((voices, frames * HOP)); mask = np.zeros(frames, bool)
    pause = rng.choice([.15, .4, 1.2, 4], p=[.3, .35, .25, .1])
    at, who = int(rng.exponential(1) * 100), 0
    while at < frames:
        s, l = speech[cast[who]], labels[cast[who]]
        length = int(rng.choice([rng.uniform(.25, .8), rng.uniform(.8, 3), rng.uniform(2, 12)], p=[.25, .35, .4]) * 100)
        a = rng.integers(0, max(1, len(l) - length))
        part = l[a:a + length]; length = min(len(part), frames - at)
        piece = s[a * HOP:(a + length) * HOP].copy()
        fade = min(80, len(piece) // 2)
        if fade: piece[:fade] *= np.linspace(0, 1, fade); piece[-fade:] *= np.linspace(1, 0, fade)
        x[who, at * HOP:at * HOP + len(piece)] += piece * 10 ** (rng.normal(0, 2) / 20)
        mask[at:at + length] |= part[:length]
        at = max(0, at + length + int((rng.exponential(pause) - (rng.uniform(0, .8) if rng.random() < .25 else 0)) * 100))
        who = rng.integers(voices)
    far = rng.random() < .45
    for v in range(voices):
        if far or (apart and rng.random() < .3): x[v] = room(x[v])
        if v and (far or apart): x[v] *= 10 ** (-rng.uniform(0, 22 if far else 12) / 20)
    # Short pauses drown in the room, and those who label meetings do not mark them.
    return x.sum(0), close(mask, 25) if far else mask, far


def hard_scene(speech, labels):
    x, mask, far = conversation(speech, labels)
    n, reference = len(x), .05
    if rng.random() < .5: x = x + breaths(mask) * reference
    if rng.random() < .15: x = x + babble(speech, n, rng.integers(4, 9)) * reference * 10 ** (-rng.uniform(8, 30) / 20)
    elif not far and rng.random() < .3:  # an echo, or somebody in the next room: heard, but not part of the talk
        other = babble(speech, n, 1)
        if rng.random() < .5: other = np.concatenate([np.zeros(2400), x[:-2400] / reference])
        x = x + room(sosfilt(butter(2, rng.uniform(1000, 4000), 'low', fs=RATE, output='sos'), other)) * reference * 10 ** (-rng.uniform(18, 34) / 20)
    if rng.random() < .12: x = x + music(n) * reference * 10 ** (-rng.uniform(6, 28) / 20)
    if rng.random() < .25:  # rustling
        swell = np.interp(np.arange(n), np.linspace(0, n, 200), np.maximum(0, rng.normal(-.5, 1, 200)))
        x = x + shaped_noise(n) * swell * reference * 10 ** (-rng.uniform(8, 30) / 20)
    x = disturb(x, reference)
    kind = rng.random()
    if kind < .25: x = gain_control(x)
    elif kind < .45: x = gate(x)
    x = telephone(x) if rng.random() < .3 else channel(x)
    if rng.random() < .15: x = gain_control(x)
    return network_input(record(x)).astype(np.float16), mask.astype(np.float32)


def meeting(path):
    x, _ = sf.read(path)
    n = len(x) // HOP
    mask = np.zeros(n, bool)
    for line in open(path[:-5] + '.rttm'):
        f = line.split()
        if f[0] == 'SPEAKER': mask[round(float(f[3]) * 100):round((float(f[3]) + float(f[4])) * 100)] = True
    return x[:n * HOP], mask


def learn(net, data, check, epochs, rate):
    frames = SCENE_SECONDS * 100
    def padded(items):
        k = items[0][0].shape[1]
        X, Y, W = (np.zeros((len(items), *shape), np.float32) for shape in ((k, frames), (frames,), (frames,)))
        for i, (x, y) in enumerate(items):
            n = min(frames, len(x)); X[i, :, :n], Y[i, :n], W[i, :n] = x[:n].T, y[:n], 1
        return torch.tensor(X), torch.tensor(Y), torch.tensor(W)
    X, Y, W = padded(data); CX, CY, CW = padded(check)
    steps = epochs * (len(data) // 16)
    opt = torch.optim.AdamW(net.parameters(), rate, weight_decay=1e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(opt, rate, total_steps=steps + 1)
    loss_of = nn.BCEWithLogitsLoss(reduction='none')
    for epoch in range(epochs):
        order, total = rng.permutation(len(data)), 0
        for b in range(len(data) // 16):
            i = order[b * 16:(b + 1) * 16]
            x, y, w = X[i], Y[i], W[i]
            x = x * (1 + .05 * torch.randn(len(i), 1, 1))
            # Speech and silence count alike in every batch, so that 0.5 balances misses and false alarms.
            share = ((y * w).sum() / w.sum()).clamp(.2, .8)
            weight = w * torch.where(y > .5, .5 / share, .5 / (1 - share))
            loss = (loss_of(net(x), y) * weight).sum() / weight.sum()
            opt.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(net.parameters(), 1.0); opt.step(); plan.step()
            total += loss.item()
        with torch.no_grad():
            hit = torch.cat([net(part) for part in CX.split(16)]) > 0
            miss = ((~hit) & (CY > .5) & (CW > 0)).sum() / (CY * CW).sum(); fa = (hit & (CY < .5) & (CW > 0)).sum() / ((1 - CY) * CW).sum()
        print(f'epoch {epoch} loss {total / (len(data) // 16):.4f} held-out miss {100 * miss:.2f} false alarm {100 * fa:.2f}', flush=True)


def meetings(folder, copies, full):
    for f in sorted(glob.glob(folder + '/ami_trn*.flac')):
        x, mask = meeting(f)
        for k in range(copies):
            y = x.copy()
            if k:
                if rng.random() < .5: y = disturb(y, np.sqrt((y ** 2).mean()))
                if full and rng.random() < .25: y = telephone(y) if rng.random() < .5 else gain_control(y)
                y = record(channel(y))
            yield network_input(y, full), mask.astype(np.float32)


def main():
    global rng
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--speech', required=True); p.add_argument('--meetings', required=True)
    p.add_argument('--out', required=True); p.add_argument('--work')
    a = p.parse_args()
    torch.manual_seed(7); torch.set_num_threads(1)
    speech = []
    for f in sorted(glob.glob(a.speech + '/*.flac')):
        x, _ = sf.read(f); speech.append(x / (np.sqrt((x ** 2).mean()) + 1e-9) * .05)
    labels = [clean_label(x) for x in speech]
    print(len(speech), 'utterances, speech share', np.mean(np.concatenate(labels)), flush=True)
    known, held = (speech[:-20], labels[:-20]), (speech[-20:], labels[-20:])
    work = a.work or os.path.dirname(os.path.abspath(a.out)); os.makedirs(work, exist_ok=True)
    start = work + '/plain.pt'
    small = Net(BANDS + 2, DILATIONS[:-1])
    if a.work and os.path.exists(start): small.load_state_dict(torch.load(start))
    else:
        scenes, copies, epochs, rate = PLAIN
        data = [scene(*known) for _ in range(scenes)] + list(meetings(a.meetings, copies, False))
        learn(small, data, [scene(*held) for _ in range(40)], epochs, rate)
        if a.work: torch.save(small.state_dict(), start)
    # The second course is the same whether the first was run or read.
    rng = np.random.default_rng(20240612); torch.manual_seed(8)
    scenes, copies, epochs, rate = HARD
    data = [hard_scene(*known) for _ in range(scenes)] + list(meetings(a.meetings, copies, True))
    check = [hard_scene(*held) for _ in range(40)]
    print(len(data), 'scenes', flush=True)
    net = grown(small)
    learn(net, data, check, epochs, rate)
    if a.work: torch.save(net.state_dict(), work + '/hard.pt')
    flat = net.flat()
    text = base64.b64encode(flat.tobytes()).decode()
    with open(a.out, 'w') as f:
        f.write('// Written by Scripts/training/train_voice_activity.py; do not edit. Trained on LibriSpeech train-clean-100 and the\n'
                '// AMI Meeting Corpus (both CC BY 4.0).\n\n'
                'extension VoiceActivityNetwork {\n'
                f'    /// {flat.size} weights, little-endian 32-bit floats in base 64, in the order of `init(weights:)`.\n'
                f'    static let shippedWeights = """\n')
        for i in range(0, len(text), 4000): f.write('        ' + text[i:i + 4000] + ('\\\n' if i + 4000 < len(text) else '\n'))
        f.write('        """\n}\n')


if __name__ == '__main__':
    main()
