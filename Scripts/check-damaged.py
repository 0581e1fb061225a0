#!/usr/bin/env python3
"""Feeds 200 damaged recordings to `ordrett run` beside a good one: no crash, no hang, a message each, the good one done.

usage: check-damaged.py PATH-TO-ordrett [SEED]
Cut-off, flipped bytes, wrong header sizes, zero length, a text file named .wav, a folder, no permission.
"""
import json, os, random, shutil, subprocess, sys, tempfile

binary, seed = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
rng = random.Random(seed)
work = tempfile.mkdtemp(prefix='ordrett-damaged-')
folder = os.path.join(work, 'in')
os.mkdir(folder)
sources = {name: open(os.path.join(here, 'SampleAudio', name), 'rb').read()[:400_000]
           for name in ('R09_0001.wav', 'telefonintervju.wav', 'intervju_stereo.wav', 'fokusgruppe.flac')}


def put(index, kind, ending, data):
    with open(os.path.join(folder, f'd{index:03d}_{kind}{ending}'), 'wb') as f: f.write(data)


count = 0
for name, data in sources.items():
    ending = os.path.splitext(name)[1]
    for _ in range(14):
        put(count, 'cut', ending, data[:rng.randrange(1, len(data))]); count += 1
    for size in (1, 4, 11, 12, 20, 43):
        put(count, 'short', ending, data[:size]); count += 1
    for _ in range(14):
        bad = bytearray(data)
        for _ in range(rng.choice([1, 8, 400])): bad[rng.randrange(len(bad))] = rng.randrange(256)
        put(count, 'flipped', ending, bytes(bad)); count += 1
    for _ in range(10):
        bad = bytearray(data)
        for _ in range(rng.choice([1, 2, 4])): bad[rng.randrange(4, 60)] = rng.choice([0, 255, rng.randrange(256)])
        put(count, 'header', ending, bytes(bad)); count += 1
for text in ('dette er ikke lyd\n', '<html></html>', '%PDF-1.4', '\x00' * 5000, 'RIFF', 'fLaC'):
    put(count, 'text', '.wav', text.encode('latin-1')); count += 1
for ending in ('.wav', '.flac', '.mp3'):
    put(count, 'empty', ending, b''); count += 1
for ending in ('.m4a', '.ds2', '.amr', '.wma'):
    put(count, 'foreign', ending, os.urandom(3000)); count += 1
while count < 198:
    put(count, 'noise', rng.choice(['.wav', '.flac']), bytes(rng.randrange(256) for _ in range(rng.randrange(1, 4000)))); count += 1
os.mkdir(os.path.join(folder, f'd{count:03d}_folder.wav')); count += 1
locked = os.path.join(folder, f'd{count:03d}_locked.wav')
shutil.copy(os.path.join(here, 'SampleAudio', 'R09_0001.wav'), locked); os.chmod(locked, 0); count += 1
shutil.copy(os.path.join(here, 'SampleAudio', 'intervju_stereo.wav'), os.path.join(folder, 'good.wav'))

inputs = sorted(os.path.join(folder, name) for name in os.listdir(folder))
files = [p for p in inputs if os.path.isfile(p)]
done = subprocess.run([binary, 'run', 'intervju', *inputs, '--out', os.path.join(work, 'out'), '--json', '--until', 'vad', '--quiet'],
                      capture_output=True, text=True, timeout=900)
assert done.returncode in (0, 1), f'exit code {done.returncode}: {done.stderr[-2000:]}'
report = json.loads(done.stdout)
rows = {row['id']: row for row in report['recordings']}
failed = [row for row in rows.values() if row['outcome'].startswith('failed')]
assert rows['good']['outcome'] == 'done', rows['good']
crashed, silent, unclear = [], [], []
for path in files:
    one = subprocess.run([binary, 'inspect', path], capture_output=True, text=True, timeout=60)
    if one.returncode not in (0, 65): crashed.append((os.path.basename(path), one.returncode, one.stderr[-200:]))
    elif one.returncode == 65 and len(one.stderr.strip()) < 20: silent.append(os.path.basename(path))
    elif 'internal error' in one.stderr: unclear.append(os.path.basename(path))
folder_one = subprocess.run([binary, 'inspect', [p for p in inputs if p.endswith('folder.wav')][0]], capture_output=True, text=True)
assert folder_one.returncode == 65 and folder_one.stderr, folder_one
os.chmod(locked, 0o600)
shutil.rmtree(work)
print(f'{count} damaged inputs: {len(failed)} refused with a message, {len(rows) - len(failed) - 1} read as far as they go, good one done')
if crashed or silent or unclear:
    sys.exit(f'crashed {crashed}\nsilent {silent}\nunclear {unclear}')
