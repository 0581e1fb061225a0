"""The candidates of phonetic dialect words, with what is known of each: as CandidateGenerator+Phonetic.swift makes them,
which for speed looks at fewer rewritings and drops what no context can save.

A word has its attested forms, an unknown word its likeliest rewritings. A word that is itself a form of Bokmål may also stand.
"""
import collections
import math
import numpy as np
import rewrite_model
import word_forms
from common import hash_text

MOST = 10
RARE = 2
BEAM = 12
# Log probability of a form that is not among the likeliest rewritings.
UNLIKELY = -12.0
# Log share of a form that was not attested, by how often its word was: once or twice, more.
UNSEEN = (-3.0, -7.0, -7.0, -7.0)
# What is known of a candidate; the order is that of CandidateKnowledge.swift.
KNOWLEDGE = [
    "share, rare word", "share, up to 10", "share, up to 100", "share, more", "listed, rare word", "frequency, rare word",
    "letters", "listed", "frequency", "name", "compound", "noun", "verb", "adjective", "unchanged", "unchanged and listed",
    "several words", "unlisted", "capital and listed", "attested form", "added as it stands",
]
LETTERS, ADDED = 6, 20
SUFFIXES = 512
PREFIXES = 2048


def is_ordinary(dialect, bokmal="-"):
    """Pauses, masked names and unreadable stretches are no words."""
    return bool(bokmal) and not any(c in "#*…" for c in dialect + bokmal) and dialect.strip("Xx") != ""


def attested(data):
    """word → form → count."""
    table = collections.defaultdict(collections.Counter)
    for utterance in data:
        for dialect, bokmal in utterance:
            if is_ordinary(dialect, bokmal):
                table[dialect][bokmal] += 1
    return table


def without(table, part):
    """The table less the counts of a part of its data."""
    result = {}
    for word, forms in table.items():
        own = part.get(word)
        left = {y: n - own.get(y, 0) for y, n in forms.items() if n > own.get(y, 0)} if own else forms
        if left:
            result[word] = left
    return result


def merged(forms):
    """[form, count] by lower-case form, each in its commonest casing, commonest first."""
    best = {}
    for form, n in sorted(forms.items(), key=lambda item: (-item[1], item[0])):
        key = form.lower()
        if key in best:
            best[key][1] += n
        else:
            best[key] = [form, n]
    return sorted(best.values(), key=lambda entry: (-entry[1], entry[0]))[:MOST]


def uncapitalised(word):
    return word[0].lower() + word[1:]


def has_capital(word):
    return word[:1].isupper() and word[0] != "X"


def rewriting_pairs(table, most=200):
    """Attested pairs for the rewriting model, names without their capital; very frequent words are irregular."""
    pairs = set()
    for word, forms in table.items():
        if sum(forms.values()) <= most and "X" not in word:
            for form in forms:
                if word[:1].isupper() and form[:1].isupper():
                    pairs.add((uncapitalised(word), uncapitalised(form)))
                else:
                    pairs.add((word, form))
    return sorted(pairs)


def rewritings(rewriter, word):
    """Log probability and text, best first."""
    if not has_capital(word):
        return rewriter.beam(word, BEAM)
    return [(score, text[:1].upper() + text[1:]) for score, text in rewriter.beam(uncapitalised(word), BEAM)]


class Lexicon:
    """What Norsk ordbank and Apertium say of a form (wordforms.bin), and how often the training data has it."""

    def __init__(self, data, table):
        self.forms = word_forms.collect(data)
        counts = collections.Counter()
        for forms in table.values():
            for form, n in forms.items():
                counts[form.lower()] += n
        self.frequencies = {form: min(255, round(16 * math.log(1 + n))) for form, n in counts.items()}
        self.compounds = {}

    def bits(self, form):
        return self.forms.get(form, 0)

    def is_listed(self, form):
        return all(self.bits(part) & word_forms.BOKMAL for part in form.split(" "))

    def is_compound(self, form):
        if form not in self.compounds:
            self.compounds[form] = self.splits(form)
        return self.compounds[form]

    def splits(self, form):
        if not 7 <= len(form) <= 40:
            return False
        for split in range(3, len(form) - 3):
            tail, head = self.bits(form[split:]), form[:split]
            if tail & word_forms.BOKMAL and tail & (word_forms.NOUN | word_forms.ADJECTIVE):
                if self.bits(head) & word_forms.BOKMAL:
                    return True
                if split > 3 and head[-1] in "se" and self.bits(head[:-1]) & word_forms.BOKMAL:
                    return True
        return False

    def word_class(self, form):
        """A row for what the last word of a form can be."""
        return self.bits(form.lower().split(" ")[-1]) & 127


def suffix_row(form):
    return hash_text(form.lower()[-2:]) % SUFFIXES


def prefix_row(word):
    return hash_text(word.lower()[:2]) % PREFIXES


Candidates = collections.namedtuple("Candidates", "forms knowledge")


def candidates(word, table, rewriter, lexicon):
    """The candidates of a word, the likeliest without context first as far as shares and letters tell."""
    if not is_ordinary(word) or any(c.isdigit() for c in word):
        return Candidates([word], np.zeros((1, len(KNOWLEDGE)), np.float32))
    attested_forms = table.get(word)
    total = sum(attested_forms.values()) if attested_forms else 0
    rows = [[form, n, 0.0] for form, n in merged(attested_forms)] if attested_forms else []
    if not rows:
        seen = set()
        for score, text in rewritings(rewriter, word):
            if text and text.lower() not in seen and len(rows) < MOST:
                rows.append([text, 0, score])
                seen.add(text.lower())
    is_added = bool(lexicon.bits(word.lower()) & word_forms.BOKMAL) and all(row[0].lower() != word.lower() for row in rows)
    if is_added or not rows:
        rows.append([word, 0, UNLIKELY])
    known = np.array([knowledge(word, form, n, total, score, lexicon) for form, n, score in rows], np.float32)
    if is_added:
        known[-1, ADDED] = 1
    order = range(len(rows))
    if not total:
        order = sorted(order, key=lambda k: (-known[k, LETTERS:LETTERS + 3].sum(), rows[k][0].encode()))
    return Candidates([rows[k][0] for k in order], known[list(order)])


def knowledge(word, form, n, total, score, lexicon):
    known = [0.0] * len(KNOWLEDGE)
    lower = form.lower()
    frequency = lexicon.frequencies.get(lower, 0) / 80
    bits, listed = lexicon.bits(lower), lexicon.is_listed(lower)
    if total:
        group = 0 if total <= RARE else 1 if total <= 10 else 2 if total <= 100 else 3
        known[group] = math.log((n + 0.1) / total) if n else UNSEEN[group]
        if total <= RARE:
            known[4:6] = listed, frequency
    else:
        capital = word[:1].isupper()
        name = bool(bits & word_forms.NAME)
        known[LETTERS:ADDED] = (
            score, listed, frequency, name and capital, not listed and lexicon.is_compound(lower),
            bool(bits & word_forms.NOUN), bool(bits & word_forms.VERB), bool(bits & word_forms.ADJECTIVE),
            lower == word.lower(), listed and lower == word.lower(), " " in lower, not listed and not name,
            capital and listed, frequency > 0)
    return known
