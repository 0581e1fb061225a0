"""Bokmål of the Nynorsk word forms that Bokmål lacks, each by itself, from Apertium's dictionaries (GPL-2.0-or-later).

Kept as the form's hash and what to do at its end: how many letters to take off and what to put there instead.
"""
import os.path
import struct
import nynorsk_apertium
from common import StringTable, hash_text


def pairs(forms, nynorsk_bit, bokmal_bit):
    """(form, Bokmål) for each form of Nynorsk alone whose translation is one form of Bokmål."""
    wanted = sorted(w for w, bits in forms.items() if bits & nynorsk_bit and not bits & bokmal_bit and w.isalpha())
    found = nynorsk_apertium.proposals([[w] for w in wanted])
    return [(w, p) for w, (p,) in zip(wanted, found) if p and p != w and p.isalpha() and forms.get(p, 0) & bokmal_bit]


def sections(found):
    """The sections lexkeys (sorted upper halves of the hashes), lexends (number of the ending) and endings."""
    entries = {}
    for word, bokmal in found:
        shared = len(os.path.commonprefix([word, bokmal]))
        # A clash of hashes leaves the first in order.
        entries.setdefault(hash_text(word) >> 32, f"{chr(48 + len(word) - shared)}{bokmal[shared:]}")
    endings = StringTable(entries.values())
    keys = sorted(entries)
    print(f"{len(keys)} forms of the dictionaries, {len(endings.strings)} endings")
    return [
        ("lexkeys", struct.pack(f"<{len(keys)}I", *keys)),
        ("lexends", struct.pack(f"<{len(keys)}I", *(endings.ids[entries[k]] for k in keys))), ("endings", endings.encoded()),
    ]
