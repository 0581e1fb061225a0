"""The written interviews: what is said, how the draft spells it, and what in it identifies somebody.

An interview is a JSON file with `seed`, `study`, `speakers` and `turns`. A turn has `who`, `say`, and may have
  gap      seconds after the turn before it ends (default 0.6; negative: overlaps it)
  into     seconds after the turn before it begins: a backchannel, which does not move what follows
  draft    false: the transcriber left it out
  bokmal   the turn in Bokmål, where `say` is dialect
and `say` is marked up so:
  *ord*              emphasised word
  [1.8]              silence of 1.8 s
  (ler), (ler litt)  laughter
  {14|fjorten}       the draft has “14”, the voice says “fjorten”; counts as one word
  <Tassen|pet>       an identifier and its type
  ord-               a cut-off word
"""

import json
import re
from dataclasses import dataclass, field

from espeak import Voice, Word

DIRECT = {"person", "phone", "email", "address", "nationalId"}
QUASI = {"pet", "place", "farm", "unit", "workplace", "organisation", "age", "date", "number"}
# Fillers that espeak-ng would spell letter by letter, in its phone alphabet.
FILLERS = {"eh": "[[e:]]", "mm": "[[m:m:]]"}

_IDENTIFIER = re.compile(r"<([^<>]*)\|(\w+)>")
_ITEM = re.compile(r"\[[\d.]+\]|\([^)]*\)|\*?\{[^}]*\}\S*|\S+")


@dataclass
class Speaker:
    label: str
    voice: Voice
    level: float  # dBFS, RMS of its unemphasised words in the file
    laugh: float  # Hz
    seat: tuple

    @property
    def code(self):
        """The label as RTTM can hold it."""
        return self.label.replace(" ", "_")


@dataclass
class Token:
    text: str  # as in the draft, without punctuation around it
    word: Word


@dataclass
class Turn:
    who: str
    gap: float
    into: float | None
    in_draft: bool
    draft: str
    bokmal: str
    identifiers: list  # (text, type)
    items: list = field(default_factory=list)  # list of Token (spoken in one go), float (silence), str (laughter)


@dataclass
class Interview:
    name: str
    seed: int
    speakers: dict
    turns: list

    @property
    def draft_turns(self):
        return [t for t in self.turns if t.in_draft]


def load(path):
    data = json.loads(path.read_text(encoding="utf-8"))
    speakers = {
        key: Speaker(s["label"], Voice(s["voice"], s["speed"], s["pitch"], s.get("range", 60), s["warp"]), s["level"],
                     s.get("laugh", 150), tuple(s.get("seat", ())))
        for key, s in data["speakers"].items()
    }
    return Interview(path.stem, data["seed"], speakers, [_turn(t) for t in data["turns"]])


def _turn(data):
    say = data["say"]
    identifiers = [(_plain(m[1]), m[2]) for m in _IDENTIFIER.finditer(say)]
    for _, kind in identifiers:
        if kind not in DIRECT | QUASI:
            raise ValueError(f"unknown type of identifier: {kind}")
    say = _IDENTIFIER.sub(r"\1", say)
    draft = _plain(say)
    turn = Turn(data["who"], data.get("gap", 0.6), data.get("into"), data.get("draft", True), draft,
                data.get("bokmal", draft), identifiers)
    chunk = []
    for item in _ITEM.findall(say):
        if item[0] in "[(":
            if chunk:
                turn.items.append(_continued(chunk))
                chunk = []
            turn.items.append(float(item[1:-1]) if item[0] == "[" else item)
        else:
            chunk.append(_token(item))
    if chunk:
        turn.items.append(chunk)
    return turn


def _plain(text):
    """What the draft has: no marks, no silences."""
    text = re.sub(r"\[[\d.]+\]", "", text)
    text = re.sub(r"\{([^|}]*)\|[^}]*\}", r"\1", text).replace("*", "")
    return re.sub(r"\s+", " ", text).strip()


def _token(item):
    emphasised = item.startswith("*")
    written = re.sub(r"\{([^|}]*)\|[^}]*\}", r"\1", item).replace("*", "")
    read = re.sub(r"\{[^|}]*\|([^}]*)\}", r"\1", item).replace("*", "").replace("…", ",")
    text = written.strip(".,?!…:;«»")
    body = read.rstrip(".,?!:;")
    punctuation = read[len(body):]
    body = FILLERS.get(body.lower(), body.rstrip("-"))
    return Token(text, Word(body + punctuation[:1], emphasised))


def _continued(chunk):
    """Speech that breaks off before a silence keeps the melody of an unfinished sentence."""
    last = chunk[-1]
    if last.word.spoken[-1] not in ".,?!":
        chunk[-1] = Token(last.text, Word(last.word.spoken + ",", last.word.emphasised))
    return chunk
