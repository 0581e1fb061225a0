#!/usr/bin/env python3
"""Measures the program on the evaluation data and compares with the last recorded figures.

usage: measure.py ORDRETT DATA [--record] [--only PART[,PART]]

Parts: voice, speakers, pitch, words, robustness, prosody, tone, texts, cost. Prints one table. Each figure has a direction and a tolerance (noise); the
run fails (exit 1) when one is worse than recorded by more than that. --record writes the figures down in recorded.json beside
this file. Times are printed as ratios taken in this run and compared with nothing. Needs what run.sh installs.
"""
import argparse, atexit, shutil, sys, tempfile, time
import alignment_robustness, common, cost, pitch_accuracy, prosody_accuracy, speakers, texts, tone, voice_activity, words

PARTS = {'voice': voice_activity, 'speakers': speakers, 'pitch': pitch_accuracy, 'words': words, 'robustness': alignment_robustness,
         'prosody': prosody_accuracy, 'tone': tone, 'texts': texts, 'cost': cost}


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('binary', metavar='ORDRETT'); a.add_argument('data', metavar='DATA')
    a.add_argument('--record', action='store_true'); a.add_argument('--only', help='parts, comma-separated')
    o = a.parse_args()
    chosen = o.only.split(',') if o.only else list(PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown: a.error(f'no part {", ".join(unknown)}; the parts are {", ".join(PARTS)}')
    work = tempfile.mkdtemp(prefix='ordrett-accuracy-')
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    figures, program = common.Figures(), common.Program(o.binary)
    for name in chosen:
        begin = time.perf_counter()
        print(f'-- {name}')
        PARTS[name].measure(program, o.data, work, figures)
        print(f'   ({time.perf_counter() - begin:.0f} s)', flush=True)
    if o.record:
        figures.record(len(chosen) == len(PARTS))
        print('recorded')
        return 0
    worse = list(figures.worse())
    for line in worse: print('WORSE', line)
    return 1 if worse else 0


if __name__ == '__main__': sys.exit(main())
