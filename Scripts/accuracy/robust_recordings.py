"""Hour-long recordings with exact word times, and the drafts that somebody might have typed of them.

A recording is a list of turns; a turn is a list of (start s, end s, word as typed). Everything comes from a seed.
"""
import glob, gzip, os, re, sys
from dataclasses import dataclass, field
import numpy as np
import soundfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'samples'))
RATE = 16000


@dataclass
class Recording:
    name: str
    language: str
    path: str
    turns: list = field(default_factory=list)  # [[(start, end, typed)]]

    @property
    def words(self): return [w for t in self.turns for w in t]


def resampled(sound, factor):
    """The sound played `factor` times as fast: another size of person, too."""
    from espeak import resample
    return resample(sound, RATE, RATE / factor)


class Tape:
    """Puts utterances one after the other, each in its own room at its own level, with noise under all."""

    def __init__(self, rng, minutes, noise):
        import room
        self.room, self.rng, self.noise, self.limit = room, rng, noise, int(minutes * 60 * RATE)
        self.parts, self.length = [np.zeros(RATE)], RATE
        self.responses = []
        for seat in ((1.2, 1.5, 1.2), (2.9, 2.1, 1.2), (2.2, 2.9, 1.3)):
            response, delay = room.impulse_response((4.2, 3.4, 2.5), seat, (2.0, 1.8, 0.8), 0.3, RATE, rng)
            self.responses.append((response / np.sqrt(np.sum(response ** 2)), delay))

    @property
    def full(self): return self.length >= self.limit

    def add(self, sound, words, who, wet=True):
        """`words`: (start s, end s, typed) inside `sound`. Returns them on the tape's time line."""
        delay = 0
        if wet:
            response, delay = self.responses[who % len(self.responses)]
            sound = self.room.convolve(np.concatenate([sound, np.zeros(RATE // 5)]), response)
        level = 10 ** (self.rng.uniform(-30, -20) / 20)
        sound = sound * (level / max(np.sqrt(np.mean(sound ** 2)), 1e-6))
        origin = (self.length + delay) / RATE
        gap = np.zeros(int(RATE * self.rng.choice([0.1, 0.3, 0.6, 1.0, 2.5], p=[.2, .3, .25, .2, .05])))
        self.parts += [sound, gap]
        self.length += len(sound) + len(gap)
        return [(origin + a, origin + b, t) for a, b, t in words]

    def write(self, path):
        sound = np.concatenate(self.parts)
        step = RATE * 60
        for i in range(0, len(sound), step):
            part = sound[i:i + step]
            part += self.room.room_noise(len(part), RATE, self.noise, self.rng)
        soundfile.write(path, np.clip(sound, -1, 1), RATE, subtype='PCM_16')


def english(data, path, minutes=60, seed=1):
    """The read utterances of `data`/vad again and again: shuffled, three sizes of voice, other tempo, room and level."""
    rng = np.random.default_rng(seed)
    utterances = []
    for file in sorted(glob.glob(f'{data}/vad/*.flac')):
        words = [line.rstrip('\n').split('\t') for line in open(file[:-5] + '.words.tsv')]
        words = [(float(w[0]), float(w[1]), w[3].lower()) for w in words if len(w) >= 4 and w[3] not in ('', '<sil>')]
        if words: utterances.append((soundfile.read(file)[0], words))
    tape, result = Tape(rng, minutes, -55), Recording('english', 'en-us', path)
    while not tape.full:
        for index in rng.permutation(len(utterances)):
            sound, words = utterances[index]
            who = int(rng.integers(3))
            factor = (1.0, 0.9, 1.12)[who] * rng.uniform(0.97, 1.03)
            moved = [(a / factor, b / factor, t) for a, b, t in words]
            result.turns.append(tape.add(resampled(sound, factor), moved, who))
            if tape.full: break
    tape.write(path)
    return result


# What is typed, and what is said.
SPOKEN_OUT = [
    (('50', '%'), ('femti', 'prosent')), (('bl.a.',), ('blant', 'annet')), (('06.12.06',), ('sjette', 'tolvte', 'null', 'seks')),
    (('kl.', '14.30'), ('klokka', 'fjorten', 'tretti')), (('1,5',), ('en', 'komma', 'fem')), (('2013',), ('tjue', 'tretten')),
    (('ca.', '300'), ('cirka', 'tre', 'hundre')), (('f.eks.',), ('for', 'eksempel')), (('25.', 'mai'), ('tjuefemte', 'mai')),
    (('12', '000', 'kr'), ('tolv', 'tusen', 'kroner')), (('osv.',), ('og', 'så', 'videre')), (('2006',), ('to', 'tusen', 'og', 'seks')),
    (('1990-tallet',), ('nittennittitallet',)), (('75',), ('syttifem',)), (('3', '1/2'), ('tre', 'og', 'en', 'halv')),
]
NUMBER = '\x01'  # marks words that belong to a number or a short form


def norwegian(data, path, minutes=60, seed=2):
    """Sentences of `data`/ner said by four espeak-ng voices, one in eight with a number or a short form spoken out."""
    from espeak import Synthesizer, Voice, Word, RATE as VOICE_RATE, resample
    rng = np.random.default_rng(seed)
    sentences, current = [], []
    for line in gzip.open(f'{data}/ner/nob-train.tsv.gz', 'rt', encoding='utf-8'):
        if line.strip():
            current.append(line.split('\t')[0])
        else:
            words = [w for w in current if re.fullmatch(r'[A-Za-zÆØÅæøåé]{1,20}', w)]
            if 6 <= len(words) <= 22 and len(words) >= len(current) - 3: sentences.append(words)
            current = []
    rng.shuffle(sentences)
    voices = [Voice('nb+m3', 165, 40), Voice('nb+f2', 185, 60), Voice('nb+m1', 205, 35, warp=1.06), Voice('nb+f4', 150, 55, warp=0.95)]
    synthesizer = Synthesizer()
    tape, result = Tape(rng, minutes, -50), Recording('norwegian', 'nb', path)
    who, left, turn = 0, 0, []
    for sentence in sentences:
        if tape.full: break
        typed, said, groups = list(sentence), list(sentence), None
        if rng.random() < 0.125:
            written, spoken = SPOKEN_OUT[int(rng.integers(len(SPOKEN_OUT)))]
            at = int(rng.integers(1, len(sentence)))
            said = sentence[:at] + list(spoken) + sentence[at:]
            groups = (at, written, spoken)
        try: sound, times = synthesizer.speak([Word(w) for w in said], voices[who])
        except RuntimeError: continue
        warp = voices[who].warp
        sound = resample(sound, VOICE_RATE, RATE / warp)
        times = [(a / VOICE_RATE / warp, b / VOICE_RATE / warp) for a, b in times]
        words = [(a, b, w) for (a, b), w in zip(times, said)]
        if groups:
            at, written, spoken = groups
            start, end = times[at][0], times[at + len(spoken) - 1][1]
            # Tokens of a group: the first starts where the group does; only its start and the last end are known.
            middle = [(start if i == 0 else None, end if i == len(written) - 1 else None, NUMBER + w) for i, w in enumerate(written)]
            words = words[:at] + middle + words[at + len(spoken):]
        if left == 0:
            if turn: result.turns.append(turn)
            who, left, turn = int(rng.integers(len(voices))), int(rng.integers(1, 7)), []
        left -= 1
        known = [(a or 0, b or 0, w) for a, b, w in words]
        moved = tape.add(sound, known, who)
        turn += [(m[0] if w[0] is not None else None, m[1] if w[1] is not None else None, w[2]) for m, w in zip(moved, words)]
    if turn: result.turns.append(turn)
    tape.write(path)
    return result


def conversation(data, path):
    """Ten minutes of real talk on a telephone, two speakers."""
    result, last = Recording('gecko', 'en-us', f'{data}/diarisation/gecko_demo.flac'), None
    for line in open(f'{data}/diarisation/gecko_demo.words.tsv'):
        start, end, who, word = line.rstrip('\n').split('\t')[:4]
        word = word.strip('.,?!')
        if not word or ' ' in word: continue
        if who != last: result.turns.append([])
        last = who
        result.turns[-1].append((float(start), float(end), word))
    return result


def samples(folder, work):
    """The sample recordings, their words turn by turn as the drafts have them."""
    for name, parts in (('intervju_stereo', ['intervju_stereo.wav']), ('intervju_dialekt', ['intervju_dialekt.flac']),
                        ('fokusgruppe', ['fokusgruppe.flac']), ('telefonintervju', ['telefonintervju.wav']),
                        ('R09_0001', ['R09_0001.wav', 'R09_0002.wav'])):
        path = os.path.join(folder, parts[0])
        if len(parts) > 1:
            sounds = [soundfile.read(os.path.join(folder, part)) for part in parts]
            path = os.path.join(work, name + '.wav')
            soundfile.write(path, np.concatenate([sound for sound, _ in sounds]), sounds[0][1])
        result = Recording(name, 'nb', path)
        rows = [line.rstrip('\n').split('\t') for line in open(f'{folder}/fasit/{name}.words.tsv', encoding='utf-8')]
        spans = [line.split() for line in open(f'{folder}/fasit/{name}.rttm', encoding='utf-8')]
        for start, length, who in sorted((float(f[3]), float(f[4]), f[7]) for f in spans):
            turn = [(float(a), float(b), text) for a, b, speaker, text, *_ in rows
                    if speaker == who and start - 1e-5 <= float(a) and float(b) <= start + length + 1e-5]
            if turn: result.turns.append(sorted(turn))
        yield result


@dataclass
class Draft:
    """Tokens as typed, each with its truth: index of the word said, or None for one that was not said."""
    lines: list       # [[(token, truth index or None, kind)]]

    def write(self, path):
        with open(path, 'w', encoding='utf-8') as out:
            for line in self.lines:
                if line: out.write(' '.join(token for token, *_ in line) + '\n\n')

    @property
    def tokens(self): return [t for line in self.lines for t in line]


def corrupted(recording, seed, deleted=0.1, inserted=0.05, replaced=0.05, blocks=0):
    """Leaves out, adds and replaces words at random; `blocks` of each: a summary, a heading not said, two turns swapped."""
    rng = np.random.default_rng(seed)
    vocabulary = [w[2] for w in recording.words if not w[2].startswith(NUMBER)]
    pick = lambda: vocabulary[int(rng.integers(len(vocabulary)))]
    lines, number = [], 0
    for turn in recording.turns:
        line = []
        for word in turn:
            if rng.random() < inserted: line.append((pick(), None, 'inserted'))
            chance = rng.random()
            kind = 'number' if word[2].startswith(NUMBER) else 'kept'
            if kind == 'kept' and chance < deleted: pass
            elif kind == 'kept' and chance < deleted + replaced:
                other = pick()
                line.append((other, None, 'replaced') if other != word[2] else (other, number, 'kept'))
            else: line.append((word[2].lstrip(NUMBER), number, kind))
            number += 1
        lines.append(line)
    for _ in range(blocks):
        # A stretch of 8 to 30 words that nobody typed.
        at = int(rng.integers(len(lines)))
        want = int(rng.integers(8, 31))
        while want > 0 and at < len(lines):
            cut = min(want, len(lines[at]))
            lines[at] = lines[at][cut:]
            want -= cut
            at += 1
        # A heading or a comment of 3 to 8 words that nobody said.
        lines.insert(int(rng.integers(len(lines))), [(pick(), None, 'heading') for _ in range(int(rng.integers(3, 9)))])
        # Two neighbouring turns the wrong way round: the shorter one cannot be found in place.
        at = int(rng.integers(len(lines) - 1))
        if all(k != 'heading' for l in lines[at:at + 2] for _, _, k in l):
            mark = lambda l: [(t, n, k if n is None else 'swapped') for t, n, k in l]
            lines[at:at + 2] = [mark(lines[at + 1]), mark(lines[at])]
    return Draft(lines)
