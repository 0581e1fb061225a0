#!/usr/bin/env python3
"""How well the aligner stands drafts that are not what was said.

usage: alignment_robustness.py ORDRETT DATA [--work FOLDER] [--minutes 60] [--only NAME[,NAME]]

Makes hour-long recordings with exact word times (see robust_recordings.py), spoils their text with a fixed seed (10 % of
the words left out, 5 % added, 5 % replaced; then with whole blocks as well), runs `ordrett align`, and prints one line a
recording: share of the remaining words within 150 ms, median error, words after and before a pause, added words found out,
remaining words wrongly taken for unsaid, time and memory. --work keeps the recordings for the next run.
"""
import argparse, os, resource, subprocess, sys, tempfile, time
import numpy as np
import robust_recordings as robust


def run(binary, *arguments):
    """Output, seconds, seconds of processor, and the peak memory of the program and its children in MB, by the kernel's own account."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen([binary, *arguments], stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - began
        out.seek(0); err.seek(0)
        if process.returncode: sys.exit(f'{" ".join(arguments)}: exit {process.returncode}: {err.read().decode()}')
        return out.read().decode(), took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def pause_masks(words, least=0.2):
    after, before = set(), set()
    for i in range(1, len(words)):
        a, b = words[i - 1], words[i]
        if a[1] is not None and b[0] is not None and b[0] - a[1] >= least:
            after.add(i); before.add(i - 1)
    return after, before


def score(recording, draft, table):
    """Figures of one alignment; `table` is the program's output."""
    rows = [line.split('\t') for line in table.splitlines()]
    tokens = draft.tokens
    if len(rows) != len(tokens): sys.exit(f'{recording.name}: {len(rows)} rows for {len(tokens)} tokens')
    words = recording.words
    after, before = pause_masks(words)
    errors, numbers, swapped, pause_start, pause_end, ends = [], [], [], [], [], []
    found = {k: [0, 0] for k in ('inserted', 'replaced', 'heading')}
    long_found, false_flags = [0, 0], 0
    for (token, truth, kind), row in zip(tokens, rows):
        flagged = row[0] == '-'
        if truth is None:
            found[kind][0] += flagged; found[kind][1] += 1
            if kind == 'inserted' and len(token) >= 5: long_found[0] += flagged; long_found[1] += 1
            continue
        start, end, _ = words[truth]
        if start is None: continue
        error = 9.0 if flagged else abs(float(row[0]) - start)
        if kind == 'kept':
            errors.append(error)
            false_flags += flagged
            if truth in after: pause_start.append(error)
            if truth in before: pause_end.append(9.0 if flagged else abs(float(row[1]) - end))
            ends.append(9.0 if flagged else abs(float(row[1]) - end))
        elif kind == 'number': numbers.append(error)
        elif kind == 'swapped': swapped.append(error)
    e = np.array(errors)
    percent = lambda pair: 100 * pair[0] / pair[1] if pair[1] else float('nan')
    return {
        'words': len(e), 'in150': 100 * (e <= 0.15).mean(), 'in60': 100 * (e <= 0.06).mean(), 'median': 1000 * np.median(e),
        'p95': 1000 * np.percentile(e, 95),
        'end': 1000 * np.median(ends),
        'after': 1000 * np.median(pause_start) if pause_start else float('nan'),
        'before': 1000 * np.median(pause_end) if pause_end else float('nan'),
        'ins': percent(found['inserted']), 'ins5': percent(long_found), 'repl': percent(found['replaced']),
        'head': percent(found['heading']), 'false': 100 * false_flags / max(1, len(e)),
        'num': 100 * np.mean(np.array(numbers) <= 0.15) if numbers else float('nan'),
        'swap': 100 * np.mean(np.array(swapped) <= 0.15) if swapped else float('nan'),
    }


COLUMNS = [('words', 'words', 6, 0), ('in150', '≤150ms%', 8, 2), ('in60', '≤60ms%', 7, 1), ('median', 'median', 7, 1), ('p95', 'p95', 6, 0),
           ('end', 'end', 5, 1),
           ('after', 'after', 6, 1), ('before', 'before', 6, 1), ('ins', 'ins%', 6, 1), ('ins5', 'ins≥5%', 6, 1), ('repl', 'repl%', 6, 1),
           ('head', 'head%', 6, 1), ('false', 'false%', 6, 2), ('num', 'num%', 6, 1), ('swap', 'swap%', 6, 1),
           ('time', 's', 6, 1), ('cpu', 'cpu s', 6, 1), ('memory', 'MB', 5, 0)]


def header(): return f'{"":26s}' + ' '.join(f'{title:>{width}s}' for _, title, width, _ in COLUMNS)


def line(name, figures): return f'{name:26s}' + ' '.join(f'{figures[key]:{width}.{places}f}' for key, _, width, places in COLUMNS)


SPOILING = {
    'exact': dict(deleted=0, inserted=0, replaced=0),
    '10/5/5': dict(),
    '10/5/5+blocks': dict(blocks=8),
}


def trial(binary, work, recording, spoiling):
    """Figures of one recording whose draft is spoilt in one way."""
    draft = robust.corrupted(recording, seed=7, **SPOILING[spoiling])
    text = f'{work}/{recording.name}-{spoiling.replace("/", "-")}.txt'
    draft.write(text)
    table, took, busy, memory = run(binary, 'align', recording.path, text, '--language', recording.language)
    figures = score(recording, draft, table)
    figures.update(time=took, cpu=busy, memory=memory)
    return figures


def measure_all(binary, data, work, minutes=60, only=(), spoilings=()):
    """Yields (name, figures)."""
    makers = {'english': lambda p: robust.english(data, p, minutes), 'norwegian': lambda p: robust.norwegian(data, p, minutes),
              'gecko': lambda p: robust.conversation(data, p)}
    if not only or 'samples' in only:
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'SampleAudio')
        for recording in robust.samples(folder, work):
            yield f'{recording.name} exact', trial(binary, work, recording, 'exact')
    for name, make in makers.items():
        if only and name not in only: continue
        path, kept = f'{work}/{name}.wav', f'{work}/{name}.py'
        if os.path.exists(kept): recording = eval(open(kept).read(), {'Recording': robust.Recording})
        else:
            recording = make(path)
            open(kept, 'w').write(repr(recording))
        for spoiling in SPOILING:
            if spoilings and spoiling not in spoilings: continue
            yield f'{name} {spoiling}', trial(binary, work, recording, spoiling)


def measure(program, data, work, figures):
    """Ten-minute recordings, for the regular run."""
    for name, f in measure_all(program.binary, data, work, minutes=10, only=('english', 'norwegian'), spoilings=('10/5/5',)):
        title = f'alignment, spoilt draft, {name.split()[0]}'
        figures.add(f'{title}, starts within 150 ms %', f['in150'], 'higher', 1.0)
        figures.add(f'{title}, added words found out %', f['ins'], 'higher', 5.0)
        figures.add(f'{title}, words wrongly unsaid %', f['false'], 'lower', 1.0)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('binary', metavar='ORDRETT'); a.add_argument('data', metavar='DATA')
    a.add_argument('--work'); a.add_argument('--minutes', type=float, default=60); a.add_argument('--only', default='', help='recordings, comma-separated'); a.add_argument('--spoiling', default='', help='ways of spoiling, comma-separated')
    o = a.parse_args()
    with tempfile.TemporaryDirectory(prefix='ordrett-robust-') as temporary:
        print(header())
        for name, figures in measure_all(o.binary, o.data, o.work or temporary, o.minutes, list(filter(None, o.only.split(','))), list(filter(None, o.spoiling.split(',')))):
            print(line(name, figures), flush=True)


if __name__ == '__main__': main()
