"""Talk with emphasised words, from espeak-ng in simulated rooms: what the emphasis model is trained on.

The wording is the Bokmål side of the Nordic Dialect Corpus (spontaneous talk), cut at random into clauses of one to eight words.
One word in twenty is emphasised, in several manners: the samples' own, weaker, stronger, mostly by pitch, mostly by loudness,
mostly by length. Rooms, voices, levels, noise and the recordings' lengths vary.
"""
import gzip
import random
import sys
from pathlib import Path

import numpy as np
import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "samples"))
import espeak  # noqa: E402
import room  # noqa: E402

RATE = 16000
VOICES = ["nb", "nb+m1", "nb+m2", "nb+m3", "nb+m5", "nb+m7", "nb+f1", "nb+f2", "nb+f3", "nb+f4"]
# volume, rate in percent, steps of pitch: as in Scripts/samples/espeak.py
MANNERS = {"plain": (40, 80, 18), "weak": (25, 88, 10), "strong": (60, 72, 22), "high": (10, 92, 22), "loud": (55, 92, 8), "long": (20, 70, 10)}
# How often a recording is of one manner; `any` draws one for each clause.
RECORDINGS = ["plain", "plain", "plain", "plain", "strong", "strong", "weak", "any", "any"]


def clauses(path, seed=5):
    """Utterances of the corpus as lists of words with punctuation."""
    draw, found, words = random.Random(seed), [], []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line:
                words.append(line.split("\t")[1])
                continue
            if 5 <= len(words) <= 40 and "X" not in words and all(w.isalpha() for w in words):
                left, utterance = draw.randint(1, 8), []
                for i, word in enumerate(words):
                    left -= 1
                    if i == len(words) - 1:
                        word += draw.choice("....?")
                    elif left == 0:
                        word += draw.choice(",,,.")
                        left = draw.randint(1, 8)
                    utterance.append(word)
                found.append(utterance)
            words = []
    return found


def record(number, utterances, synthesizer, folder):
    """Makes `folder/NNN.wav` and `.words.tsv` (start, end, speaker, word, emphasis). Returns both paths."""
    draw, rng = random.Random(number), np.random.default_rng(number)
    manner = draw.choice(RECORDINGS)
    people = [(espeak.Voice(draw.choice(VOICES), draw.randint(145, 190), draw.randint(28, 62), draw.choice([40, 50, 60, 70]),
                            draw.uniform(0.9, 1.12)), draw.uniform(-36, -28)) for _ in range(2)]
    length = int(draw.choice([0.4, 0.7, 1.2, 2, 3]) * 60 * RATE)
    rows, pieces, at, who = [], [], RATE, 0
    while at < length:
        who = 1 - who if draw.random() < 0.5 else who
        voice, level = people[who]
        words = draw.choice(utterances)
        emphasised = [draw.random() < 0.05 for _ in words]
        volume, rate, steps = MANNERS[manner if manner != "any" else draw.choice(list(MANNERS))]
        espeak.EMPHASIS = (f'<prosody volume="+{volume}" rate="{rate}%" pitch="+{{}}%">', "</prosody>")
        espeak.EMPHASIS_STEPS = steps
        try:
            sound, times = synthesizer.speak([espeak.Word(w, e) for w, e in zip(words, emphasised)], voice)
        except RuntimeError:  # two words that espeak-ng joins
            continue
        source, first, last = espeak.RATE * voice.warp, times[0][0], times[-1][1]
        x, scale = espeak.resample(sound[first:last], source, RATE), RATE / source
        pieces.append((at, x * 10 ** (level / 20) / max(1e-6, float(np.sqrt(np.mean(x ** 2)))), who))
        rows += [(at + (a - first) * scale, at + (b - first) * scale, who, w.strip(".,?!"), int(e))
                 for w, (a, b), e in zip(words, times, emphasised)]
        at += len(x) + int(draw.uniform(0.35, 1.8) * RATE)
    total = at + RATE
    tracks = [np.zeros(total), np.zeros(total)]
    for start, x, who in pieces:
        tracks[who][start:start + len(x)] += x
    decay, mix, delays = draw.choice([0, 0.25, 0.35, 0.5, 0.6]), np.zeros(total), [0, 0]
    for who in range(2):
        if decay:
            size = (draw.uniform(3.5, 6), draw.uniform(3, 5), 2.5)
            seat = (draw.uniform(0.8, size[0] - 0.8), draw.uniform(0.8, size[1] - 0.8), 1.2)
            response, delay = room.impulse_response(size, seat, (size[0] / 2, size[1] / 2, 0.8), decay, RATE, rng)
            mix += room.convolve(tracks[who], response / response[delay])
            delays[who] = delay
        else:
            mix += tracks[who]
    mix += room.room_noise(total, RATE, draw.uniform(-75, -58), rng) + room.hum(total, RATE, -70)
    if draw.random() < 0.2:
        mix = room.shape(mix, RATE, room.band(300, 3400))
    sound, table = folder / f"{number:03}.wav", folder / f"{number:03}.words.tsv"
    soundfile.write(sound, mix, RATE, subtype="PCM_16")
    table.write_text("".join(f"{(a + delays[who]) / RATE:.4f}\t{(b + delays[who]) / RATE:.4f}\tS{who}\t{w}\t{e}\n"
                             for a, b, who, w, e in rows), encoding="utf-8")
    return sound, table
