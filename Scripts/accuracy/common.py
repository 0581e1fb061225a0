"""What the measuring scripts share: figures with a direction and a tolerance, RTTM, frames, pyannote's scoring."""
import json, os, subprocess, sys, warnings

warnings.simplefilter('ignore')
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, 'recorded.json')


class Figures:
    """Collects figures, prints each as it comes, and compares with the recorded ones."""

    def __init__(self):
        self.rows = []  # (name, value, better, tolerance, note)

    def add(self, name, value, better='lower', tolerance=0.3, note=''):
        self.rows.append((name, round(float(value), 3), better, tolerance, note))
        print(f'{name:58s} {value:9.2f}  {note}', flush=True)

    def told(self, name, text):
        """A line that is reported but never compared: time, or another tool's figure."""
        print(f'{name:58s} {text}', flush=True)

    def record(self, parts_complete):
        old = {} if parts_complete else read_json(RECORDED)
        old.update({name: value for name, value, *_ in self.rows})
        with open(RECORDED, 'w', encoding='utf-8') as out:
            json.dump(old, out, indent=2, ensure_ascii=False)
            out.write('\n')

    def worse(self):
        recorded = read_json(RECORDED)
        for name, value, better, tolerance, _ in self.rows:
            if name not in recorded: continue
            loss = value - recorded[name] if better == 'lower' else recorded[name] - value
            # A figure that could not be computed is worse than any.
            if not loss <= tolerance: yield f'{name}: {value} now, {recorded[name]} recorded'


def read_json(path):
    if not os.path.exists(path): return {}
    with open(path, encoding='utf-8') as f: return json.load(f)


class Program:
    """The program under measurement."""

    def __init__(self, binary): self.binary = binary

    def __call__(self, *arguments, text=None):
        done = subprocess.run([self.binary, *arguments], input=text, capture_output=True, text=True)
        if done.returncode: sys.exit(f"{' '.join(arguments)}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def read(path):
    with open(path, encoding='utf-8') as f: return f.read()


def rttm(text):
    rows = [line.split() for line in text.splitlines() if line.startswith('SPEAKER')]
    return [(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in rows if float(f[4]) > 0]


def region(stem, end):
    """The scored part, seconds: all of it where no UEM says otherwise."""
    path = stem + '.uem'
    if not os.path.exists(path): return 0.0, end
    f = read(path).split()
    return float(f[2]), float(f[3])


def seconds(path):
    import soundfile
    info = soundfile.info(path)
    return info.frames / info.samplerate


def mask(segments, start, end):
    """10 ms frames of start … end that lie in a segment."""
    m = np.zeros(round((end - start) * 100), bool)
    for a, b, *_ in segments: m[max(0, round((a - start) * 100)):max(0, round((b - start) * 100))] = True
    return m


def area_under_curve(score, truth):
    """ROC area of a score for a true mask, ties counted half."""
    order = np.argsort(score, kind='stable')
    rank = np.empty(len(score)); rank[order] = np.arange(1, len(score) + 1)
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.bincount(inverse, rank) / counts)[inverse]
    p = truth.sum(); q = len(truth) - p
    return (rank[truth].sum() - p * (p + 1) / 2) / (p * q) if p and q else float('nan')


def annotation(segments):
    from pyannote.core import Annotation, Segment
    result = Annotation()
    for index, (a, b, who) in enumerate(segments): result[Segment(a, b), index] = who
    return result
