#!/usr/bin/env python3
"""A batch that is killed, or whose disk fills up, leaves only whole results, and goes on to the same bytes.

usage: check-kill.py BINARY [--kills N] [--fills N] [--recordings N] [--jobs N] [--seed N] [--work DIR]

--kills: so often, a run of the batch is ended by `kill -9` at a random moment (of its processes, too), and then a normal run follows.
--fills: so often, the batch runs on a disk of 20 MB (a tmpfs) that has too little room, and again when there is room. Where nobody
may mount one, that is said and left out.

Compared with an undisturbed run, byte for byte: every stored result, every file for sharing, and every file in fortrolig/ that a run
writes for people. In the coding store: which transcripts it holds.
"""
import argparse, os, random, shutil, signal, subprocess, sys, tempfile, time
from batch_study import differences, environment, fresh, left_over, ordrett, prepared, stored, undisturbed

parser = argparse.ArgumentParser()
parser.add_argument('binary')
parser.add_argument('--kills', type=int, default=20)
parser.add_argument('--fills', type=int, default=5)
parser.add_argument('--recordings', type=int, default=10)
parser.add_argument('--jobs', type=int, default=2)
parser.add_argument('--seed', type=int, default=1)
parser.add_argument('--work')
options = parser.parse_args()
binary = os.path.abspath(options.binary)
chance = random.Random(options.seed)
work = options.work or tempfile.mkdtemp(prefix='check-kill-')
os.makedirs(work, exist_ok=True)


RUN = ['run', '--quiet', '--jobs', str(options.jobs)]

template = prepared(binary, work, options.recordings)
begin = time.monotonic()
reference, shared = undisturbed(binary, template, work, options.recordings, options.jobs)
took = time.monotonic() - begin
study, keys = fresh(template, work, 'again')
ordrett(binary, ['run', '--quiet', '--jobs', '1'], study, keys)
if differences(study, reference, True): sys.exit(f'two undisturbed runs differ: {differences(study, reference, True)[:5]}')
print(f'{len(reference["digests"])} files to compare, {shared} of them for sharing; an undisturbed run takes {took:.1f} s', flush=True)

class Faults(list):
    """Said at once: a long check can be ended when it has shown enough."""
    def append(self, fault):
        print(fault, flush=True)
        super().append(fault)


faults, killed = Faults(), 0


def check(study, name):
    result = subprocess.run([binary] + RUN + ['--study', study], env=environment(keys), capture_output=True, text=True)
    if result.returncode != 0: return faults.append(f'{name}: the normal run ended with {result.returncode}: {result.stderr[-1500:]}')
    wrong = differences(study, reference, True)
    if wrong: faults.append(f'{name}: {len(wrong)} files differ: {wrong[:3]}')
    if stored(study) != reference['stored']: faults.append(f'{name}: the coding store differs')
    left = left_over(study)
    if left: faults.append(f'{name}: temporary files are left: {[os.path.relpath(path, study) for path in left][:5]}; {open(os.path.join(study, ".ordrett/lock")).read()!r}')


for number in range(options.kills):
    study, keys = fresh(template, work, 'killed')
    for _ in range(chance.choice((1, 1, 2))):
        process = subprocess.Popen([binary] + RUN + ['--study', study], env=environment(keys), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(chance.uniform(0, took))
        killed += process.poll() is None
        try: os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError: pass
        process.wait()
        wrong = differences(study, reference, False)
        if wrong: faults.append(f'kill {number}: {len(wrong)} files are there and not whole: {wrong[:3]}')
    check(study, f'kill {number}')
    if (number + 1) % 20 == 0: print(f'{number + 1} batches killed, {len(faults)} faults', flush=True)
if options.kills: print(f'{options.kills} batches, {killed} kills while they ran: {"the same bytes every time" if not faults else f"{len(faults)} faults"}', flush=True)

disk, full = os.path.join(work, 'disk'), 0
os.makedirs(disk, exist_ok=True)
mounted = options.fills > 0 and subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=20m,mode=700', 'tmpfs', disk], capture_output=True).returncode == 0
if options.fills and not mounted: print('a disk of 20 MB was not tried: nobody may mount a tmpfs here', flush=True)
if mounted:
    try:
        before = len(faults)
        for number in range(options.fills):
            study, keys = fresh(template, disk, 'study')
            room = chance.choice((0, 4096, chance.randrange(0, 200_000), chance.randrange(0, 3_000_000)))
            space = os.statvfs(disk)
            filler = max(0, space.f_bavail * space.f_frsize - room)
            with open(os.path.join(disk, 'filler'), 'wb') as out:
                while filler > 0:
                    try: filler -= out.write(b'\0' * min(filler, 1 << 16))
                    except OSError: break
            result = subprocess.run([binary] + RUN + ['--study', study], env=environment(keys), capture_output=True, text=True)
            if result.returncode != 0:
                full += 1
                if 'No space left' not in result.stderr and 'full' not in result.stderr: faults.append(f'fill {number}: ended with {result.returncode} without saying that the disk is full: {result.stderr[-1500:]}')
            wrong = differences(study, reference, False)
            if wrong: faults.append(f'fill {number}: {len(wrong)} files are there and not whole: {wrong[:3]}')
            os.remove(os.path.join(disk, 'filler'))
            check(study, f'fill {number}')
        print(f'{options.fills} batches on a disk of 20 MB, {full} of them found it full: {"the same bytes every time" if len(faults) == before else f"{len(faults) - before} faults"}', flush=True)
    finally:
        subprocess.run(['umount', disk])

if not options.work: shutil.rmtree(work, ignore_errors=True)
sys.exit(1 if faults else 0)
