"""Readers, hashing and table writers shared by the scripts that compile the Bokmål lexicon. Standard library only."""
import gzip
import struct

MASK = (1 << 64) - 1


def fmix(value):
    """The 64-bit finalizer of MurmurHash3 (Appleby, public domain): every input bit moves every output bit."""
    value ^= value >> 33
    value = value * 0xFF51AFD7ED558CCD & MASK
    value ^= value >> 33
    value = value * 0xC4CEB9FE1A85EC53 & MASK
    return value ^ (value >> 33)


def hash_text(text):
    """FNV-1a over the UTF-8 bytes, then `fmix`: the hash that LexiconHash.swift computes."""
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8"):
        value = (value ^ byte) * 0x100000001B3 & MASK
    return fmix(value)


def hash_feature(template, first, second=0, third=0):
    """The hash of one context feature: template number and up to three word ids."""
    value = fmix((template << 56 ^ first << 32 ^ second) + 0x9E3779B97F4A7C15 & MASK)
    return fmix(value ^ third) if third else value


def lines(path):
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            yield line.rstrip("\n")


def utterances(path):
    """Lists of (dialect, bokmål) from a one-word-a-line file."""
    result, current = [], []
    for line in lines(path):
        if line:
            dialect, bokmal = line.split("\t")[:2]
            current.append((dialect, bokmal))
        elif current:
            result.append(current)
            current = []
    if current:
        result.append(current)
    return result


class StringTable:
    """Distinct strings sorted by UTF-8 bytes: count, offsets (count + 1), bytes; ids are ranks, from 0."""

    def __init__(self, strings):
        self.strings = sorted(set(strings), key=lambda s: s.encode("utf-8"))
        self.ids = {s: i for i, s in enumerate(self.strings)}

    def encoded(self):
        body, offsets = bytearray(), [0]
        for string in self.strings:
            body += string.encode("utf-8")
            offsets.append(len(body))
        while len(body) % 4:
            body.append(0)
        return struct.pack(f"<I{len(offsets)}I", len(self.strings), *offsets) + bytes(body)


def write_sections(path, sections):
    """A file of named 4-byte aligned sections: magic, count, (8-byte name, offset, length) each, then the bodies."""
    header = 8 + 16 * len(sections)
    table, body = bytearray(), bytearray()
    for name, content in sections:
        while len(content) % 4:
            content = content + b"\0"
        table += struct.pack("<8sII", name.encode("ascii").ljust(8, b"\0"), header + len(body), len(content))
        body += content
    with open(path, "wb") as handle:
        handle.write(struct.pack("<4sI", b"OLX1", len(sections)) + bytes(table) + bytes(body))


def feature_table(weights, slot_bits, scale):
    """Open-addressed table of 32-bit slots: 20 bits of fingerprint (never 0), 12 bits of signed weight.

    weights maps a 64-bit feature hash to a float. The slot is given by the low bits, the fingerprint by the
    high ones; clashes go to the next slot. Returns the bytes.
    """
    size = 1 << slot_bits
    slots = [0] * size
    for key in sorted(weights):
        quantised = max(-2047, min(2047, round(weights[key] * scale)))
        if quantised == 0:
            continue
        fingerprint = (key >> 44) or 1
        slot = key & (size - 1)
        while slots[slot]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = fingerprint << 12 | (quantised & 0xFFF)
    return struct.pack(f"<{size}I", *slots)
