"""Rooms, noise and knocks: what lies between a mouth and a file."""

import numpy as np

SPEED_OF_SOUND = 343.0


def impulse_response(size, source, microphone, rt60, rate, rng):
    """Image-source response of a box-shaped room (Allen and Berkley 1979), metres and seconds.

    Walls absorb alike, by Eyring's formula. From the third reflection on, images get a random sign and place: a furnished
    room scatters, and a bare box would ring and gather low frequencies. Reflections lose treble. The direct sound is one
    sample with amplitude 1 / distance, so that its delay is a whole number of samples: returned as second value.
    """
    size, source, microphone = (np.asarray(v, float) for v in (size, source, microphone))
    volume = float(np.prod(size))
    surface = 2 * float(size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
    absorption = 1 - np.exp(-0.161 * volume / (surface * rt60))
    longest = SPEED_OF_SOUND * rt60
    axes = []
    for axis in range(3):
        n = np.arange(-int(longest / (2 * size[axis])) - 1, int(longest / (2 * size[axis])) + 2)
        place = np.concatenate([2 * n * size[axis] + source[axis], 2 * n * size[axis] - source[axis]]) - microphone[axis]
        bounces = np.concatenate([2 * np.abs(n), np.abs(n - 1) + np.abs(n)])
        axes.append((place, bounces))
    x, y, z = np.meshgrid(*(a[0] for a in axes), indexing="ij")
    order = sum(np.meshgrid(*(a[1] for a in axes), indexing="ij")).ravel()
    distance = np.sqrt(x ** 2 + y ** 2 + z ** 2).ravel()
    near = distance < longest
    order, distance = order[near], distance[near]
    amplitude = np.sqrt(1 - absorption) ** order / distance
    late = order >= 3
    amplitude[late] *= rng.choice([-1.0, 1.0], late.sum())
    distance = np.where(late, distance + rng.uniform(0, 0.3, len(distance)), distance)
    delay = np.round(distance / SPEED_OF_SOUND * rate).astype(np.int64)
    length = int(rt60 * rate) + rate // 10
    reflected = np.bincount(delay[order > 0], amplitude[order > 0], length)[:length]
    span = max(3, int(rate / 12000) * 2 + 1)
    reflected = np.convolve(reflected, np.hanning(span + 2)[1:-1] / np.hanning(span + 2).sum())[span // 2:][:length]
    direct = int(delay[order == 0][0])
    reflected[:direct] = 0
    reflected[direct] += float(amplitude[order == 0][0])
    return reflected, direct


def convolve(signal, response):
    length = len(signal) + len(response) - 1
    size = 1 << (length - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(signal, size) * np.fft.rfft(response, size), size)[:len(signal)]


def shape(signal, rate, gain):
    """Applies a gain that depends on frequency in Hz: `gain` maps an array of frequencies to amplitudes. Zero phase."""
    size = 1 << (len(signal) - 1).bit_length()
    spectrum = np.fft.rfft(signal, size)
    return np.fft.irfft(spectrum * gain(np.fft.rfftfreq(size, 1 / rate)), size)[:len(signal)]


def band(low, high, order=4):
    """Butterworth magnitudes from `low` to `high` Hz."""
    def gain(f):
        below = 1 / np.sqrt(1 + (low / np.maximum(f, 1e-3)) ** (2 * order))
        return below / np.sqrt(1 + (f / high) ** (2 * order))
    return gain


def room_noise(length, rate, level, rng):
    """Ventilation and street: falls 6 dB an octave above 60 Hz, so that little of it is treble. RMS `level` in dBFS."""
    noise = shape(rng.standard_normal(length), rate, lambda f: 1 / (1 + f / 60))
    return noise * 10 ** (level / 20) / np.sqrt(np.mean(noise ** 2))


def hum(length, rate, level, harmonics=(1.0, 0.3, 0.5)):
    """Mains at 50 Hz and its harmonics. RMS `level` in dBFS."""
    t = np.arange(length) / rate
    tone = sum(a * np.sin(2 * np.pi * 50 * (i + 1) * t + i) for i, a in enumerate(harmonics))
    return tone * 10 ** (level / 20) / np.sqrt(np.mean(tone ** 2))


def knock(rate, level, rng):
    """A cup or a hand on the table: a click and three damped low tones, 0.25 s. Peak `level` in dBFS."""
    t = np.arange(int(0.25 * rate)) / rate
    sound = 0.3 * rng.standard_normal(len(t)) * np.exp(-t / 0.004)
    for frequency, decay in ((95, 0.05), (170, 0.03), (410, 0.012)):
        sound += np.sin(2 * np.pi * frequency * rng.uniform(0.9, 1.1) * t) * np.exp(-t / decay)
    return sound / np.abs(sound).max() * 10 ** (level / 20)


def laugh(rate, pitch, bursts, rng):
    """Breathy voiced bursts, about five a second. RMS 0.05, ends where its last burst ends."""
    parts = []
    for i in range(bursts):
        t = np.arange(int(rate * 0.11)) / rate
        f0 = pitch * 1.35 * (1 - 0.06 * i) * (1 - 0.8 * t)
        phase = 2 * np.pi * np.cumsum(f0) / rate
        voiced = sum(np.sin(k * phase) * np.exp(-((k * pitch * 1.35 - 700) / 900) ** 2) for k in range(1, 14)
                     if k * pitch * 1.4 < 0.45 * rate)
        breath = shape(rng.standard_normal(len(t)), rate, band(600, min(5000, 0.4 * rate), 2))
        burst = (voiced / max(np.std(voiced), 1e-9) + 0.9 * breath / np.std(breath)) * np.sin(np.pi * t / 0.11) ** 0.7
        parts.append(burst * 0.88 ** i)
        if i < bursts - 1:
            parts.append(np.zeros(int(rate * 0.075)))
    sound = np.concatenate(parts)
    return sound * 0.05 / np.sqrt(np.mean(sound ** 2))
