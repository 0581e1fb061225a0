"""Feature hashing for compiled training loops: the hashes of common.py, and an open-addressed table of weights."""
import numpy as np
from numba import int64, njit, uint64


@njit(cache=True, inline="always")
def fmix(value):
    value ^= value >> uint64(33)
    value *= uint64(0xFF51AFD7ED558CCD)
    value ^= value >> uint64(33)
    value *= uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> uint64(33))


@njit(cache=True)
def feature(template, first, second, third):
    """The same as common.hash_feature."""
    value = (uint64(template) << uint64(56)) ^ (uint64(first) << uint64(32)) ^ uint64(second)
    value = fmix(value + uint64(0x9E3779B97F4A7C15))
    return fmix(value ^ uint64(third)) if third else value


@njit(cache=True)
def probe(keys, key):
    """The place of a key in an open-addressed table (a power of two long), or the free place where it belongs. 0 is no key."""
    mask = len(keys) - 1
    place = int64(key >> uint64(20)) & mask
    while keys[place] != uint64(0) and keys[place] != key:
        place = (place + 1) & mask
    return place


@njit(cache=True)
def find(keys, key):
    """The place of a key, or -1."""
    place = probe(keys, key)
    return place if keys[place] == key else -1


@njit(cache=True)
def slot(keys, key):
    """The place of a key; a new one takes a free place. The table must not fill up."""
    place = probe(keys, key)
    keys[place] = key
    return place


def weights_of(keys, weights):
    """The table as a dictionary from hash to weight."""
    return {int(keys[i]): float(weights[i]) for i in np.flatnonzero(keys)}
