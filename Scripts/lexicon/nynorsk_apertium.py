"""What Apertium (Debian's apertium-nno-nob) proposes for each word of tokenised Nynorsk sentences.

Each word carries a word-bound blank with its number through the translation, as ApertiumStream.swift does it.
"""
import re
import subprocess

PLAIN = re.compile(r"[\w'’-]+|[.,:;!?]")
PIECE = re.compile(r"\[\[t:w:(\d+)\]\](.*?)\[\[/\]\]")


def proposals(sentences):
    """For each sentence a list with the proposal of each word in lower case, or None where there is none."""
    text = "".join(
        " ".join(f"[[t:w:{i}]]{w if PLAIN.fullmatch(w) and '_' not in w else '–'}[[/]]" for i, w in enumerate(words))
        + " .[][\n]" for words in sentences)
    done = subprocess.run(["apertium", "-f", "none", "nno-nob"], input=text, capture_output=True, text=True, check=True)
    lines = done.stdout.split("[][\n]")
    if len(lines) != len(sentences) + 1:
        raise SystemExit("Apertium gave another number of sentences back")
    result = []
    for words, line in zip(sentences, lines):
        found, end, last = [None] * len(words), -1, -1
        for piece in PIECE.finditer(line):
            i = int(piece.group(1))
            if found[i] is None:
                found[i] = piece.group(2)
            else:
                found[i] += ("" if last == i and end == piece.start() else " ") + piece.group(2)
            end, last = piece.end(), i
        result.append([p.lower() if p and p[0] not in "*#@" else None for p in found])
    return result
