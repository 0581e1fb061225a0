"""Voice activity against RTTM, beside WebRTC and rVADfast run on the same files in the same way."""
import glob, os
import numpy as np
from common import area_under_curve, mask, read, region, rttm, seconds

# Measured once with its own program; it needs a model that is not to be had everywhere.
SILERO = {'read speech': '4.6', 'AMI dev and tst': '13.8', 'vox_aepyx': '9.5', 'gecko_demo': '20.2'}


def sets(data):
    d = f'{data}/diarisation'
    return [
        ('read speech', sorted(glob.glob(f'{data}/vad/*.flac'))),
        ('AMI dev and tst', sorted(glob.glob(f'{d}/ami_dev*.flac') + glob.glob(f'{d}/ami_tst*.flac'))),
        ('vox_aepyx', [f'{d}/vox_aepyx.flac']),
        ('gecko_demo', [f'{d}/gecko_demo.flac']),
    ]


def webrtc(mode):
    try: import webrtcvad
    except ImportError: return None

    def find(path):
        import soundfile
        x, rate = soundfile.read(path, dtype='int16')
        vad, hop = webrtcvad.Vad(mode), rate // 100
        return np.array([vad.is_speech(x[i:i + hop].tobytes(), rate) for i in range(0, len(x) - hop + 1, hop)], bool)
    return find


def rvad():
    try: from rVADfast import rVADfast
    except ImportError: return None

    def find(path):
        import soundfile
        x, rate = soundfile.read(path, dtype='float64')
        labels, _ = rVADfast()(x, rate)
        return np.asarray(labels) > 0
    return find


def balanced(pairs):
    truth, guess = (np.concatenate(m) for m in zip(*pairs))
    miss = 100 * (truth & ~guess).sum() / max(1, truth.sum())
    false = 100 * (~truth & guess).sum() / max(1, (~truth).sum())
    return (miss + false) / 2, miss, false


def measure(program, data, work, figures):
    peers = [('WebRTC 2', webrtc(2)), ('WebRTC 3', webrtc(3)), ('rVADfast', rvad())]
    for name, files in sets(data):
        own, scores, theirs = [], [], {p: [] for p, find in peers if find}
        for path in files:
            stem = path[:-5]
            start, end = region(stem, seconds(path))
            truth = mask(rttm(read(stem + '.rttm')), start, end)
            table = os.path.join(work, 'scores.tsv')
            own.append((truth, mask(rttm(program('vad', path, '--scores', table)), start, end)))
            p = np.loadtxt(table, ndmin=2)[:, 1][round(start * 100):]
            scores.append(np.pad(p[:len(truth)], (0, max(0, len(truth) - len(p)))))
            for peer, find in peers:
                if not find: continue
                m = find(path)[round(start * 100):]
                theirs[peer].append((truth, np.pad(m[:len(truth)], (0, max(0, len(truth) - len(m))))))
        error, miss, false = balanced(own)
        said = [f'{p} {balanced(rows)[0]:.1f}' for p, rows in theirs.items()] + [f'Silero {SILERO[name]}']
        figures.add(f'VAD balanced error %, {name}', error, note=f'{miss:.1f}/{false:.1f}; ' + ', '.join(said))
        best = min((balanced(rows)[0] for rows in theirs.values()), default=float('inf'))
        if error >= best: figures.told('', f'a peer is better on {name}: {best:.1f}')
        figures.add(f'VAD area under curve x 100, {name}',
                    100 * area_under_curve(np.concatenate(scores), np.concatenate([t for t, _ in own])), 'higher', 0.5)
