"""Puts an interview on a time line: each speaker's own sound, and when each word was said."""

from dataclasses import dataclass

import numpy as np

import room
from espeak import RATE, resample

LEAD = 1.2  # seconds of room before the first word and after the last, unless told otherwise


@dataclass
class SpokenWord:
    start: int  # samples
    end: int
    text: str
    emphasised: bool


@dataclass
class Laugh:
    start: int
    end: int
    text: str


@dataclass
class SpokenTurn:
    turn: object
    words: list
    laughs: list

    @property
    def sounds(self):
        return sorted([(w.start, w.end) for w in self.words] + [(l.start, l.end) for l in self.laughs])

    @property
    def start(self):
        return self.sounds[0][0]

    @property
    def end(self):
        return max(end for _, end in self.sounds)

    def moved(self, by):
        """The turn as a microphone hears it, `by` samples later."""
        return SpokenTurn(self.turn,
                          [SpokenWord(w.start + by, w.end + by, w.text, w.emphasised) for w in self.words],
                          [Laugh(l.start + by, l.end + by, l.text) for l in self.laughs])


def perform(interview, rate, synthesizer, rng, lead=LEAD):
    """Returns (dry sound per speaker, turns). Speaker levels are set; all sounds have one length."""
    pieces = {key: [] for key in interview.speakers}
    turns, cursor, previous = [], int(lead * rate), int(lead * rate)
    for i, turn in enumerate(interview.turns):
        speaker = interview.speakers[turn.who]
        if turn.into is not None:
            start = previous + int(turn.into * rate)
        else:
            start = cursor + (int(turn.gap * rate) if i else 0)
        spoken, parts = _perform_turn(turn, speaker, start, rate, synthesizer, rng)
        pieces[turn.who] += parts
        turns.append(spoken)
        if turn.into is None:
            cursor, previous = spoken.end, spoken.start
    length = max(t.end for t in turns) + int(lead * rate)
    sounds = {}
    for key, speaker in interview.speakers.items():
        speech, laughter = np.zeros(length), np.zeros(length)
        for start, part, is_laugh in pieces[key]:
            (laughter if is_laugh else speech)[start:start + len(part)] += part
        plain = np.concatenate([speech[w.start:w.end] for t in turns if t.turn.who == key
                                for w in t.words if not w.emphasised])
        level = 10 ** (speaker.level / 20)
        sounds[key] = speech * level / np.sqrt(np.mean(plain ** 2)) + laughter * level / 0.05 * 0.8
    return sounds, turns


def _perform_turn(turn, speaker, start, rate, synthesizer, rng):
    spoken, parts, at = SpokenTurn(turn, [], []), [], start
    for i, item in enumerate(turn.items):
        if isinstance(item, float):
            at += int(item * rate)
        elif isinstance(item, str):
            sound = room.laugh(rate, speaker.laugh, 3 if "litt" in item else 6, rng)
            at += int(0.12 * rate)
            parts.append((at, sound, True))
            spoken.laughs.append(Laugh(at, at + len(sound), item))
            at += len(sound) + (int(0.15 * rate) if i + 1 < len(turn.items) else 0)
        else:
            sound, times = synthesizer.speak([token.word for token in item], speaker.voice)
            source_rate = RATE * speaker.voice.warp
            first, last = times[0][0], times[-1][1]
            sound = resample(_faded(sound[first:last]), source_rate, rate)
            scale = rate / source_rate
            for token, (a, b) in zip(item, times):
                spoken.words.append(SpokenWord(at + round((a - first) * scale), at + round((b - first) * scale),
                                               token.text, token.word.emphasised))
            parts.append((at, sound, False))
            at = spoken.words[-1].end
    return spoken, parts


def _faded(sound):
    """Two milliseconds at each edge, so that a cut makes no click."""
    edge = min(44, len(sound) // 4)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    sound = sound.copy()
    sound[:edge] *= ramp
    sound[len(sound) - edge:] *= ramp[::-1]
    return sound
