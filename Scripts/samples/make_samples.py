#!/usr/bin/env python3
"""Makes SampleAudio: interviews spoken by espeak-ng in simulated rooms, with exact truth. The same bytes on every run.

    python3 Scripts/samples/make_samples.py [FOLDER]

writes into SampleAudio beside Scripts, or into FOLDER. Needs libespeak-ng 1.51, numpy and soundfile.
"""

import sys
from pathlib import Path

import numpy as np

import files
import room
import script
import truth
from espeak import Synthesizer
from stage import LEAD, perform

HERE = Path(__file__).resolve().parent
ORIGINATOR = "Ordrett sample"


class Maker:
    def __init__(self, folder):
        self.folder = folder
        self.drafts = folder / "utkast"
        self.facts = folder / "fasit"
        for each in (self.folder, self.drafts, self.facts):
            each.mkdir(parents=True, exist_ok=True)
        self.synthesizer = Synthesizer()
        self.interviews = []

    def start(self, name, rate, lead=LEAD):
        interview = script.load(HERE / "interviews" / f"{name}.json")
        rng = np.random.Generator(np.random.PCG64(interview.seed))
        sounds, turns = perform(interview, rate, self.synthesizer, rng, lead)
        self.interviews.append(interview)
        return interview, rng, sounds, turns, len(next(iter(sounds.values())))

    def finish(self, interview, turns, length, rate, noises=()):
        truth.write_truth(self.facts, interview, turns, length, rate, noises)

    def stereo_interview(self):
        """A microphone on each, 0.2 m away; each hears the other 18 dB weaker. Office, RT60 0.35 s. 24-bit BWF."""
        rate = 44100
        interview, rng, sounds, turns, length = self.start("intervju_stereo", rate, lead=0.6)
        size, left, right = (4.2, 3.4, 2.5), (1.2, 1.5, 1.2), (3.0, 1.9, 1.2)
        seats = {"I": (1.2, 1.5, 1.4), "P": (3.0, 1.9, 1.4)}
        own = {"I": 0, "P": 1}
        mix, delays = np.zeros((length, 2)), {}
        for who in sounds:
            for channel, microphone in enumerate((left, right)):
                response, delay = room.impulse_response(size, seats[who], microphone, 0.35, rate, rng)
                if channel == own[who]:
                    response /= response[delay]
                    delays[who] = delay
                else:
                    response *= 10 ** (-18 / 20) / np.sqrt(np.sum(response ** 2))
                mix[:, channel] += room.convolve(sounds[who], response)
        for channel in range(2):
            mix[:, channel] += room.room_noise(length, rate, -68, rng) + room.hum(length, rate, -76)
        turns = [t.moved(delays[t.turn.who]) for t in turns]
        self.finish(interview, turns, length, rate)
        answers = [t for t in turns if t.turn.who == "P"]
        markers = [(turns[0].start, "Start"), (answers[0].start, "Bakgrunn"), (answers[1].start, "Samarbeid")]
        header = files.bext("Interview, two lapel microphones: interviewer left, participant right", ORIGINATOR,
                            "NOORDRETTSAMPLE0001", "2024-03-12", "09:30:00", (9 * 3600 + 30 * 60) * rate,
                            "A=PCM,F=44100,W=24,M=stereo,T=simulated")
        files.wav(self.folder / "intervju_stereo.wav", files.pcm24(mix), rate, 2, 24, before=header,
                  after=b"".join(files.cues(markers)))
        truth.write_text_draft(self.drafts / "intervju_stereo.txt", interview)

    def dialect_interview(self):
        """One recorder on a kitchen table, nearer the participant. RT60 0.5 s, mains hum, three knocks. 16 kHz FLAC."""
        rate = 16000
        interview, rng, sounds, turns, length = self.start("intervju_dialekt", rate)
        size, recorder = (5.0, 3.8, 2.5), (2.2, 1.8, 0.8)
        seats = {"I": (1.2, 1.2, 1.2), "P": (2.6, 2.2, 1.2)}
        mix, delays = np.zeros(length), {}
        for who in sounds:
            response, delay = room.impulse_response(size, seats[who], recorder, 0.5, rate, rng)
            delays[who] = delay
            moves = 10 ** (1.5 * np.sin(2 * np.pi * np.arange(length) / (37 * rate)) / 20)
            mix += room.convolve(sounds[who] * (moves if who == "P" else 1), response / response[delay])
        mix += room.room_noise(length, rate, -66, rng) + room.hum(length, rate, -66)
        turns = [t.moved(delays[t.turn.who]) for t in turns]
        noises = self.knock(mix, rate, (23.4, 71.0, 118.7), -16, rng)
        self.finish(interview, turns, length, rate, noises)
        files.flac(self.folder / "intervju_dialekt.flac", mix, rate)
        truth.write_text_draft(self.drafts / "intervju_dialekt.txt", interview)

    def focus_group(self):
        """A pair of microphones 0.2 m apart at the end of a table with five seats. RT60 0.45 s, capsules to 10 kHz. FLAC."""
        rate = 48000
        interview, rng, sounds, turns, length = self.start("fokusgruppe", rate)
        size, pair = (6.2, 4.6, 2.6), ((2.9, 2.2, 0.9), (3.1, 2.2, 0.9))
        mix, delays = np.zeros((length, 2)), {}
        for who in sounds:
            seat = interview.speakers[who].seat
            # The pair's capsules point 55 degrees to the left and right: a cardioid's share of each seat.
            bearing = np.arctan2(seat[0] - 3.0, abs(seat[1] - 2.2) + 0.3)
            delays[who] = []
            for channel, microphone in enumerate(pair):
                response, delay = room.impulse_response(size, seat, microphone, 0.45, rate, rng)
                aim = np.radians(-55 if channel == 0 else 55)
                response *= (0.5 + 0.5 * np.cos(bearing - aim)) * 1.2
                mix[:, channel] += room.convolve(sounds[who], response)
                delays[who].append(delay)
        for channel in range(2):
            mix[:, channel] += room.room_noise(length, rate, -72, rng)
            mix[:, channel] = room.shape(mix[:, channel], rate, room.band(40, 10000, 6))
        turns = [t.moved(min(delays[t.turn.who])) for t in turns]
        noises = self.knock(mix, rate, (19.0, 44.5), -18, rng)
        self.finish(interview, turns, length, rate, noises)
        files.flac(self.folder / "fokusgruppe.flac", mix, rate)
        files.docx(self.drafts / "fokusgruppe.docx", truth.docx_paragraphs(interview))

    def telephone_interview(self):
        """Both ends of a telephone line, 300 to 3,400 Hz, line noise and 50 Hz harmonics. 8 kHz, µ-law."""
        rate = 8000
        interview, rng, sounds, turns, length = self.start("telefonintervju", rate)
        mix = room.shape(sum(sounds.values()), rate, room.band(300, 3400))
        noise = room.shape(rng.standard_normal(length), rate, room.band(300, 3400, 2))
        mix += noise * 10 ** (-52 / 20) / np.std(noise) + room.hum(length, rate, -58, (0.2, 0.3, 1.0, 0.4, 0.6))
        self.finish(interview, turns, length, rate)
        files.wav(self.folder / "telefonintervju.wav", files.mulaw(mix), rate, 1, 8, tag=7)
        truth.write_vtt_draft(self.drafts / "telefonintervju.vtt", interview, turns, rate)

    def split_recording(self):
        """A small meeting room, RT60 0.4 s. The recorder began a new file in the middle of a word. 16 kHz, 16-bit BWF."""
        rate = 16000
        interview, rng, sounds, turns, length = self.start("R09_0001", rate)
        size, recorder = (3.6, 3.0, 2.4), (1.8, 1.4, 0.8)
        seats = {"I": (0.9, 1.0, 1.2), "P": (2.3, 1.9, 1.2)}
        mix, delays = np.zeros(length), {}
        for who in sounds:
            response, delay = room.impulse_response(size, seats[who], recorder, 0.4, rate, rng)
            delays[who] = delay
            mix += room.convolve(sounds[who], response / response[delay])
        mix += room.room_noise(length, rate, -65, rng) + room.hum(length, rate, -72)
        turns = [t.moved(delays[t.turn.who]) for t in turns]
        noises = self.knock(mix, rate, (12.0,), -18, rng)
        self.finish(interview, turns, length, rate, noises)
        longest = max((t for t in turns if t.start < 0.7 * length), key=lambda t: t.end - t.start)
        middle = (longest.start + longest.end) // 2
        word = min((w for w in longest.words if len(w.text) >= 6), key=lambda w: abs(w.start - middle))
        cut = (word.start + word.end) // 2
        begin = 13 * 3600 + 5 * 60 + 20
        for number, (first, last) in enumerate(((0, cut), (cut, length)), 1):
            second = begin + first // rate
            clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            header = files.bext(f"Interview R09, part {number} of 2", ORIGINATOR, f"NOORDRETTSAMPLER09{number}",
                                "2024-04-18", clock, begin * rate + first, "A=PCM,F=16000,W=16,M=mono,T=simulated")
            files.wav(self.folder / f"R09_{number:04}.wav", files.pcm16(mix[first:last]), rate, 1, 16, before=header)
        truth.write_text_draft(self.drafts / "R09_0001.txt", interview)

    @staticmethod
    def knock(mix, rate, times, level, rng):
        """Adds knocks at `times`, in seconds. Returns their samples."""
        places = []
        for time in times:
            sound, at = room.knock(rate, level, rng), int(time * rate)
            mix[at:at + len(sound)] += sound if mix.ndim == 1 else sound[:, None]
            places.append((at, at + len(sound)))
        return places

    def make(self):
        self.stereo_interview()
        self.dialect_interview()
        self.focus_group()
        self.telephone_interview()
        self.split_recording()
        truth.write_identifiers(self.facts / "identifiers.json", self.interviews)


if __name__ == "__main__":
    Maker(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "SampleAudio").make()
