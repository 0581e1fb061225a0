#!/usr/bin/env python3
"""Looks through what `make demo` made: no true name, place or number of the samples outside fortrolig/, and nothing open to
others; and every file for sharing is on a signed manifest. usage: check-demo.py DEMO-FOLDER
"""
import hashlib, json, os, re, stat, sys, unicodedata, zipfile

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


# What the program keeps for itself: everything but the anonymised files and those of fortrolig/ that are there to be read. No name
# in the bytes, in any common encoding and any case, nor in the files' own names. Numbers and short words come up by chance in sealed
# bytes, so names of seven letters and more are searched for.
named = sorted({value.lower() for value in truth if len(value) >= 7 and re.search('[a-zæøå]{5}', value.lower())})


def plain_names(path):
    data = open(path, 'rb').read()
    texts = [data.decode('utf-8', 'replace')]
    for order in ('utf-16-le', 'utf-16-be'):
        for start in (0, 1): texts.append(data[start:].decode(order, 'replace'))
    texts.append(os.path.relpath(path, root))
    texts = [unicodedata.normalize('NFC', text).lower() for text in texts]
    return sorted({value for value in named if any(value in text for text in texts)})


def is_for_people(path):
    parts = os.path.relpath(path, root).split(os.sep)
    return 'deling' in parts or ('fortrolig' in parts and '.fortrolig.' in parts[-1])


keys = os.environ.get('ORDRETT_KEYS') or os.path.join(
    os.environ.get('XDG_DATA_HOME') or os.path.expanduser('~/.local/share'), 'ordrett/nokler')
kept, told, cards = 0, [], set()
for folder, _, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        if name == '.studie.json': cards.add(json.load(open(path))['id'])
        if is_for_people(path) or name.startswith('koding.sqlite'): continue
        kept += 1
        if plain_names(path): told.append(path)
for card in cards:
    for folder, _, names in os.walk(os.path.join(keys, card)):
        for name in names:
            kept += 1
            if plain_names(os.path.join(folder, name)): told.append(os.path.join(folder, name))
drafts = os.path.join(here, 'SampleAudio/utkast')
found = sum(bool(plain_names(os.path.join(drafts, name))) for name in os.listdir(drafts) if name.endswith('.txt'))
print(f'{kept} files of the program\'s own, {len(named)} names, {len(cards)} studies: {len(told)} files tell; the search finds names in {found} drafts')
if told or not kept or not cards or not found: sys.exit(f'names in {told}')

leaks, open_files, shared, control = [], [], 0, 0
for folder, _, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        if stat.S_IMODE(os.stat(path).st_mode) & 0o077: open_files.append(path)
        if 'fortrolig' in path.split(os.sep):
            if name.endswith('.fortrolig.docx'): control += len(hits(path))
        else:
            shared += 1
            found = hits(path)
            if found: leaks.append((path, len(found)))
print(f'{shared} files outside fortrolig/, {len(truth)} true identifiers: {len(leaks)} files with leaks; raw documents hold {control}')

# By a reading of the manifests of its own: each file beside a manifest is listed there with its digest, and each listed file is there.
unsigned, manifests = [], 0
for folder, _, names in os.walk(root):
    if os.path.basename(folder) != 'deling': continue
    listed = {}
    for name in names:
        if not name.endswith('.signert.json'): continue
        manifests += 1
        manifest = json.load(open(os.path.join(folder, name), encoding='utf-8'))
        for file in manifest['files']: listed[file['name']] = file['sha256']
    for name in names:
        if name.endswith('.signert.json'): continue
        digest = hashlib.sha256(open(os.path.join(folder, name), 'rb').read()).hexdigest()
        if listed.pop(name, None) != digest: unsigned.append(os.path.join(folder, name))
    unsigned += [os.path.join(folder, name) for name in listed]
print(f'{manifests} signed manifests, {len(unsigned)} files not as signed')
if unsigned or not manifests: sys.exit(f'not as signed {unsigned}')
if leaks or open_files or not shared or not control: sys.exit(f'leaks {leaks}\nopen to others {open_files}')
