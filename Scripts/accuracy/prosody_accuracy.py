"""Pauses against hand-checked word times, prominence against the Helsinki labels, emphasis in the sample recordings, cost."""
import glob, json, os, re, resource, sys
import numpy as np

LEAST = 0.25
PAUSE = re.compile(r'pause=([0-9.]+)')


def rows(text): return [line.split('\t') for line in text.splitlines() if line.strip()]


def table(path):
    with open(path, encoding='utf-8') as f: return rows(f.read())


def ranks(x):
    x = np.asarray(x, float)
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def spearman(a, b):
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1]) if len(a) > 2 else float('nan')


def f1(hit, missed, false): return 200 * hit / max(1, 2 * hit + missed + false)


def aligned(program, work, path, words):
    """Words placed by the program itself, as a table file, and the prosody of them."""
    text, placed = os.path.join(work, 'text.txt'), os.path.join(work, 'placed.tsv')
    with open(text, 'w', encoding='utf-8') as f: f.write(' '.join(words) + '\n')
    with open(placed, 'w', encoding='utf-8') as f: f.write(program('align', path, text, '--language', 'en-us'))
    found = rows(program('prosody', path, '--words', placed))
    if len(found) != len(words): sys.exit(f'prosody: {len(found)} rows for {len(words)} words')
    return placed, found


def pauses(program, data, work, figures):
    """A pause of the truth is a gap of LEAST or more between two words; one found after the same word is the same."""
    hit = missed = false = 0
    errors = []
    for path in sorted(glob.glob(f'{data}/vad/*.flac')):
        words = [w for w in table(path[:-5] + '.words.tsv') if len(w) >= 4 and w[3] not in ('', '<sil>')]
        _, found = aligned(program, work, path, [w[3].lower() for w in words])
        for i in range(len(words) - 1):
            gap = float(words[i + 1][0]) - float(words[i][1])
            measured = PAUSE.search(found[i][4]) if len(found[i]) > 4 else None
            if gap >= LEAST - 1e-6:
                hit += bool(measured); missed += not measured
                if measured: errors.append(abs(float(measured[1]) - gap))
            elif measured: false += 1
    figures.add('pauses, F1 x 100', f1(hit, missed, false), 'higher', 1.0, f'{hit} found, {missed} missed, {false} false; bar 90')
    figures.add('pauses, duration error, median ms', 1000 * np.median(errors or [1]), tolerance=5, note='bar 40')


def shuffled(path, placed, work, seed):
    """The recording with its words' sound in another order, and where each word's text now lies: text i keeps its
    place in the row, the sound under it is another word's."""
    import soundfile
    x, rate = soundfile.read(path)
    spans = [(float(r[0]), float(r[1])) for r in table(placed) if r[0] != '-']
    order = np.random.default_rng(seed).permutation(len(spans))
    out, at, spot = [], 0.0, []
    for k in order:
        a, b = (round(t * rate) for t in spans[k])
        spot.append((at, at + (b - a) / rate)); at += (b - a) / rate
        out.append(x[a:b])
    sound, words = os.path.join(work, 'shuffled.wav'), os.path.join(work, 'shuffled.tsv')
    soundfile.write(sound, np.concatenate(out), rate)
    names = [r[2] for r in table(placed) if r[0] != '-']
    with open(words, 'w', encoding='utf-8') as f:
        f.writelines(f'{a:.3f}\t{b:.3f}\t{name}\n' for (a, b), name in zip(spot, names))
    return sound, words


def prominence(program, data, work, figures):
    truth, guess, each, chance = [], [], [], []
    for path in sorted(glob.glob(f'{data}/prominence/*.flac')):
        labels = [r for r in table(path[:-5] + '.labels.tsv') if len(r) >= 5 and r[3] != 'NA']  # NA: punctuation
        placed, found = aligned(program, work, path, [r[0] for r in labels])
        pairs = [(float(r[3]), float(f[3])) for r, f in zip(labels, found) if f[3] != '-']
        truth += [p[0] for p in pairs]; guess += [p[1] for p in pairs]; each.append(spearman(*zip(*pairs)))
        for seed in range(3):
            sound, words = shuffled(path, placed, work, seed)
            again = rows(program('prosody', sound, '--words', words))
            chance.append(spearman([p[0] for p in pairs], [float(f[3]) for f in again]))
    figures.add('prominence, Spearman x 100', 100 * spearman(truth, guess), 'higher', 1.0, f'bar 75; mean of utterances {100 * np.mean(each):.0f}')
    figures.add('prominence, Spearman x 100, words shuffled', 100 * np.mean(chance), tolerance=10, note='chance is 0')


def whole(folder, stem, work):
    """The sample recording that a truth table speaks of; R09 is one recording in two files."""
    import soundfile
    parts = sorted(glob.glob(f'{folder}/{stem}.*'))
    if stem == 'R09_0001': parts += sorted(glob.glob(f'{folder}/R09_0002.*'))
    if len(parts) == 1: return parts[0]
    read = [soundfile.read(part) for part in parts]
    joined = os.path.join(work, stem + '.wav')
    soundfile.write(joined, np.concatenate([x for x, _ in read]), read[0][1])
    return joined


SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'SampleAudio')
MARKED = {'hit': 0, 'missed': 0, 'false': 0}


def marked(rows, found):
    """Emphasised words of the truth against those marked: found, missed, false."""
    count = dict(MARKED)
    for row, one in zip(rows, found, strict=True):
        says, true = len(one) > 4 and 'emphasis' in one[4].split(','), row[4] == '1'
        if says or true: count['hit' if says and true else 'false' if says else 'missed'] += 1
    return count


def add(total, count):
    for key in MARKED: total[key] += count[key]


def emphasis(program, work, figures):
    """Words at their true places; the same with the sound of the words shuffled; and placed by the program itself."""
    true, mixed, own, total = dict(MARKED), dict(MARKED), dict(MARKED), 0
    for words in sorted(glob.glob(f'{SAMPLES}/fasit/*.words.tsv')):
        recording, rows_ = whole(SAMPLES, os.path.basename(words)[:-10], work), table(words)
        add(true, marked(rows_, rows(program('prosody', recording, '--words', words))))
        total += len(rows_)
        plain = os.path.join(work, 'plain.tsv')
        with open(plain, 'w', encoding='utf-8') as f: f.writelines(f'{r[0]}\t{r[1]}\t{r[3]}\n' for r in rows_)
        for seed in range(3):
            sound, places = shuffled(recording, plain, work, seed)
            add(mixed, marked(rows_, rows(program('prosody', sound, '--words', places))))
        text, placed = os.path.join(work, 'text.txt'), os.path.join(work, 'placed.tsv')
        with open(text, 'w', encoding='utf-8') as f: f.write(' '.join(r[3] for r in rows_) + '\n')
        found = rows(program('align', recording, text, '--language', 'nb'))
        if len(found) != len(rows_): continue  # an e-mail address is several words to the reader of drafts
        with open(placed, 'w', encoding='utf-8') as f: f.writelines(f'{a[0]}\t{a[1]}\t{r[2]}\t{a[2]}\n' for a, r in zip(found, rows_))
        add(own, marked(rows_, rows(program('prosody', recording, '--words', placed))))
    figures.add('emphasis, sample recordings, F1 x 100', f1(*true.values()), 'higher', 2.5,
                f"{true['hit']} found, {true['missed']} missed, {true['false']} false of {total} words; bar 85; words at their true places")
    figures.add('emphasis, sample recordings, F1 x 100, words shuffled', f1(*mixed.values()), tolerance=6, note='chance is about 5')
    figures.told('emphasis, words placed by the program itself', f"F1 {f1(*own.values()):.0f}: {own['hit']} found, {own['missed']} missed, {own['false']} false")


def laughter(program, data, work, figures):
    """The sample recordings' laughs, and read speech, where nobody laughs."""
    hit = missed = false = read = 0
    for words in sorted(glob.glob(f'{SAMPLES}/fasit/*.words.tsv')):
        stem = os.path.basename(words)[:-10]
        truth = [(float(r[0]), float(r[1])) for r in table(f'{SAMPLES}/fasit/{stem}.events.tsv') if r[3] == 'laughter']
        marks = laughs(program('prosody', whole(SAMPLES, stem, work), '--words', words, '--json'))
        found = [any(a < end and b > start for a, b in marks) for start, end in truth]
        hit += sum(found); missed += len(found) - sum(found)
        false += sum(not any(a < end and b > start for start, end in truth) for a, b in marks)
    for path in sorted(glob.glob(f'{data}/vad/*.flac')):
        words = os.path.join(work, 'read.tsv')
        with open(words, 'w', encoding='utf-8') as f:
            f.writelines(f'{w[0]}\t{w[1]}\t{w[3]}\n' for w in table(path[:-5] + '.words.tsv') if len(w) >= 4 and w[3] not in ('', '<sil>'))
        read += len(laughs(program('prosody', path, '--words', words, '--json')))
    figures.add('laughter, sample recordings, F1 x 100', f1(hit, missed, false), 'higher', 5, f'{hit} found, {missed} missed, {false} false; made by computation')
    figures.add('laughter marked in read speech, where there is none', read, tolerance=0.5)


def laughs(text):
    document = json.loads(text)
    rate = document['recording']['rate']
    marks = [e['mark'] for t in document['turns'] for e in t['elements'] if 'mark' in e and e['mark']['kind'] == 'laughter']
    return [(m['range']['start'] / rate, m['range']['end'] / rate) for m in marks]


def hour(program, data, work, figures):
    """An hour of speech with words: what prosody adds to finding speech, processor seconds."""
    import soundfile
    sound, words, spans, at = os.path.join(work, 'hour.wav'), os.path.join(work, 'hour.tsv'), [], 0.0
    parts = [(soundfile.read(p, dtype='int16'), table(p[:-5] + '.words.tsv')) for p in sorted(glob.glob(f'{data}/vad/*.flac'))]
    with soundfile.SoundFile(sound, 'w', 16000, 1, subtype='PCM_16') as out:
        while at < 3600:
            for (x, rate), truth in parts:
                out.write(x)
                spans += [(at + float(w[0]), at + float(w[1]), w[3]) for w in truth if len(w) >= 4 and w[3] not in ('', '<sil>')]
                at += len(x) / rate
    # Four speakers in turns of nine words: each has to be learned.
    with open(words, 'w', encoding='utf-8') as f:
        f.writelines(f'{a:.3f}\t{b:.3f}\tS{i // 9 % 4 + 1}\t{word}\n' for i, (a, b, word) in enumerate(spans))

    def used(*arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        program(*arguments)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    both, speech = used('prosody', sound, '--words', words), used('vad', sound)
    figures.told('prosody, an hour of words and sound', f'{both - speech:.1f} s of processor (bar 4), finding speech {speech:.1f} s more')


def measure(program, data, work, figures):
    pauses(program, data, work, figures)
    prominence(program, data, work, figures)
    emphasis(program, work, figures)
    laughter(program, data, work, figures)
    hour(program, data, work, figures)
