"""What the name tagger sees of a text: tokens as Sources/Anonymization/TextToken.swift splits them, attributes of each
token as NameFeatures.swift computes them, and features hashed from the attributes. The two must agree bit for bit."""
import os, sys, unicodedata
import numpy as np
from numba import njit, uint64

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'lexicon'))
from common import MASK, fmix, hash_text
from feature_hash import fmix as compiled_fmix

TYPES = ['PER', 'LOC', 'ORG', 'GPE_LOC', 'GPE_ORG', 'EVT', 'PROD', 'DRV']
WORD, NUMBER, PUNCTUATION, NEWLINE = range(4)
ABBREVIATIONS = set('dr hr fr st kl bl ca nr tlf mob jf mr mrs prof adv pol ass avd kap'.split())
# Tokens whose words are one document for `document`; a longer text is taken in such pieces.
PIECE = 2000
LONGEST = 256

ATTRIBUTES = ['text', 'lower', 'prefix1', 'prefix2', 'prefix3', 'prefix4', 'prefix5', 'suffix1', 'suffix2', 'suffix3', 'suffix4',
              'suffix5', 'shape', 'listed', 'kinds', 'forms', 'coarse', 'fine', 'place', 'phrase', 'documentCase', 'documentContext',
              'beforeRun', 'afterRun', 'runFirst', 'runLast', 'runPlace', 'quoted', 'suffix6', 'base']
A = {name: i for i, name in enumerate(ATTRIBUTES)}
COLUMNS = len(ATTRIBUTES)
OUTSIDE = hash_text('outside')


def is_letter(c):
    k = unicodedata.category(c)
    return k in ('Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Mc', 'Me') and not 0xFE00 <= ord(c) <= 0xFE0F and ord(c) != 0x20E3


def is_digit(c): return '0' <= c <= '9'
def is_joiner(c): return c in "-'’\u2011\xad"


def fold(text):
    out = []
    for c in unicodedata.normalize('NFC', text.lower()):
        if c in '’‘´`': out.append("'")
        elif c in '\u2010\u2011–': out.append('-')
        elif c in '\xad\u200b\u200d\ufeff': continue
        else: out.append(c)
    return ''.join(out)


class Token:
    __slots__ = ('kind', 'start', 'end', 'text', 'lower', 'capital', 'all_capitals', 'initial')


def tokens(text):
    out, i, space, initial = [], 0, False, True
    while i < len(text):
        c = text[i]
        newline = c in '\n\r\u2028\u2029'
        if c.isspace() and not newline:
            space = True; i += 1; continue
        end, kind = i + 1, PUNCTUATION
        if newline: kind = NEWLINE
        elif is_letter(c):
            kind = WORD
            while end < len(text):
                if is_letter(text[end]) or is_digit(text[end]): end += 1
                elif is_joiner(text[end]) and end + 1 < len(text) and (is_letter(text[end + 1]) or is_digit(text[end + 1])): end += 2
                else: break
        elif is_digit(c):
            kind = NUMBER
            while end < len(text) and is_digit(text[end]): end += 1
        t = Token()
        t.kind, t.start, t.end, t.text = kind, i, end, text[i:end]
        t.lower = fold(t.text) if kind == WORD else t.text
        t.capital = kind == WORD and unicodedata.category(c) in ('Lu', 'Lt')
        letters = [x for x in t.text if is_letter(x)]
        t.all_capitals = t.capital and len(letters) >= 2 and not any(x.islower() for x in letters)
        t.initial = kind == WORD and initial
        out.append(t)
        if kind == NEWLINE: initial = True
        elif kind in (WORD, NUMBER): initial = False
        else:
            if c in '.!?…:«"“”•' or c in '-–—' and (initial or space): initial = True
            if c == '.' and len(out) > 1 and out[-2].kind == WORD and out[-2].end == i and (
                    len(out[-2].text) == 1 and out[-2].capital or out[-2].lower in ABBREVIATIONS): initial = False
        space = False
        i = end
    return out


def sequences(tokens):
    """Ranges of tokens that are tagged together: the lines, long ones in pieces."""
    out, start = [], 0
    for i, t in enumerate(tokens):
        if t.kind == NEWLINE:
            if i > start: out.append((start, i))
            start = i + 1
        elif i - start == LONGEST:
            out.append((start, i)); start = i
    if len(tokens) > start: out.append((start, len(tokens)))
    return out


def shape(text):
    out = ''
    for c in text:
        k = 'd' if is_digit(c) else c if not is_letter(c) else 'x' if unicodedata.category(c) == 'Ll' else 'X'
        if not (len(out) >= 2 and out[-1] == k and out[-2] == k): out += k
    return out[:12]


KIND_BITS = {k: 1 << i for i, k in enumerate('mfspPkyco')}


class Lists:
    """names.tsv and jobtitles.txt as NameLists.swift reads them, wordforms.bin, and the clusters."""

    def __init__(self, folder, forms_path, clusters=None):
        self.entries, self.starts = {}, {}
        for line in open(os.path.join(folder, 'names.tsv'), encoding='utf-8'):
            form, kinds, level = line.rstrip('\n').split('\t')
            self.entries[form] = (sum(KIND_BITS[k] for k in kinds), int(level))
            if ' ' in form:
                words = form.split(' ')
                self.starts[words[0]] = max(self.starts.get(words[0], 0), len(words))
        self.titles = set(line.rstrip('\n') for line in open(os.path.join(folder, 'jobtitles.txt'), encoding='utf-8'))
        raw = open(forms_path, 'rb').read()
        sections = {}
        for k in range(int.from_bytes(raw[4:8], 'little')):
            e = 8 + 16 * k
            offset, length = int.from_bytes(raw[e + 8:e + 12], 'little'), int.from_bytes(raw[e + 12:e + 16], 'little')
            sections[raw[e:e + 8].rstrip(b'\0').decode()] = np.frombuffer(raw, '<u4', length // 4, offset)
        self.form_starts, self.form_entries = sections['starts'], sections['entries']
        self.clusters = clusters or {}

    def forms(self, lower):
        key = hash_text(lower) >> 24
        a, b = int(self.form_starts[key >> 24]), int(self.form_starts[(key >> 24) + 1])
        for e in self.form_entries[a:b]:
            if int(e) >> 8 == key & 0xFFFFFF: return int(e) & 0xFF
        return 0

    def compound(self, lower):
        if not 7 <= len(lower) <= 40: return False
        for cut in range(3, len(lower) - 3):
            tail = self.forms(lower[cut:])
            if not (tail & 64 and tail & 5): continue
            head = lower[:cut]
            if self.forms(head) & 64: return True
            if cut > 3 and head[-1] in 'se' and self.forms(head[:-1]) & 64: return True
        return False

    def lookup(self, lower):
        for i, form in enumerate(without_genitive(lower)):
            if form in self.entries: return self.entries[form] + (form != lower, form)
        return None


def without_genitive(lower):
    if lower.endswith("'s") and len(lower) > 3: return [lower[:-2]]
    if lower.endswith("'n") and len(lower) > 3: return [lower, lower[:-2]]
    if lower.endswith("'") and len(lower) > 2: return [lower[:-1]]
    if lower.endswith('s') and len(lower) > 3: return [lower, lower[:-1]]
    return [lower]


PREPOSITIONS = set('i på fra frå til ved mot over utenfor nær rundt'.split())
COMPANY = set('as asa kommune kommunes kommunen fylke universitet sykehus sjukehus avis'.split())


def word_attributes(t, lists):
    """The attributes of a token by itself: a row of COLUMNS values, and the kinds it is listed with."""
    row = [0] * COLUMNS
    if t.kind != WORD:
        value = t.text if t.kind == PUNCTUATION else '0' * min(len(t.text), 6)
        row[A['text']] = row[A['lower']] = hash_text(value)
        row[A['shape']] = hash_text('d' if t.kind == NUMBER else value)
        row[A['listed']] = row[A['kinds']] = row[A['forms']] = 1
        row[A['base']] = row[A['lower']]
        if t.kind == NUMBER: row[A['suffix4']] = hash_text(t.text)
        return row, 0
    lower = t.lower
    row[A['text']], row[A['lower']] = hash_text(t.text), hash_text(lower)
    for n in range(1, 6):
        if len(lower) > n:
            row[A['prefix1'] + n - 1] = hash_text(lower[:n])
            row[A['suffix1'] + n - 1] = hash_text(lower[-n:])
    if len(lower) > 6: row[A['suffix6']] = hash_text(lower[-6:])
    row[A['shape']] = hash_text(shape(t.text))
    found = lists.lookup(lower)
    kinds = 0
    if found:
        kinds, level, genitive, base = found
        row[A['listed']] = 2 + (kinds | level << 10 | genitive << 12)
        coarse = (kinds & 3 != 0) | (kinds & 4 != 0) << 1 | (kinds & 8 != 0) << 2 | (kinds & 0xF0 != 0) << 3 | (kinds & 256 != 0) << 4
        row[A['kinds']] = 2 + coarse
        row[A['base']] = hash_text(base)
    else:
        row[A['listed']] = row[A['kinds']] = 1
        row[A['base']] = hash_text(without_genitive(lower)[-1])
    forms = lists.forms(lower)
    row[A['forms']] = 2 + (forms | (lower in lists.titles) << 8 | (forms & 64 == 0 and not found and lists.compound(lower)) << 9)
    cluster = lists.clusters.get(lower)
    if cluster is not None:
        row[A['coarse']], row[A['fine']] = cluster & 0xFF, cluster >> 8
    return row, kinds


def attributes(tokens, lists):
    """All attributes of a text's tokens: uint64 [tokens, COLUMNS]; 0 means that there is nothing to say."""
    cache, words, kinds = {}, [], []
    for t in tokens:
        key = (t.kind, t.text)
        if key not in cache: cache[key] = word_attributes(t, lists)
        words.append(cache[key][0]); kinds.append(cache[key][1])
    X = np.array(words, np.uint64).reshape(len(tokens), COLUMNS)
    base = X[:, A['base']].copy()
    for i, t in enumerate(tokens):
        if t.kind == WORD: X[i, A['place']] = 1 + (t.initial | t.capital << 1 | t.all_capitals << 2)
        elif t.kind != NEWLINE: X[i, A['place']] = 16 + t.kind
    phrases(tokens, lists, X)
    for a in range(0, len(tokens), PIECE): document(tokens[a:a + PIECE], kinds[a:a + PIECE], base[a:a + PIECE], X[a:a + PIECE])
    for a, b in sequences(tokens): runs(tokens, a, b, X)
    return X


def phrases(tokens, lists, X):
    """Names of several words from the lists."""
    n, i = len(tokens), 0
    while i < n:
        longest = lists.starts.get(tokens[i].lower, 0) if tokens[i].kind == WORD else 0
        step = 1
        for count in range(min(longest, n - i), 1, -1):
            part = tokens[i:i + count]
            if any(t.kind != WORD for t in part): continue
            entry = lists.entries.get(' '.join(t.lower for t in part))
            if entry is None:
                bare = without_genitive(part[-1].lower)[-1]
                if bare != part[-1].lower: entry = lists.entries.get(' '.join([t.lower for t in part[:-1]] + [bare]))
            if entry is None: continue
            for k in range(count): X[i + k, A['phrase']] = 2 + (entry[0] << 2 | (0 if k == 0 else 2 if k == count - 1 else 1))
            step = count
            break
        i += step


def document(tokens, kinds, base, X):
    """How the same word is written elsewhere in the document, and beside what."""
    counts = {}
    own = []
    for i, t in enumerate(tokens):
        if t.kind != WORD: own.append(None); continue
        before = tokens[i - 1] if i and tokens[i - 1].kind == WORD else None
        after = tokens[i + 1] if i + 1 < len(tokens) and tokens[i + 1].kind == WORD else None
        e = (t.capital and not t.initial, not t.capital,
             before is not None and before.capital and kinds[i - 1] & 3 != 0,
             after is not None and after.capital and kinds[i + 1] & 4 != 0,
             before is not None and before.lower in PREPOSITIONS,
             after is not None and after.lower in COMPANY,
             before is not None and before.capital and not before.initial and kinds[i - 1] & 3 == 0)
        own.append(e)
        c = counts.setdefault(int(base[i]), [0] * 8)
        for k in range(7): c[k] += e[k]
        c[7] += 1
    for i, e in enumerate(own):
        if e is None: continue
        c = counts[int(base[i])]
        if c[7] < 2: continue
        bucket = lambda v: 0 if v == 0 else 1 if v == 1 else 2
        X[i, A['documentCase']] = 1 + bucket(c[0] - e[0]) * 3 + bucket(c[1] - e[1])
        X[i, A['documentContext']] = 1 + sum((c[k] - e[k] > 0) << (k - 2) for k in range(2, 7))


def runs(tokens, a, b, X):
    """The capitalised words that stand together, with what is before and after them; and quotation marks."""
    i = a
    quoted = 1
    while i < b:
        t = tokens[i]
        if t.kind == PUNCTUATION and t.text in '"“”«»': quoted = 3 - quoted if t.text in '"“”' else 2 if t.text == '«' else 1
        X[i, A['quoted']] = quoted
        if t.kind == WORD and t.capital:
            j = i + 1
            while j < b and tokens[j].kind == WORD and tokens[j].capital: j += 1
            before = int(X[i - 1, A['lower']]) if i > a else OUTSIDE
            after = int(X[j, A['lower']]) if j < b else OUTSIDE
            for k in range(i, j):
                X[k, A['quoted']] = quoted
                X[k, A['beforeRun']], X[k, A['afterRun']] = before, after
                X[k, A['runFirst']], X[k, A['runLast']] = X[i, A['lower']], X[j - 1, A['lower']]
                X[k, A['runPlace']] = 1 + min(j - i, 4) * 8 + min(k - i, 3)
            i = j
        else: i += 1


def template(*parts): return [(A[name], offset) for name, offset in parts]


def templates():
    one = [[(name, 0)] for name in ATTRIBUTES]
    for name in ('lower', 'shape', 'kinds', 'listed', 'forms', 'coarse', 'fine', 'suffix3', 'place', 'phrase'):
        one += [[(name, o)] for o in (-1, 1)]
    for name in ('lower', 'shape', 'kinds', 'coarse', 'forms'): one += [[(name, o)] for o in (-2, 2)]
    more = [
        ('lower', -1, 'lower', 0), ('lower', 0, 'lower', 1), ('lower', -1, 'shape', 0), ('lower', 1, 'shape', 0), ('lower', -1, 'lower', 1),
        ('lower', -2, 'lower', -1), ('lower', 1, 'lower', 2), ('shape', -1, 'shape', 0), ('shape', 0, 'shape', 1),
        ('shape', -1, 'shape', 0, 'shape', 1), ('kinds', -1, 'kinds', 0), ('kinds', 0, 'kinds', 1), ('kinds', -1, 'kinds', 0, 'kinds', 1),
        ('listed', 0, 'place', 0), ('forms', 0, 'place', 0), ('lower', 0, 'place', 0), ('base', 0, 'place', 0), ('lower', -1, 'kinds', 0),
        ('lower', 1, 'kinds', 0), ('lower', -1, 'suffix3', 0), ('coarse', -1, 'kinds', 0), ('coarse', 1, 'kinds', 0), ('fine', -1, 'shape', 0),
        ('fine', 1, 'shape', 0), ('documentCase', 0, 'place', 0), ('documentCase', 0, 'forms', 0, 'place', 0), ('documentContext', 0, 'kinds', 0),
        ('kinds', 0, 'shape', 0), ('kinds', 0, 'forms', 0, 'place', 0), ('beforeRun', 0, 'runPlace', 0), ('afterRun', 0, 'runPlace', 0),
        ('runLast', 0, 'runPlace', 0), ('runFirst', 0, 'runPlace', 0), ('quoted', 0, 'shape', 0), ('suffix3', 0, 'place', 0),
        ('suffix4', 0, 'place', 0), ('suffix5', 0, 'place', 0), ('forms', -1, 'forms', 0), ('forms', 0, 'forms', 1),
        ('beforeRun', 0, 'kinds', 0), ('afterRun', 0, 'kinds', 0), ('runPlace', 0, 'kinds', 0, 'place', 0),
        ('coarse', -1, 'shape', 0, 'coarse', 1), ('lower', -2, 'shape', 0), ('lower', 2, 'shape', 0), ('quoted', 0, 'runPlace', 0),
        ('lower', -2, 'lower', -1, 'shape', 0), ('shape', -2, 'shape', -1, 'shape', 0), ('kinds', 0, 'lower', -1, 'lower', 1),
        ('forms', -1, 'shape', 0), ('forms', 1, 'shape', 0),
    ]
    out = [template(*t) for t in one]
    for m in more: out.append([(A[m[k]], m[k + 1]) for k in range(0, len(m), 2)])
    return out


@njit(cache=True)
def hashed(X, spans, parts, starts, outside):
    """Feature hashes uint64 [tokens, templates]; 0 where a part has nothing to say."""
    n, m = X.shape[0], len(starts) - 1
    out = np.zeros((n, m), np.uint64)
    for s in range(len(spans)):
        a, b = spans[s, 0], spans[s, 1]
        for i in range(a, b):
            for t in range(m):
                h = compiled_fmix(uint64(t + 1) * uint64(0x9E3779B97F4A7C15))
                said = True
                for p in range(starts[t], starts[t + 1]):
                    j = i + parts[p, 1]
                    v = outside if j < a or j >= b else X[j, parts[p, 0]]
                    if v == uint64(0): said = False; break
                    h = compiled_fmix(h + v)
                out[i, t] = h if said else uint64(0)
    return out


def flat(templates):
    parts = np.array([p for t in templates for p in t], np.int32)
    starts = np.cumsum([0] + [len(t) for t in templates]).astype(np.int32)
    return parts, starts
