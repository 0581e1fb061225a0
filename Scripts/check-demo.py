#!/usr/bin/env python3
"""Looks through what `make demo` made: no true name, place or number of the samples outside fortrolig/, and nothing open to
others. usage: check-demo.py DEMO-FOLDER
"""
import json, os, re, stat, sys, zipfile

root = sys.argv[1]
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
truth = json.load(open(os.path.join(here, 'SampleAudio/fasit/identifiers.json'), encoding='utf-8'))['mustNotAppear']
patterns = [(value, re.compile(r'(?<!\w)' + re.escape(value) + r'(?!\w)')) for value in truth]


def texts(path):
    """The text of a file, without markup that stands between letters of one word."""
    if path.endswith(('.docx', '.odt')):
        archive = zipfile.ZipFile(path)
        for name in archive.namelist():
            raw = archive.read(name).decode('utf-8', 'replace')
            yield raw
            yield re.sub(r'<[^>]+>', '', raw)
    else:
        raw = open(path, 'rb').read().decode('utf-8', 'replace')
        yield raw
        yield re.sub(r'<[^>]+>', '', raw)


def hits(path): return sorted({value for text in texts(path) for value, pattern in patterns if pattern.search(text)})


leaks, open_files, shared, control = [], [], 0, 0
for folder, _, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        if stat.S_IMODE(os.stat(path).st_mode) & 0o077: open_files.append(path)
        if 'fortrolig' in path.split(os.sep):
            if name.endswith('.docx'): control += len(hits(path))
        else:
            shared += 1
            found = hits(path)
            if found: leaks.append((path, len(found)))
print(f'{shared} files outside fortrolig/, {len(truth)} true identifiers: {len(leaks)} files with leaks; raw documents hold {control}')
if leaks or open_files or not shared or not control: sys.exit(f'leaks {leaks}\nopen to others {open_files}')
