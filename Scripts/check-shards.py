#!/usr/bin/env python3
"""A batch divided into shares, or among runs at the same time, gives the same bytes as one run.

usage: check-shards.py BINARY [--recordings N] [--shares N] [--work DIR]

In turn: one job and two; shares one after the other, gathered between the rounds; all shares of a round at the same time; two whole
runs at the same time; a share that is killed and is missing when the others are gathered; a recording that cannot be read.
"""
import argparse, json, os, shutil, signal, subprocess, sys, tempfile, time
from batch_study import differences, environment, fresh, ordrett, prepared, stored, undisturbed

parser = argparse.ArgumentParser()
parser.add_argument('binary')
parser.add_argument('--recordings', type=int, default=7)
parser.add_argument('--shares', type=int, default=3)
parser.add_argument('--work')
options = parser.parse_args()
binary, n = os.path.abspath(options.binary), options.shares
work = options.work or tempfile.mkdtemp(prefix='check-shards-')
os.makedirs(work, exist_ok=True)
template = prepared(binary, work, options.recordings)
reference, shared = undisturbed(binary, template, work, options.recordings, 2)
faults = []


def expect(name, study):
    wrong = differences(study, reference, True)
    if wrong: faults.append(f'{name}: {len(wrong)} files differ: {wrong[:3]}')
    if stored(study) != reference['stored']: faults.append(f'{name}: the coding store differs')
    print(f'{name}: {"as one run" if not faults else faults[-1]}', flush=True)


def share(number): return ['run', '--quiet', '--jobs', '1', '--shard', f'{number}/{n}']


def gather(study, keys, allowed): return json.loads(ordrett(binary, ['gather', '--quiet', '--json'], study, keys, allowed=allowed).stdout)


def begin(arguments, study, keys):
    return subprocess.Popen([binary] + arguments + ['--study', study], env=environment(keys), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


study, keys = fresh(template, work, 'one')
ordrett(binary, ['run', '--quiet', '--jobs', '1'], study, keys)
expect('one job', study)

study, keys = fresh(template, work, 'shares')
ordrett(binary, ['cluster', 'manifest'], study, keys)
rounds = 0
while True:
    for number in range(1, n + 1): ordrett(binary, share(number), study, keys)
    rounds += 1
    found = gather(study, keys, (0,))
    if found['missing'] or rounds > 9: sys.exit(f'shares that were run are missing: {found}')
    if found['finished']: break
expect(f'{n} shares in {rounds} rounds', study)

study, keys = fresh(template, work, 'together')
ordrett(binary, ['cluster', 'manifest'], study, keys)
for _ in range(rounds):
    running = [begin(share(number), study, keys) for number in range(1, n + 1)]
    for process in running:
        if process.wait(): faults.append(f'a share ended with {process.returncode}: {process.stderr.read()[-300:]}')
    found = gather(study, keys, (0,))
if not found['finished']: faults.append(f'shares at the same time were not finished: {found}')
expect(f'{n} shares at the same time', study)

study, keys = fresh(template, work, 'twice')
running = [begin(['run', '--jobs', '1'], study, keys) for _ in range(2)]
for process in running:
    if process.wait(): faults.append(f'a run beside another ended with {process.returncode}: {process.stderr.read()[-300:]}')
expect('two runs at the same time', study)

study, keys = fresh(template, work, 'killed')
ordrett(binary, ['cluster', 'manifest'], study, keys)
for number in range(2, n + 1): ordrett(binary, share(number), study, keys)
process = begin(share(1), study, keys)
time.sleep(0.3)
os.killpg(process.pid, signal.SIGKILL); process.wait()
found = gather(study, keys, (75, 0))
again = ordrett(binary, ['failed', '--format', 'array'], study, keys).stdout.strip()
if found['missing'] and again != '1': faults.append(f'share 1 was killed, and those to run again are said to be {again!r}')
for _ in range(rounds):
    for number in range(1, n + 1): ordrett(binary, share(number), study, keys)
    found = gather(study, keys, (0,))
expect('a share killed and run again', study)

study, keys = fresh(template, work, 'damaged')
bad = f'{study}/opptak/P01.wav'
with open(bad, 'r+b') as file: file.truncate(20)
ordrett(binary, ['cluster', 'manifest'], study, keys)
for _ in range(rounds):
    for number in range(1, n + 1): ordrett(binary, share(number), study, keys, allowed=(0, 1, 65))
    found = gather(study, keys, (0, 1, 3))
if (found['failed'], found['done'] + found['waitingForSignature']) != (1, options.recordings - 1): faults.append(f'a damaged recording: {found}')
rows = json.loads(ordrett(binary, ['failed', '--format', 'json'], study, keys).stdout)
if [(row['item'], row['outcome']) for row in rows] != [('P01', 'failed')]: faults.append(f'failed says {rows}')
print('a damaged recording: ' + ('one failed, the others done' if not faults else faults[-1]), flush=True)

for fault in faults: print(fault)
if not options.work: shutil.rmtree(work, ignore_errors=True)
sys.exit(1 if faults else 0)
