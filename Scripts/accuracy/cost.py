"""What the speech core costs, whole process, on one core: time beside `flac -d -c` of the same file, and peak memory.

Times are told as ratios taken in one run and never compared with an earlier one; memory is compared.
"""
import os, shutil, subprocess, sys, time
import numpy as np
from common import seconds


def speech(data, rate):
    """Some minutes of two-voice dialogue, telephone and meetings, at 16 kHz, evened in level."""
    import soundfile
    parts = []
    for name in ('gecko_demo', 'vox_aepyx'):
        x, r = soundfile.read(f'{data}/diarisation/{name}.flac', dtype='float32')
        parts.append(x)
    x = np.concatenate(parts)
    if rate == 16000: return x[:, None]
    n = len(x) * rate // 16000
    y = np.interp(np.arange(n) * 16000 / rate, np.arange(len(x)), x).astype(np.float32)
    # The second channel a little later and softer, as a stereo recorder hears it.
    return np.stack([y, 0.8 * np.roll(y, 12)], 1)


def write(path, data, rate, hours):
    import soundfile
    if os.path.exists(path): return
    piece, left = speech(data, rate), int(hours * 3600 * rate)
    noise = np.random.default_rng(5)
    with soundfile.SoundFile(path, 'w', rate, piece.shape[1], subtype='PCM_16', format='FLAC') as out:
        while left > 0:
            x = piece[:left] + noise.normal(0, 3e-4, piece[:left].shape).astype(np.float32)
            out.write(x)
            left -= len(x)


# A process of its own starts the program: the kernel counts the memory of whoever starts one, and this one has grown.
LAUNCHER = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
null = os.open(os.devnull, os.O_WRONLY)
begin = time.perf_counter()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - begin, usage.ru_maxrss / 1024, status)
"""


def timed(command, core=0):
    """Seconds of wall clock and peak memory in MB of one command kept to one core."""
    done = subprocess.run([sys.executable, '-I', '-S', '-c', LAUNCHER, str(core), *command], capture_output=True, text=True, check=True)
    spent, memory, status = done.stdout.split()
    if status != '0': raise SystemExit(f'{command[0]} {command[1]}: status {status}')
    return float(spent), float(memory)


def best(command, rounds=3):
    runs = [timed(command) for _ in range(rounds)]
    return min(t for t, _ in runs), max(m for _, m in runs)


def measure(program, data, work, figures):
    if not shutil.which('flac'): return figures.told('cost', 'not measured: no flac program')
    flac = lambda path: ['flac', '-d', '-s', '-c', path]
    stereo, mono, long = (os.path.join(work, n) for n in ('hour-44-stereo.flac', 'hour-16-mono.flac', 'five-hours.flac'))
    write(stereo, data, 44100, 1)
    write(mono, data, 16000, 1)
    decode, decode_mono = best(flac(stereo))[0], best(flac(mono))[0]
    peak = {}
    for name, path in (('44.1 kHz stereo hour', stereo), ('16 kHz mono hour', mono)):
        own, peak[name] = best([program.binary, 'vad', path])
        base = decode if path == stereo else decode_mono
        figures.told(f'vad, {name}', f'{own:.2f} s = {own / base:.2f} x its flac -d ({base:.2f} s), {own / decode:.2f} x the 44.1 kHz one')
        figures.add(f'vad, peak MB, {name}', peak[name], tolerance=15, note='bar 150')
    for name, path in (('44.1 kHz stereo hour', stereo), ('16 kHz mono hour', mono)):
        own, memory = best([program.binary, 'diarize', path, '--speakers', '2'], 1 if path == mono else 2)
        peak['diarize'] = memory
        figures.told(f'diarize, {name}', f'{own:.1f} s (bar 12), {own / decode:.1f} x the 44.1 kHz decode')
        figures.add(f'diarize, peak MB, {name}', memory, tolerance=15, note='bar 150')
    pitch, memory = best([program.binary, 'pitch', mono], 1)
    figures.told('pitch, 16 kHz mono hour', f'{pitch:.1f} s, {memory:.0f} MB')
    write(long, data, 16000, 5)
    for name, command, hour in (('vad', ['vad'], peak['16 kHz mono hour']), ('diarize', ['diarize', '--speakers', '2'], peak['diarize'])):
        spent, memory = timed([program.binary, *command, long])
        figures.told(f'{name}, five hours', f'{spent:.1f} s, {memory:.0f} MB')
        figures.add(f'{name}, memory of five hours over one', memory / hour, tolerance=0.1, note='bar 1.3')
    if len(os.sched_getaffinity(0)) > 1: two_cores(program, mono, work, figures)


PIPELINE = """name: lyd
summary: sound alone
stages:
  - ingest
  - vad
  - speakers:
      count: 2
"""


def two_cores(program, path, work, figures):
    """Two recordings of an hour through the pipeline, one after the other and side by side."""
    folder, pipeline = os.path.join(work, 'two'), os.path.join(work, 'sound.yaml')
    os.makedirs(folder, exist_ok=True)
    # Different recordings: the same bytes would be found done.
    whole = ['flac', '-d', '-s', '-c', path]
    for name, skip in (('a', '0:00'), ('b', '0:30')):
        target = os.path.join(folder, name + '.wav')
        if not os.path.exists(target):
            with open(target, 'wb') as out: subprocess.run([*whole, f'--skip={skip}'], stdout=out, check=True)
    with open(pipeline, 'w') as out: out.write(PIPELINE)
    spent = {}
    for jobs in ('1', '2', '1', '2'):
        target = os.path.join(work, 'two-out')
        shutil.rmtree(target, ignore_errors=True)
        begin = time.perf_counter()
        program('run', pipeline, folder, '--out', target, '--jobs', jobs, '--quiet')
        spent[jobs] = min(spent.get(jobs, 1e9), time.perf_counter() - begin)
    figures.told('two recordings on two cores, pipeline to speakers', f'{spent["1"] / spent["2"]:.2f} x the rate of one (bar 1.8)')
