#!/usr/bin/env python3
"""Trains the small network behind `OverlapDetector` (do two or more people speak at once?) and writes overlap-detector.bin.

    train_overlap.py --speech DIR --meetings DIR --out overlap-detector.bin [--work DIR]

--speech    single-speaker utterances (*.flac, 16 kHz mono), quiet enough to be labelled by their level and pitch
--meetings  recordings with RTTM beside them; only files matching ami_trn*.flac are used
--work      where the scenes are kept between runs (default: not kept)

Method. Utterances of two to four speakers are laid into scenes of a quarter of a minute: turns that change quickly, turns
that overlap, short listener tokens over somebody's speech, both speaking for seconds, and one voice alone. Every speaker has a level
and often a room of their own; the scene gets noises, a channel and 16-bit rounding. The truth is where the labels of at least two clean
voices (from level and voicing) coincide; where the weaker is hidden by the louder no answer is asked for. Meetings enter with their
own labels under new channels and noises. Everything is seeded: the same data and versions of numpy, scipy and torch on the same kind of processor
give the same file.

Features and network must stay as in Sources/Speech/Overlap. Needs numpy, scipy, soundfile, praat-parselmouth, torch.
"""
import argparse, glob, os, struct, time
import numpy as np, soundfile as sf
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt
import parselmouth
import torch
from torch import nn

RATE, HOP, LENGTH, LEAD, SIZE, BANDS = 16000, 320, 800, 240, 1024, 32
FINE_FROM, FINE, AROUND = 4, 112, 16
INPUTS = BANDS + 2 + FINE
CHUNK, REACH, SILENCE = 50, 6, 1e-11
HIDDEN, WIDTH, DILATIONS = 96, 48, (1, 2, 4, 8, 16)
SCENES, SECONDS, EPOCHS = 3200, 15, 12
rng = np.random.default_rng(20241105)


# --- features (OverlapFeatures.swift)
def mel_filters():
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(60), mel(7600), BANDS + 2) / 2595) - 1)
    f = np.arange(SIZE // 2 + 1) * RATE / SIZE
    w = np.zeros((BANDS, SIZE // 2 + 1))
    for m in range(BANDS):
        w[m] = np.maximum(0, np.minimum((f - edges[m]) / (edges[m + 1] - edges[m]), (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1])))
    return w


MEL = mel_filters()
WINDOW = .5 - .5 * np.cos(2 * np.pi * np.arange(LENGTH) / LENGTH)


def raw_features(x):
    """Log mel energies with the log level, mean square, and the fine spectrum; frame i is centred on its 20 ms."""
    n = -(-len(x) // HOP)
    y = np.zeros((n - 1) * HOP + LENGTH)
    y[LEAD:LEAD + len(x)] = x[:len(y) - LEAD]
    frames = np.lib.stride_tricks.sliding_window_view(y, LENGTH)[::HOP]
    square = (frames ** 2).mean(1)
    power = np.abs(np.fft.rfft(frames * WINDOW, SIZE)) ** 2
    low = power[:, FINE_FROM:FINE_FROM + FINE]
    fine = np.log(low + 1e-3 * low.mean(1, keepdims=True) + 1e-9)
    total = np.concatenate([np.zeros((n, 1)), np.cumsum(fine, 1)], 1)
    a = np.maximum(0, np.arange(FINE) - AROUND); b = np.minimum(FINE, np.arange(FINE) + AROUND + 1)
    fine = np.clip(fine - (total[:, b] - total[:, a]) / (b - a), -4, 4) / 2
    fine[square <= SILENCE] = 0
    everything = np.concatenate([np.log(np.maximum(power @ MEL.T, 1e-10)), np.log(np.maximum(square, 1e-12))[:, None]], 1)
    return everything, square, fine


def network_input(x):
    everything, square, fine = raw_features(x)
    n = len(everything)
    chunks = max(1, n // CHUNK)
    low = np.full((chunks, BANDS + 1), np.inf)
    high = np.full(chunks, -np.inf)
    for c in range(chunks):
        part = slice(c * CHUNK, (c + 1) * CHUNK if c < chunks - 1 else n)
        heard = everything[part][square[part] > SILENCE]
        if len(heard) == 0 or len(heard) < min(10, part.stop - part.start): continue
        heard = np.sort(heard, 0)
        low[c] = heard[len(heard) // 10]
        high[c] = heard[len(heard) * 19 // 20, BANDS]
    out = np.zeros((n, INPUTS), np.float32)
    for c in range(chunks):
        part = slice(c * CHUNK, (c + 1) * CHUNK if c < chunks - 1 else n)
        near = slice(max(0, c - REACH), c + REACH + 1)
        floor, ceiling = low[near].min(0), high[near].max()
        if not np.isfinite(ceiling): continue
        out[part, :BANDS + 1] = np.clip(everything[part] - floor, 0, 12) / 4
        out[part, BANDS + 1] = np.clip(everything[part, BANDS] - ceiling, -12, 0) / 4
        silent = square[part] <= SILENCE
        out[part, :BANDS + 1][silent] = 0
        out[part, BANDS + 1][silent] = -3
    out[:, BANDS + 2:] = fine
    return out


# --- the network (OverlapNetwork.swift)
class Net(nn.Module):
    def __init__(self, inputs=INPUTS):
        super().__init__()
        self.entry = nn.Conv1d(inputs, HIDDEN, 1)
        self.first = nn.Conv1d(HIDDEN, WIDTH, 1)
        self.depth = nn.ModuleList([nn.Conv1d(WIDTH, WIDTH, 5, padding=2 * d, dilation=d, groups=WIDTH) for d in DILATIONS])
        self.point = nn.ModuleList([nn.Conv1d(WIDTH, WIDTH, 1) for _ in DILATIONS])
        self.last = nn.Conv1d(WIDTH, 1, 1)

    def forward(self, x):  # batch × inputs × frames
        h = torch.relu(self.first(torch.relu(self.entry(x))))
        for depth, point in zip(self.depth, self.point):
            h = torch.relu(h + point(torch.relu(depth(h))))
        return self.last(h)[:, 0]


# --- truth of clean speech and the world around it, in steps of 10 ms (as in train_voice_activity.py, but free to differ)
STEP = 160


def close(mask, gap):
    """Fills runs of False shorter than `gap` frames between True."""
    on = np.flatnonzero(mask)
    for a, b in zip(on[:-1], on[1:]):
        if 1 < b - a <= gap: mask[a:b] = True
    return mask


def clean_label(x):
    n = -(-len(x) // STEP)
    y = np.zeros(n * STEP); y[:len(x)] = lfilter([1, -0.9], [1], x)
    e = 10 * np.log10((y.reshape(n, STEP) ** 2).mean(1) + 1e-12)
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


# --- scenes

def cut(speech, labels, seconds):
    """About that much of one utterance, beginning and ending in speech."""
    n = len(labels); length = min(n, max(10, int(seconds * 100)))
    a = int(rng.integers(0, n - length + 1)); b = a + length
    on = np.flatnonzero(labels[a:b])
    if len(on) < 5: return None
    a, b = a + on[0], a + on[-1] + 1
    lead, tail = min(a, 5), min(n - b, 8)
    piece = speech[(a - lead) * STEP:(b + tail) * STEP].copy()
    fade = min(lead * STEP + 1, len(piece)); piece[:fade] *= np.linspace(0, 1, fade)
    fade = min(tail * STEP + 1, len(piece)); piece[-fade:] *= np.linspace(1, 0, fade)
    return piece, labels[a:b], lead


def scene(speech, labels):
    steps = SECONDS * 100
    who = rng.choice(len(speech), int(rng.choice([2, 2, 2, 3, 4])), replace=False)
    voices = np.zeros((len(who), steps * STEP)); marks = np.zeros((len(who), steps), bool)
    spread = rng.choice([1.5, 4.0, 6.0])
    gain = 10 ** (rng.normal(0, spread, len(who)) / 20)

    def put(s, at, seconds, factor=1.0):
        piece = cut(speech[who[s]], labels[who[s]], seconds)
        if piece is None: return 0
        x, mask, lead = piece
        length = min(len(mask), steps - at)
        if length <= 0: return 0
        start = (at - lead) * STEP
        if start < 0: x = x[-start:]; start = 0
        x = x[:steps * STEP - start]
        voices[s, start:start + len(x)] += x * gain[s] * factor
        marks[s, at:at + length] |= mask[:length]
        return length

    style = rng.random()
    alone = style < .25
    at, s = int(rng.uniform(0, 2) * 100), 0
    busy = rng.uniform(.1, .7)
    while at < steps:
        length = put(s, at, rng.choice([rng.uniform(.4, 1.5), rng.uniform(1, 5), rng.uniform(3, 9)]))
        others = [o for o in range(len(who)) if o != s]
        if not alone and length > 120 and rng.random() < busy:  # listener tokens
            for _ in range(rng.integers(1, 3)):
                put(int(rng.choice(others)), at + int(rng.uniform(.2, max(.3, length / 100 - .4)) * 100), rng.uniform(.2, .9), 10 ** (rng.normal(-2, 3) / 20))
        if not alone and length > 150 and rng.random() < .3 * busy:  # both for a while
            put(int(rng.choice(others)), at + int(rng.uniform(0, .5) * length), rng.uniform(1, 4))
        at += length
        kind = rng.random()
        if alone: at += int(rng.exponential(.5) * 100)
        elif kind < busy and length > 60: at -= int(min(rng.uniform(.1, 1.8), .8 * length / 100) * 100)
        elif kind < busy + .5 * (1 - busy): at += int(rng.uniform(0, .25) * 100)
        else: at += int(rng.gamma(1.5, .4) * 100)
        if not alone or rng.random() < .3: s = int(rng.choice(others))
    kind = rng.random()
    if kind < .35: voices = np.stack([room(v) for v in voices])
    x = voices.sum(0)
    if .35 <= kind < .75: x = room(x)
    if rng.random() < .1:  # the far end of a call comes back
        delay = int(rng.uniform(.03, .25) * RATE); echo = np.zeros_like(x); echo[delay:] = x[:-delay]
        x = x + echo * 10 ** (-rng.uniform(6, 20) / 20)
    if rng.random() < .15: x = x + music(len(x)) * .05 * 10 ** (-rng.uniform(0, 20) / 20)
    if rng.random() < .85: x = disturb(x, .05)
    x = record(channel(x))
    if rng.random() < .08:  # eight bits of a telephone
        x = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256); x = np.round(x * 127) / 127
        x = np.sign(x) * (256 ** np.abs(x) - 1) / 255
    frames = steps // 2
    # Level of each voice in about 100 ms, to know when the weaker one can be heard at all.
    power = (voices.reshape(len(who), frames, HOP) ** 2).mean(2)
    power = np.stack([np.convolve(p, np.ones(7) / 7, 'same') for p in power])
    on = marks.reshape(len(who), frames, 2).any(2)
    both = on.sum(0) >= 2
    ordered = np.sort(np.where(on, power, 0), 0)
    hidden = both & (ordered[-2] < 10 ** (-1.6) * ordered[-1])
    weight = np.where(hidden, 0, 1).astype(np.float32)
    return network_input(x)[:frames], both.astype(np.float32), weight


def meeting(path):
    x, _ = sf.read(path)
    n = len(x) // HOP
    count = np.zeros(n)
    for line in open(path[:-5] + '.rttm'):
        f = line.split()
        if f[0] == 'SPEAKER': count[round(float(f[3]) * 50):round((float(f[3]) + float(f[4])) * 50)] += 1
    return x[:n * HOP], (count >= 2).astype(np.float32)


def halves(x, y):
    size = SECONDS * 50
    for a in range(0, len(y) - size + 1, size): yield x[a:a + size], y[a:a + size], np.ones(size, np.float32)


def prepare(a):
    speech, labels = [], []
    for f in sorted(glob.glob(a.speech + '/*.flac')):
        speech.append(sf.read(f)[0])
    held = speech[-20:]
    # Played slower and faster, a voice is another voice.
    speech = [resample_poly(x, up, down) for x in speech[:-20] for up, down in ((1, 1), (10, 9), (8, 9))]
    speech = [x / (np.sqrt((x ** 2).mean()) + 1e-9) * .05 for x in speech + held]
    labels = [close(clean_label(x), 20) for x in speech]
    print(len(speech), 'utterances, speech share', np.mean(np.concatenate(labels)), flush=True)
    data = [scene(speech[:-20], labels[:-20]) for _ in range(a.scenes)]
    for f in sorted(glob.glob(a.meetings + '/ami_trn*.flac')):
        x, mask = meeting(f)
        for k in range(8):
            y = x.copy()
            if k:
                if rng.random() < .5: y = disturb(y, np.sqrt((y ** 2).mean()))
                y = record(channel(y))
            data += list(halves(network_input(y), mask))
    check = [scene(speech[-20:], labels[-20:]) for _ in range(100)]
    return data, check


def precision_recall(score, truth):
    order = np.argsort(-score, kind='stable'); hit = np.cumsum(truth[order])
    precision, recall = hit / np.arange(1, len(hit) + 1), hit / max(1, hit[-1])
    average = (precision * truth[order]).sum() / max(1, hit[-1])
    return average, [round(100 * recall[np.flatnonzero(precision >= p)[-1]], 1) if (precision >= p).any() else 0 for p in (.7, .8, .9)]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--speech', required=True); p.add_argument('--meetings', required=True)
    p.add_argument('--out', required=True); p.add_argument('--work'); p.add_argument('--epochs', type=int, default=EPOCHS)
    p.add_argument('--scenes', type=int, default=SCENES)
    a = p.parse_args()
    torch.manual_seed(7); torch.set_num_threads(1)
    begun = time.time()
    kept = a.work and os.path.join(a.work, f'scenes-{a.scenes}.npz')
    if kept and os.path.exists(kept):
        k = np.load(kept); X, Y, W, CX, CY, CW = (k[n] for n in ('X', 'Y', 'W', 'CX', 'CY', 'CW'))
    else:
        data, check = prepare(a)
        pack = lambda items: (np.stack([i[0] for i in items]).transpose(0, 2, 1).astype(np.float16), np.stack([i[1] for i in items]), np.stack([i[2] for i in items]))
        (X, Y, W), (CX, CY, CW) = pack(data), pack(check)
        if kept: os.makedirs(a.work, exist_ok=True); np.savez(kept, X=X, Y=Y, W=W, CX=CX, CY=CY, CW=CW)
    print(len(X), 'scenes, overlap share', Y.mean(), 'not asked', 1 - W.mean(), f'{time.time() - begun:.0f} s', flush=True)
    net = Net(); batch = 16; steps = a.epochs * (len(X) // batch)
    opt = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(opt, 5e-3, total_steps=steps + 1)
    loss_of = nn.BCEWithLogitsLoss(reduction='none')
    for epoch in range(a.epochs):
        order, total = rng.permutation(len(X)), 0
        net.train()
        for b in range(len(X) // batch):
            i = np.sort(order[b * batch:(b + 1) * batch])
            x = torch.tensor(X[i].astype(np.float32)); y, w = torch.tensor(Y[i]), torch.tensor(W[i])
            x[:, BANDS + 2:] += .1 * torch.randn(x.shape[0], FINE, x.shape[2])
            x[:, :BANDS] *= 1 + .08 * torch.randn(len(i), BANDS, 1)
            loss = (loss_of(net(x), y) * w).sum() / w.sum()
            opt.zero_grad(); loss.backward(); nn.utils.clip_grad_norm_(net.parameters(), 1.0); opt.step(); plan.step()
            total += loss.item()
        net.eval()
        with torch.no_grad():
            x = torch.tensor(CX.astype(np.float32))
            score = net(x).numpy()
        average, recalls = precision_recall(score[CW > 0], CY[CW > 0])
        print(f'epoch {epoch} loss {total / (len(X) // batch):.4f} held-out average precision {average:.3f} recall at precision .7 .8 .9: {recalls} {time.time() - begun:.0f} s', flush=True)
    # Layout: entry [input][hidden] + bias, first [hidden][channel] + bias, per block depth [tap][channel] + bias and point [input][output] + bias, last + bias.
    s = {k: v.detach().numpy() for k, v in net.state_dict().items()}
    parts = [s['entry.weight'][..., 0].T, s['entry.bias'], s['first.weight'][..., 0].T, s['first.bias']]
    for i in range(len(DILATIONS)):
        parts += [s[f'depth.{i}.weight'][:, 0].T, s[f'depth.{i}.bias'], s[f'point.{i}.weight'][..., 0].T, s[f'point.{i}.bias']]
    parts += [s['last.weight'].ravel(), s['last.bias']]
    flat = np.concatenate([q.ravel() for q in parts]).astype('<f4')
    with open(a.out, 'wb') as f:
        f.write(b'OROV' + struct.pack('<5I', 1, INPUTS, HIDDEN, WIDTH, len(DILATIONS)) + flat.tobytes())
    print(flat.size, 'weights')


if __name__ == '__main__':
    main()
