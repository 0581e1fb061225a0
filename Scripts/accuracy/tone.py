"""Tone of voice: stretches of a real conversation made louder, higher, faster, whispered … and looked for again.

gecko_demo is taken as it is (what is marked there is read as a rate, since nobody knows the truth) and with eight stretches of 2.5 to
5 s of one turn each changed: level by 10 dB, pitch by 6 semitones up or 5 down (Praat's overlap-add), speed by 1.8, voice
replaced by noise through the same filters (a whisper) or by pulses at 25 to 45 Hz (creak). A stretch counts as found when a mark
of its label covers half of it.
"""
import os
import numpy as np

STRETCHES, SEED = 8, 7
KINDS = ('loud', 'soft', 'high', 'low', 'fast', 'slow', 'whisper', 'creaky')


def words_of(path):
    rows = [line.rstrip('\n').split('\t') for line in open(path, encoding='utf-8')]
    return [[float(r[0]), float(r[1]), r[2], r[3]] for r in rows]


def turns_of(words):
    """Runs of one speaker's words in the table's order, as the program makes turns of them."""
    runs, start = [], 0
    for i in range(1, len(words) + 1):
        if i == len(words) or words[i][2] != words[start][2]:
            runs.append((start, i)); start = i
    return runs


def choose(words, rng):
    """Word ranges, apart from each other, that nobody talks into."""
    found = []
    for a, b in turns_of(words):
        start = a + 2
        while start < b - 8:
            end = start
            while end < b - 1 and words[end][1] - words[start][0] < 2.5: end += 1
            long = words[end][1] - words[start][0]
            gaps = max(words[k + 1][0] - words[k][1] for k in range(start, end)) if end > start else 9
            alone = not any(w[2] != words[start][2] and w[1] > words[start][0] - 0.2 and w[0] < words[end][1] + 0.2 for w in words)
            if end - start >= 5 and 2.5 <= long <= 5 and gaps < 0.5 and alone: found.append((start, end))
            start = end + 6
    rng.shuffle(found)
    return sorted(found[:STRETCHES])


def through_filters(x, rate, excitation, gain):
    """The sound's own filters (linear prediction, order 18, 25 ms) driven by something else."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter
    size, hop, out = 400, 160, np.zeros(len(x) + 400)
    window = np.hanning(size)
    for at in range(0, len(x) - size, hop):
        frame = x[at:at + size] * window
        r = np.correlate(frame, frame, 'full')[size - 1:size + 18]
        if r[0] < 1e-7: continue
        r[0] *= 1.0001
        a = solve_toeplitz(r[:-1], r[1:])
        made = lfilter([1.0], np.r_[1.0, -a], excitation[at:at + size]) * window
        level = np.sqrt(np.mean(made ** 2))
        out[at:at + size] += made * (np.sqrt(np.mean(frame ** 2)) / level * gain if level > 0 else 0)
    return out[:len(x)] * hop / size * 2


def changed(x, rate, kind, rng):
    import parselmouth
    from parselmouth.praat import call
    if kind == 'loud': return x * 10 ** (10 / 20)
    if kind == 'soft': return x * 10 ** (-10 / 20)
    if kind == 'whisper': return through_filters(x, rate, rng.standard_normal(len(x)), 10 ** (-8 / 20))
    if kind == 'creaky':
        pulses, at = np.zeros(len(x)), 0
        while at < len(x):
            pulses[at] = 1; at += int(rate / rng.uniform(25, 45))
        return through_filters(x, rate, pulses + 1e-4 * rng.standard_normal(len(x)), 10 ** (-3 / 20))
    sound = parselmouth.Sound(x, rate)
    made = call(sound, 'To Manipulation', 0.01, 60, 500)
    if kind in ('high', 'low'):
        tier = call(made, 'Extract pitch tier')
        call(tier, 'Multiply frequencies', 0, 1e6, 2 ** ((6 if kind == 'high' else -5) / 12))
        call([tier, made], 'Replace pitch tier')
    else:
        tier = call(made, 'Extract duration tier')
        call(tier, 'Add point', 0, 1 / 1.8 if kind == 'fast' else 1.8)
        call([tier, made], 'Replace duration tier')
    return call(made, 'Get resynthesis (overlap-add)').values[0]


def trial(program, work, path, words, kind, stretches, rng):
    """Sound and words with the stretches changed; returns what the program says of each word."""
    import soundfile
    x, rate = soundfile.read(path)
    parts, moved, done, shift = [], [list(w) for w in words], 0, 0.0
    for a, b in stretches:
        start, end = int((words[a][0] - 0.02) * rate), int((words[b][1] + 0.02) * rate)
        parts.append(x[done:start])
        new = changed(x[start:end], rate, kind, rng)
        edge = 80
        new[:edge] *= np.linspace(0, 1, edge); new[-edge:] *= np.linspace(1, 0, edge)
        scale = len(new) / (end - start)
        for k in range(a, b + 1):
            for side in (0, 1): moved[k][side] = start / rate + shift + (words[k][side] - start / rate) * scale
        parts.append(new)
        done, shift = end, shift + (len(new) - (end - start)) / rate
        for k in range(len(words)):
            if words[k][0] >= end / rate: moved[k][0], moved[k][1] = words[k][0] + shift, words[k][1] + shift
    parts.append(x[done:])
    sound, table = os.path.join(work, 'tone.wav'), os.path.join(work, 'tone.tsv')
    soundfile.write(sound, np.clip(np.concatenate(parts), -1, 1), rate, subtype='PCM_16')
    with open(table, 'w', encoding='utf-8') as f: f.writelines(f'{w[0]:.4f}\t{w[1]:.4f}\t{w[2]}\t{w[3]}\n' for w in moved)
    return [line.split('\t')[4].split(',') for line in program('prosody', sound, '--words', table).splitlines()]


def measure(program, data, work, figures):
    path = f'{data}/diarisation/gecko_demo.flac'
    words = words_of(path[:-5] + '.words.tsv')
    plain = trial(program, work, path, words, 'loud', [], None)
    marks = sum(sum(k in now and k not in before for k in KINDS) for before, now in zip([[]] + plain, plain))
    figures.add('tone of voice, marks in ten minutes of an ordinary call', marks, tolerance=4, note='nobody knows how many are right')
    found, total, said = 0, 0, []
    for kind in KINDS:
        rng = np.random.default_rng(SEED)
        stretches = choose(words, rng)
        labels = trial(program, work, path, words, kind, stretches, rng)
        hits = sum(sum(kind in labels[k] for k in range(a, b + 1)) * 2 >= b + 1 - a for a, b in stretches)
        found += hits; total += len(stretches); said.append(f'{kind} {hits}')
    figures.add('tone of voice, changed stretches found %', 100 * found / total, 'higher', 5, f"of {len(stretches)} each: {', '.join(said)}")
