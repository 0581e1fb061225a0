"""Writers of the sound files and of the drafts, byte for byte the same on every run."""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

import numpy as np
import soundfile


def pcm16(signal):
    return np.clip(np.round(signal * 32767), -32768, 32767).astype("<i2").tobytes()


def pcm24(signal):
    values = np.clip(np.round(signal * 8388607), -8388608, 8388607).astype("<i4")
    return np.ascontiguousarray(values).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def mulaw(signal):
    """ITU-T G.711 µ-law of the signal at 14 bits."""
    value = np.clip(np.round(signal * 32767), -32635, 32635).astype(np.int32)
    sign = np.where(value < 0, 0x80, 0)
    magnitude = np.abs(value) + 132
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def _chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + (b"\0" if len(data) % 2 else b"")


def bext(description, originator, reference, date, time, time_reference, history):
    """The broadcast extension, version 1 (EBU Tech 3285): `time_reference` counts samples since midnight."""
    def text(value, size):
        return value.encode("ascii").ljust(size, b"\0")[:size]
    data = text(description, 256) + text(originator, 32) + text(reference, 32) + text(date, 10) + text(time, 8)
    data += struct.pack("<QH", time_reference, 1) + bytes(64) + bytes(190) + history.encode("ascii") + b"\r\n"
    return _chunk(b"bext", data)


def cues(markers):
    """`markers`: (sample, label). A cue chunk and its labels, in UTF-8."""
    points = b"".join(struct.pack("<II4sIII", i + 1, at, b"data", 0, 0, at) for i, (at, _) in enumerate(markers))
    labels = b"".join(_chunk(b"labl", struct.pack("<I", i + 1) + label.encode() + b"\0")
                      for i, (_, label) in enumerate(markers))
    return _chunk(b"cue ", struct.pack("<I", len(markers)) + points), _chunk(b"LIST", b"adtl" + labels)


def wav(path, data, rate, channels, bits, tag=1, before=b"", after=b""):
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * frame, frame, bits)
    chunks = before
    if tag == 1:
        chunks += _chunk(b"fmt ", form)
    else:
        chunks += _chunk(b"fmt ", form + b"\0\0") + _chunk(b"fact", struct.pack("<I", len(data) // frame))
    chunks += _chunk(b"data", data) + after
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)


def flac(path, signal, rate):
    stored = io.BytesIO()
    values = np.clip(np.round(signal * 32767), -32768, 32767).astype(np.int16)
    soundfile.write(stored, values, rate, format="FLAC", subtype="PCM_16", compression_level=1.0)
    path.write_bytes(stored.getvalue())


def docx(path, paragraphs):
    """The least that Word opens: each paragraph is (bold label, text)."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    body = "".join(
        f'<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{escape(label)}</w:t></w:r>'
        f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for label, text in paragraphs)
    parts = [
        ("[Content_Types].xml",
         f'<Types xmlns="{package}/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
         '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'),
        ("_rels/.rels",
         f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}" '
         'Target="word/document.xml"/></Relationships>'),
        ("word/document.xml",
         f'<w:document xmlns:w="{word}"><w:body>{body}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
         '</w:body></w:document>'),
    ]
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        for name, text in parts:
            entry = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (head + text).encode())
    path.write_bytes(stored.getvalue())
