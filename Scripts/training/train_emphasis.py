#!/usr/bin/env python3
"""Trains the emphasis model (Sources/Prosody/Emphasis): logistic regression on what the program itself measures.

    python3 Scripts/training/train_emphasis.py PATH-TO-ordrett DATA [--recordings N] [--keep FOLDER]

Makes N recordings (emphasis_talk.py), has the program print its features, fits, and writes EmphasisWeights.swift. Prints how
well recordings are done that were left out of the fit. Seeded: the same program, espeak-ng and numpy give the same weights.
Needs numpy, soundfile and libespeak-ng with its Norwegian voice.
"""
import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np

import emphasis_talk
from espeak import Synthesizer

RIDGE = 10.0
LIMIT = 4.0  # EmphasisModel.limit
TARGET = Path(__file__).resolve().parent.parent.parent / "Sources/Prosody/Emphasis/EmphasisWeights.swift"


def features(program, sound, table):
    """Rows of words that have a place, their truth, and the features' names."""
    out = subprocess.run([program, "prosody", str(sound), "--words", str(table), "--emphasis-features"], check=True,
                         capture_output=True, text=True).stdout.splitlines()
    truth = [line.split("\t")[4] == "1" for line in table.read_text(encoding="utf-8").splitlines()]
    rows = [([float(v) for v in line.split("\t")], t) for line, t in zip(out[1:], truth, strict=True) if line]
    return np.array([r for r, _ in rows]), np.array([t for _, t in rows], float), out[0].split("\t")


def fit(x, y):
    """Newton's method; the offset is not held back by the ridge."""
    a = np.c_[np.ones(len(x)), x]
    w, hold = np.zeros(a.shape[1]), np.diag([1e-6] + [RIDGE] * x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-a @ w))
        step = np.linalg.solve((a * (p * (1 - p))[:, None]).T @ a + hold, a.T @ (y - p) - hold @ w)
        w += step
        if np.abs(step).max() < 1e-9:
            break
    return w


def f1(p, y):
    marked = p >= 0.5
    return 200 * np.sum(marked & (y > 0.5)) / max(1, marked.sum() + y.sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("data", type=Path)
    parser.add_argument("--recordings", type=int, default=90)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    utterances, synthesizer, sets = emphasis_talk.clauses(options.data / "dialect/train.tsv.gz"), Synthesizer(), []
    for number in range(options.recordings):
        sound, table = emphasis_talk.record(number, utterances, synthesizer, folder)
        sets.append(features(options.program, sound, table))
        print(number, len(sets[-1][0]), "words,", int(sets[-1][1].sum()), "emphasised", flush=True)
    names = sets[0][2]
    x, y = np.concatenate([s[0] for s in sets]), np.concatenate([s[1] for s in sets])
    group = np.concatenate([np.full(len(s[0]), i % 5) for i, s in enumerate(sets)])
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    z = np.clip((x - mean) / deviation, -LIMIT, LIMIT)
    left_out = np.zeros(len(y))
    for part in range(5):
        w = fit(z[group != part], y[group != part])
        left_out[group == part] = 1 / (1 + np.exp(-(w[0] + z[group == part] @ w[1:])))
    print(f"{len(y)} words, {int(y.sum())} emphasised; recordings left out: F1 {f1(left_out, y):.1f}")
    w = fit(z, y)
    for name, weight in sorted(zip(names, w[1:]), key=lambda pair: -abs(pair[1]))[:12]:
        print(f"  {name:16} {weight:+.2f}")

    def listed(values):
        numbers = [f"{v:.5g}" for v in values]
        lines = [", ".join(numbers[i:i + 10]) for i in range(0, len(numbers), 10)]
        return "[\n            " + ",\n            ".join(lines) + ",\n        ]"
    TARGET.write_text(
        "// Written by Scripts/training/train_emphasis.py; do not edit. Trained on synthetic speech (espeak-ng) with the wording of the\n"
        "// Nordic Dialect Corpus (CC BY 4.0).\n\nextension EmphasisModel {\n    static let shipped = EmphasisModel(\n"
        f"        means: {listed(mean)},\n        deviations: {listed(deviation)},\n        weights: {listed(w[1:])},\n"
        f"        offset: {w[0]:.5g})\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
