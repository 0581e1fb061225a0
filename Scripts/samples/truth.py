"""Writes what is true of a recording, and the draft that its transcriber would have typed."""

import json
import re

from script import DIRECT

SHORTEST_PAUSE = 0.25  # seconds
# Words inside a name that name nobody on their own.
_GENERIC = {"NAV", "DPS", "DPS-en", "Nedre", "Øvre"}
# Types whose words are everyday words: in NAME.identifiers.tsv, but no leak by themselves.
_EVERYDAY = {"number"}


def _seconds(samples, rate):
    return f"{samples / rate:.6f}"


def _write(path, lines):
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def silences(turns, length, rate):
    """Every stretch of at least `SHORTEST_PAUSE` in which nobody speaks or laughs: (start, end, turn or None, kind)."""
    found, heard = [], 0
    for start, end in sorted(s for t in turns for s in t.sounds) + [(length, length)]:
        if (start - heard) / rate >= SHORTEST_PAUSE:
            around = [t for t in turns if t.start < start and t.end > heard]
            if heard == 0 or start == length:
                found.append((heard, start, None, "edge"))
            elif around:
                found.append((heard, start, around[0], "inside"))
            else:
                found.append((heard, start, None, "between"))
        heard = max(heard, end)
    return found


def stretches(turn, rate):
    """The turn's sound, parted at its own silences of at least `SHORTEST_PAUSE`."""
    parts = []
    for start, end in turn.sounds:
        if parts and (start - parts[-1][1]) / rate < SHORTEST_PAUSE:
            parts[-1][1] = max(parts[-1][1], end)
        else:
            parts.append([start, end])
    return parts


def write_truth(folder, interview, turns, length, rate, noises=()):
    name = interview.name
    code = {t.turn.who: interview.speakers[t.turn.who].code for t in turns}
    ordered = sorted(turns, key=lambda t: t.start)

    def rttm(parts):
        return [f"SPEAKER {name} 1 {_seconds(a, rate)} {_seconds(b - a, rate)} <NA> <NA> {code[who]} <NA> <NA>"
                for a, b, who in sorted(parts)]
    _write(folder / f"{name}.rttm", rttm((t.start, t.end, t.turn.who) for t in ordered))
    _write(folder / f"{name}.speech.rttm",
           rttm((a, b, t.turn.who) for t in ordered for a, b in stretches(t, rate)))
    words = sorted((w.start, w.end, code[t.turn.who], w.text, int(w.emphasised)) for t in turns for w in t.words)
    _write(folder / f"{name}.words.tsv",
           (f"{_seconds(a, rate)}\t{_seconds(b, rate)}\t{who}\t{text}\t{e}" for a, b, who, text, e in words))
    _write(folder / f"{name}.pauses.tsv",
           (f"{_seconds(a, rate)}\t{_seconds(b, rate)}\t{code[t.turn.who] if t else '-'}\t{kind}"
            for a, b, t, kind in silences(turns, length, rate)))
    events = [(l.start, l.end, code[t.turn.who], "laughter") for t in turns for l in t.laughs]
    events += [(a, b, "-", "knock") for a, b in noises]
    _write(folder / f"{name}.events.tsv",
           (f"{_seconds(a, rate)}\t{_seconds(b, rate)}\t{who}\t{kind}" for a, b, who, kind in sorted(events)))
    _write(folder / f"{name}.identifiers.tsv",
           (f"{i}\t{text}\t{kind}\t{'direct' if kind in DIRECT else 'quasi'}"
            for i, turn in enumerate(interview.draft_turns, 1) for text, kind in turn.identifiers))
    _write(folder / f"{name}.bokmal.txt", (turn.bokmal for turn in interview.draft_turns))


def write_text_draft(path, interview):
    lines = [f"{interview.speakers[t.who].label}: {t.draft}" for t in interview.draft_turns]
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def write_vtt_draft(path, interview, turns, rate):
    """Times as a person notes them: to the second."""
    def clock(seconds):
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
    cues = ["WEBVTT"]
    for t in turns:
        if t.turn.in_draft:
            start = int(t.start / rate + 0.5)
            end = max(start + 1, int(t.end / rate + 0.5))
            label = interview.speakers[t.turn.who].label
            cues.append(f"{clock(start)} --> {clock(end)}\n<v {label}>{t.turn.draft}")
    path.write_text("\n\n".join(cues) + "\n", encoding="utf-8")


def docx_paragraphs(interview):
    return [(f"{interview.speakers[t.who].label}: ", t.draft) for t in interview.draft_turns]


def leaks(text, kind):
    """The forms of an identifier that must not be found in an anonymised text."""
    if kind in _EVERYDAY:
        return set()
    if kind == "date" and text.isdigit():
        return set()  # a year alone: what policies make of fuller dates
    forms = {text}
    if kind in {"phone", "nationalId"} and any(c.isdigit() for c in text):
        forms.add(text.replace(" ", ""))
    elif kind == "email":
        forms |= set(re.split(r"[.@]", text.split("@")[0])) | {text.split("@")[0]}
    elif kind not in {"age", "date"}:
        forms |= {w for w in text.split() if w[0].isupper() and w not in _GENERIC}
    return forms


def write_identifiers(path, interviews):
    by_type, by_recording = {}, {}
    for interview in interviews:
        for turn in interview.turns:
            for text, kind in turn.identifiers:
                forms = leaks(text, kind)
                if forms:
                    by_type.setdefault(kind, set()).update(forms)
                    by_recording.setdefault(interview.name, set()).update(forms)
    value = {
        "mustNotAppear": sorted(set().union(*by_type.values())),
        "byType": {kind: sorted(forms) for kind, forms in sorted(by_type.items())},
        "byRecording": {name: sorted(forms) for name, forms in sorted(by_recording.items())},
    }
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
