#!/usr/bin/env python3
"""Kills the program in the middle of writes to a coding store, and lets several write at once.

usage: check-store.py ORDRETT [KILLS]

After each kill -9 the store must be sound and hold all that was acknowledged (exit code 0 and its line on stdout). Then four processes
write at the same time: each must wait for the others, and none fail. Ends with 1 at the first fault.
"""
import os, random, signal, sqlite3, subprocess, sys, tempfile, time


def check(store, names):
    db = sqlite3.connect(store)
    if db.execute('PRAGMA integrity_check').fetchall() != [('ok',)] or db.execute('PRAGMA foreign_key_check').fetchall(): sys.exit('the store is damaged')
    held = {name for name, in db.execute('SELECT name FROM code')}
    lines = db.execute("SELECT COUNT(*) FROM history WHERE target LIKE 'code %' AND operationId IS NOT NULL").fetchone()[0]
    db.close()
    if names - held: sys.exit(f'{len(names - held)} acknowledged codes are gone')
    # A code without its line in the history, or a line without its code, would be half an operation.
    if lines != len(held): sys.exit(f'{len(held)} codes and {lines} lines of history')
    return held


def main():
    if len(sys.argv) < 2: sys.exit(__doc__)
    binary, kills = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    rng = random.Random(1)
    with tempfile.TemporaryDirectory(prefix='ordrett-store-') as folder:
        os.environ['ORDRETT_KEYS'] = os.path.join(folder, 'keys')
        subprocess.run([binary, 'init', os.path.join(folder, 'study')], capture_output=True, check=True)
        store = os.path.join(folder, 'study', 'koding.sqlite')
        run = lambda name: [binary, 'code', 'add', name, '--store', store, '--coder', 'A']
        first = subprocess.run(run('begin'), capture_output=True, text=True)
        if first.returncode: sys.exit(f'code add: exit {first.returncode}: {first.stderr.strip()}')
        begin = time.perf_counter()
        subprocess.run(run('second'), capture_output=True, check=True)
        typical = time.perf_counter() - begin
        acknowledged, number, killed, after = {'begin', 'second'}, 0, 0, 0
        while killed < kills:
            number += 1
            name = f'code {number}'
            process = subprocess.Popen(run(name), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0, 1.15 * typical))
            process.send_signal(signal.SIGKILL)
            out, _ = process.communicate()
            if process.returncode == -signal.SIGKILL: killed += 1
            if process.returncode == 0 or out: acknowledged.add(name)
            after += name in check(store, acknowledged)
        if not 0 < after < number: sys.exit(f'{after} of {number} writes were there: the kills did not hit the writing')
        print(f'{killed} kills: {after} of {number} writes were whole and there, the others not at all; nothing acknowledged was lost')
        writers = [subprocess.Popen(['bash', '-c', 'for i in 1 2 3 4 5 6 7 8 9 10; do "$@" "writer $0 $i" --store "$STORE" --coder "C$0" >/dev/null || exit 1; done', str(w), binary, 'code', 'add'],
                                    env={**os.environ, 'STORE': store}, stderr=subprocess.PIPE) for w in range(4)]
        for writer in writers:
            _, told = writer.communicate()
            if writer.returncode: sys.exit(f'a writer failed beside others: {told.decode().strip()}')
        held = check(store, acknowledged)
        if sum(name.startswith('writer') for name in held) != 40: sys.exit('writes of several at once are missing')
        print('4 writers at once: 40 writes, none failed')


if __name__ == '__main__': main()
