"""Speech with exact word times, from libespeak-ng called in this process.

The library reports every word and phone with the sample at which it begins, which the espeak-ng command does not.
Needs libespeak-ng 1.51 or later (Debian: libespeak-ng1) with the Norwegian voice `nb`.
"""

import ctypes
from dataclasses import dataclass

import numpy as np

RATE = 22050
_SYNCHRONOUS, _PHONE_EVENTS = 2, 1
_WORD, _END, _PHONE = 1, 5, 7
_SPEED, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_UTF8, _SSML, _PHONES_IN_BRACKETS = 1, 0x10, 0x100

# <emphasis level="strong"> gives about 3 to 5 dB and 8 % more length and no dependable rise in pitch, which is less than
# speakers do; this gives about 6 dB, a quarter more length and a pitch a fifth higher in Hz, for every voice used.
# Both go by espeak-ng's own scales: +40 on a volume of 50 is 6 dB (it does not know “+6dB”), 18 steps of pitch are a
# fifth in Hz.
EMPHASIS = ('<prosody volume="+40" rate="80%" pitch="+{}%">', "</prosody>")
EMPHASIS_STEPS = 18


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("identifier", ctypes.c_uint), ("position", ctypes.c_int),
                ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
                ("user", ctypes.c_void_p), ("id", _Id)]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Voice:
    """An espeak-ng voice. `warp` above 1 plays it faster and higher: a shorter vocal tract, another person."""

    name: str
    speed: int  # words a minute
    pitch: int  # 0...99
    range: int = 50  # 0...99, how lively the melody is
    warp: float = 1.0


@dataclass(frozen=True)
class Word:
    """A word to be spoken: what espeak-ng reads, and whether it is emphasised."""

    spoken: str
    emphasised: bool = False


class Synthesizer:
    def __init__(self):
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._c = ctypes.CDLL(None)
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONE_EVENTS)
        if rate != RATE:
            raise RuntimeError(f"espeak-ng runs at {rate} Hz, expected {RATE}: install espeak-ng-data")
        self._blocks, self._events = [], []
        self._callback = _CALLBACK(self._receive)  # kept, or it is collected while C still holds it
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, samples, count, events):
        if samples and count:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        i = 0
        while events[i].type:
            e = events[i]
            phone = e.id.string.decode("utf-8", "replace") if e.type == _PHONE else ""
            self._events.append((e.type, e.position, e.length, e.sample, phone))
            i += 1
        return 0

    def speak(self, words, voice):
        """Speaks `words` without a break. Returns (samples as float64 in -1...1, [(start, end)] per word, in samples)."""
        text, spans = "", []
        for word in words:
            before, after = EMPHASIS if word.emphasised else ("", "")
            text += before.format(round(100 * EMPHASIS_STEPS / voice.pitch))
            first = len(text)
            text += word.spoken
            spans.append((first, len(text)))
            text += after + " "
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise RuntimeError(f"espeak-ng has no voice {voice.name}")
        for parameter, value in ((_SPEED, voice.speed), (_VOLUME, 50), (_PITCH, voice.pitch), (_RANGE, voice.range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._c.srand(1)  # breath noise comes from rand()
        self._blocks.clear()
        self._events.clear()
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _UTF8 | _SSML | _PHONES_IN_BRACKETS, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks).astype(np.float64) / 32768
        return samples, self._times(spans, samples, text)

    def _times(self, spans, samples, text):
        """A word lasts from its event to the end of its last phone; digital silence at its edges is not part of it."""
        marks, current = [], None  # (sample, word index or None for a pause)
        for kind, position, length, sample, phone in self._events:
            if kind == _WORD and length > 0:
                current = next((i for i, (a, b) in enumerate(spans) if a <= position - 1 < b), None)
                marks.append((sample, current))
            elif kind == _PHONE:
                marks.append((sample, None if phone.startswith("_") else current))
            elif kind == _END:
                marks.append((sample, None))
        marks.append((len(samples), None))
        starts, ends = {}, {}
        for (sample, word), (following, _) in zip(marks, marks[1:]):
            if word is not None and following > sample:
                starts.setdefault(word, sample)
                ends[word] = following
        times = []
        for i in range(len(spans)):
            if i not in starts:
                raise RuntimeError(f"espeak-ng joined word {i + 1} of “{text.strip()}” to its neighbour: reword it")
            start, end = starts[i], min(ends[i], starts.get(i + 1, len(samples)))
            loud = np.flatnonzero(np.abs(samples[start:end]) > 0.001)
            if loud.size == 0:
                raise RuntimeError(f"word {i + 1} of “{text.strip()}” is silent")
            times.append((start + int(loud[0]), start + int(loud[-1]) + 1))
        return times


def resample(samples, source_rate, target_rate, half_width=24):
    """Windowed-sinc interpolation (Kaiser, beta 9). Sample i of the source lies at i * target / source of the result."""
    ratio = target_rate / source_rate
    cutoff = min(1.0, ratio) * 0.97
    reach = int(np.ceil(half_width / cutoff))
    padded = np.concatenate([np.zeros(reach), samples, np.zeros(reach + 1)])
    result = np.zeros(int(np.ceil(len(samples) * ratio)))
    offsets = np.arange(-reach + 1, reach + 1)
    for first in range(0, len(result), 16384):
        at = np.arange(first, min(first + 16384, len(result))) / ratio
        whole = np.minimum(np.floor(at).astype(np.int64), len(samples) - 1)
        distance = (at - whole)[:, None] - offsets[None, :]
        window = np.i0(9 * np.sqrt(np.maximum(0, 1 - (distance / reach) ** 2))) / np.i0(9.0)
        kernel = cutoff * np.sinc(cutoff * distance) * window
        result[first:first + len(at)] = np.sum(padded[whole[:, None] + reach + offsets[None, :]] * kernel, axis=1)
    return result
