"""Compiles wordforms.bin: which forms are ordinary words, with parts of speech, from Norsk ordbank and Apertium.

usage: word_forms.py DATA OUT    (DATA: the folder with lexicon/)

A hashed set: the top 16 bits of a form's hash pick a bucket, the next 24 are kept, with 8 bits of attributes, sorted.
About one string in 700,000 that is no form is taken for one.
"""
import struct
import sys
from common import hash_text, lines, write_sections

NOUN, VERB, ADJECTIVE, ADVERB, OTHER, NAME, BOKMAL, NYNORSK = (1 << i for i in range(8))
POS = {"noun": NOUN, "verb": VERB, "adj": ADJECTIVE, "adv": ADVERB}
# Forms that only Nynorsk has serve to tell the varieties apart; long compounds add bytes and decide nothing.
LONGEST_NYNORSK = 10


def plain(form):
    return form and not form.endswith("-") and not any(c in form for c in " .–'0123456789") and form[0] != "-"


def collect(data):
    folder = data + "/lexicon/"
    forms = {}

    def add(form, bits):
        forms[form] = forms.get(form, 0) | bits

    for line in lines(folder + "ordbank-bokmaal.tsv.gz"):
        form, pos, _ = line.split("\t")
        if plain(form):
            # A capitalised entry is a name or an abbreviation.
            add(form.lower(), NAME if form[0].isupper() else POS[pos] | BOKMAL)
    for form in lines(folder + "apertium-nob-forms.txt.gz"):
        if plain(form):
            add(form.lower(), NAME if form[0].isupper() else BOKMAL)
    for form in lines(folder + "apertium-nno-forms.txt.gz"):
        if plain(form) and not form[0].isupper():
            if len(form) <= LONGEST_NYNORSK or forms.get(form, 0) & BOKMAL:
                add(form, NYNORSK)
    for variety in ("nob", "nno"):
        for line in lines(folder + f"apertium-{variety}-names.tsv.gz"):
            form = line.split("\t")[0]
            for part in form.split(" "):
                if plain(part) and part[0].isupper():
                    add(part.lower(), NAME)
    for form, bits in forms.items():
        if bits & BOKMAL and not bits & (NOUN | VERB | ADJECTIVE | ADVERB):
            forms[form] = bits | OTHER
    return forms


def write(forms, path):
    entries = sorted((hash_text(form) >> 24, bits) for form, bits in forms.items())
    merged = {}
    for key, bits in entries:
        merged[key] = merged.get(key, 0) | bits
    starts, body, bucket = [], [], 0
    for index, key in enumerate(sorted(merged)):
        while bucket <= key >> 24:
            starts.append(index)
            bucket += 1
        body.append((key & 0xFFFFFF) << 8 | merged[key])
    while len(starts) < 65537:
        starts.append(len(body))
    write_sections(path, [
        ("starts", struct.pack(f"<{len(starts)}I", *starts)),
        ("entries", struct.pack(f"<{len(body)}I", *body)),
    ])
    return len(body)


if __name__ == "__main__":
    count = write(collect(sys.argv[1]), sys.argv[2])
    print(f"{count} forms")
