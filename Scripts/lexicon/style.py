"""Compiles style.bin: equal forms of Bokmål that a study may choose between.

usage: style.py DATA OUT    (DATA: the folder with lexicon/, dialect/, ner/ and nynorsk/)

Three classes of endings, from the paradigms of Norsk ordbank: feminine singular (jenta, jenten), past tense and
participle (kasta, kastet), neuter plural (husa, husene). A form with readings outside its class is marked so, and the
words that tell a verb from a noun are written beside them. Where they are silent, the reading that nearly all uses in the
Nordic Dialect Corpus have decides. Words spelt otherwise (heim, hjem) are paired from doublets.tsv.
"""
import collections
import os
import struct
import sys
from common import hash_text, lines, utterances, write_sections

FEMININE, PAST, PLURAL, OTHER, MOSTLY_NOUN, MOSTLY_VERB = (1 << i for i in range(6))
BUCKET_BITS = 12

# After these a form that may be verb or noun is the verb: subjects, and auxiliaries that seldom have an object.
BEFORE_VERB = "jeg du han hun vi dere de man hadde ha ble blir blitt".split()
# After these it is the noun.
BEFORE_NOUN = """den denne det dette ei hele på i til fra av ved om under over bak foran mellom gjennom langs mot hos uten samme
første siste andre lille store gamle nye neste""".split()
# Before these, too.
AFTER_NOUN = "min mi mitt mine din di ditt dine sin si sitt sine vår vårt våre hans hennes deres".split()

# These point at people as often as they are subjects ("han pappa", "de husa"): nothing to learn from.
EITHER = {"han", "hun", "de"}

# Everyday forms that the lexicon lacks, or hides behind a rarer word.
ADDED = {"helga": 1, "saka": 1, "mora": 1, "moren": 1, "øya": 5}  # øya: the island, and the eyes

# Words of closed classes, which the lexicon lacks; plan, of two genders, and hand; and plurals in -a that moderate writers have, too.
CLOSED = set("via kontra infra da hva fra ja ha det annet intet meget den men en ingen noen annen uten igjen".split())
CLOSED |= {"plana", "planen", "hendene", "henda", "barna", "barnene", "bena", "benene", "beina", "beinene"}

# A reading is taken for granted when this share of at least so many told uses have it.
SHARE, LEAST = 0.85, 6

# A noun whose base form is this much rarer than another's is not thought of where both have the form (kon beside kone).
RARE = 5

# How much commoner the moderate form must be in edited Bokmål to be the usual one.
USUAL = 4


def plain(form):
    return form and form == form.lower() and form.replace("é", "e").isalpha()


def paradigms(data):
    forms = collections.defaultdict(set)
    readings = collections.defaultdict(set)
    for line in lines(data + "/lexicon/ordbank-bokmaal.tsv.gz"):
        form, pos, lemma = line.split("\t")
        if plain(form):
            forms[pos, lemma].add(form)
            readings[form].add((pos, lemma))
    return forms, readings


def stem(lemma):
    return lemma[:-1] if lemma.endswith("e") else lemma


def is_neuter(lemma, own):
    return lemma + "et" in own or stem(lemma) + "et" in own or lemma + "t" in own


def noun_class(form, lemma, own):
    """FEMININE, PLURAL or OTHER."""
    neuter = is_neuter(lemma, own)
    if form.endswith("ene"):
        return PLURAL if neuter and form[:-3] + "a" in own and form[:-3] + "en" not in own else OTHER
    if form.endswith("en"):
        return FEMININE if not neuter and form[:-2] + "a" in own else OTHER
    if not neuter and form[:-1] + "en" in own:
        return FEMININE
    if neuter and form[:-1] + "ene" in own and form[:-1] + "en" not in own:
        return PLURAL
    return OTHER


def ending_of(form):
    return next(e for e in ("ene", "en", "et", "a") if form.endswith(e))


def bases(form):
    """The nouns that a form may be of, by its letters."""
    start = form[:-len(ending_of(form))]
    return start, start + "e"


def hidden_class(form, lemma, forms, counts):
    """The readings that other nouns give a form: the lexicon lists each form of a part of speech under one lemma alone."""
    bits = 0
    ending = ending_of(form)
    for other in bases(form):
        own = forms.get(("noun", other))
        if other == lemma or own is None or ending == "et" or counts[other] * RARE < counts[lemma]:
            continue
        if is_neuter(other, own):
            bits |= OTHER if ending == "en" else PLURAL
        elif ending == "a":
            # Feminine or masculine: a masculine has no such form, and the change is the same.
            bits |= FEMININE if form[:-1] + "en" in own else OTHER
        else:
            bits |= FEMININE if ending == "en" and form[:-2] + "a" in own else OTHER
    return bits


def verb_class(form, own):
    if form.endswith("a") and form[:-1] + "et" in own:
        return PAST
    if form.endswith("et") and form[:-2] + "a" in own:
        return PAST
    return OTHER


def classes(forms, readings, counts):
    result = {}
    for form, found in readings.items():
        if not form.endswith(("a", "en", "et", "ene")) or len(form) < 3:
            continue
        if form in CLOSED or any((pos, form) in forms for pos in ("noun", "adj", "adv", "verb")):
            continue  # sofa, leken: the ending is no ending
        bits = 0
        for pos, lemma in found:
            own = forms[pos, lemma]
            if pos == "noun":
                hidden = hidden_class(form, lemma, forms, counts)
                # The lexicon may list the form under the noun that nobody thinks of (jorde, where talk is of jord).
                if not hidden or not any(counts[o] > RARE * counts[lemma] for o in bases(form) if ("noun", o) in forms):
                    hidden |= noun_class(form, lemma, own)
                bits |= hidden
                # A neuter of the same spelling, whose forms stand elsewhere (plan, planet).
                neuter = form[:-2 if form.endswith("en") else -1] + "et"
                is_noun = any(pos == "noun" for pos, _ in readings.get(neuter, ()))
                if bits & FEMININE and is_noun and counts[neuter] * RARE >= counts[form]:
                    bits |= OTHER if form.endswith("en") else PLURAL
            elif pos == "verb" or pos == "adj":
                # Participles stand under the verb's lemma.
                bits |= verb_class(form, own | forms["verb", lemma] | forms["adj", lemma])
            else:
                bits |= OTHER
        if bits & (FEMININE | PAST | PLURAL):
            result[form] = bits
    return result | ADDED


def settle(table, data):
    """Marks ambiguous forms that the dialect corpus nearly always has in one reading."""
    told = collections.defaultdict(lambda: [0, 0])
    before_verb, before_noun, after_noun = set(BEFORE_VERB) - EITHER, set(BEFORE_NOUN), set(AFTER_NOUN)
    for utterance in utterances(data + "/dialect/train.tsv.gz"):
        words = [bokmal.lower() for _, bokmal in utterance]
        for index, word in enumerate(words):
            bits = table.get(word, 0)
            if not bits & (bits - 1):
                continue
            before = words[index - 1] if index else ""
            after = words[index + 1] if index + 1 < len(words) else ""
            if before in before_noun or after in after_noun:
                told[word][0] += 1
            elif before in before_verb:
                told[word][1] += 1
    for word, (noun, verb) in sorted(told.items()):
        if noun + verb < LEAST:
            continue
        if verb >= SHARE * (noun + verb) and table[word] & PAST:
            table[word] |= MOSTLY_VERB
        elif noun >= SHARE * (noun + verb):
            table[word] |= MOSTLY_NOUN


def paired(moderate, radical, pos, forms):
    """Pairs of inflected forms of two lemmas."""
    cut = moderate.endswith("e") and radical.endswith("e")
    stems = (moderate[:-1], radical[:-1]) if cut else (moderate, radical)
    for form in sorted(forms[pos, radical]):
        if form.startswith(stems[1]):
            other = stems[0] + form[len(stems[1]):]
            if other in forms[pos, moderate]:
                yield other, form, (pos, moderate), (pos, radical)


def doublets(path, data, forms, readings):
    """{radical: moderate} and {moderate: radical}, each only where no other reading of the source stands in the way; and the
    pairs of each line of the list."""
    extra = set(lines(data + "/lexicon/apertium-nob-forms.txt.gz"))
    pairs, sure, families = [], set(), []
    lemmas = collections.defaultdict(list)
    for pos, lemma in forms:
        lemmas[pos].append(lemma)
    for line in open(path, encoding="utf-8"):
        if line.startswith("#"):
            continue
        fields = line.rstrip("\n").split("\t")
        moderate, radical, pos = fields[:3]
        kind = fields[3] if len(fields) > 3 else ""
        families.append(len(pairs))
        if kind == "sure":
            sure |= {moderate, radical}
        if pos == "form" or (pos, radical) not in forms or (pos, moderate) not in forms:
            known = [w in readings or w in extra for w in (moderate, radical)]
            assert all(known), f"{moderate} or {radical} is no form of Bokmål"
            shared = readings[moderate] & readings[radical]
            for one in sorted(shared) or [("adv", moderate)]:
                pairs.append((moderate, radical, one, one if shared else ("adv", radical)))
            continue
        pairs += paired(moderate, radical, pos, forms)
        if pos == "verb":
            pairs += paired(moderate, radical, "adj", forms)  # its participles
        # Compounds that begin with the word, where the lexicon has both.
        if pos == "verb" or kind == "alone":
            continue
        for kind in ("noun", "adj", "adv", "verb"):
            for lemma in sorted(lemmas[kind]):
                if lemma.startswith(radical) and lemma != radical and len(lemma) >= len(radical) + 3:
                    other = moderate + lemma[len(radical):]
                    if (kind, other) in forms:
                        pairs += paired(other, lemma, kind, forms)
    result = []
    for source, target in ((1, 0), (0, 1)):
        targets, covered = collections.defaultdict(set), collections.defaultdict(set)
        for pair in pairs:
            targets[pair[source]].add(pair[target])
            covered[pair[source]].add(pair[2 + source])
        result.append({
            form: min(found) for form, found in targets.items()
            if len(found) == 1 and form not in found and (form in sure or readings[form] <= covered[form])})
    families.append(len(pairs))
    return *result, [{pair[:2] for pair in pairs[a:b]} for a, b in zip(families, families[1:])]


def usual(families, counts):
    """The radical forms of families whose moderate forms edited Bokmål plainly prefers."""
    result = set()
    for family in families:
        moderate, radical = sum(counts[m] for m, _ in family), sum(counts[r] for _, r in family)
        if moderate >= USUAL * (radical + 1):
            result |= {r for _, r in family}
    return result


def edited(data):
    """How often words stand in edited Bokmål."""
    counts = collections.Counter()
    for line in lines(data + "/ner/nob-train.tsv.gz"):
        if line:
            counts[line.split("\t")[0].lower()] += 1
    for line in lines(data + "/nynorsk/nb-nn-train.tsv.gz"):
        counts.update(line.split("\t")[0].lower().split())
    return counts


def spoken(data):
    """How often words stand in transcribed talk."""
    return collections.Counter(b.lower() for u in utterances(data + "/dialect/train.tsv.gz") for _, b in u)


def string_list(strings):
    bodies = [s.encode("utf-8") for s in strings]
    offsets = [0]
    for body in bodies:
        offsets.append(offsets[-1] + len(body))
    joined = b"".join(bodies)
    return struct.pack(f"<{len(offsets) + 1}I", len(bodies), *offsets) + joined + b"\0" * (-len(joined) % 4)


def write(table, to_moderate, to_radical, preferred, path):
    merged = {}
    for form, bits in table.items():
        key = hash_text(form) >> 64 - BUCKET_BITS - 24
        merged[key] = merged.get(key, 0) | bits
    starts, body = [], []
    for key in sorted(merged):
        while len(starts) <= key >> 24:
            starts.append(len(body))
        body.append((key & 0xFFFFFF) << 8 | merged[key])
    while len(starts) < (1 << BUCKET_BITS) + 1:
        starts.append(len(body))
    # Radical, moderate, and which way the pair may be read: m, r; u where the moderate form is the usual one.
    ways = collections.defaultdict(str)
    for radical, moderate in to_moderate.items():
        ways[radical, moderate] += "um" if radical in preferred else "m"
    for moderate, radical in to_radical.items():
        ways[radical, moderate] += "r"
    pairs = [f"{radical}\t{moderate}\t{way}" for (radical, moderate), way in sorted(ways.items())]
    write_sections(path, [
        ("starts", struct.pack(f"<{len(starts)}I", *starts)), ("entries", struct.pack(f"<{len(body)}I", *body)),
        ("pairs", string_list(pairs)),
        ("b-verb", string_list(sorted(set(BEFORE_VERB)))), ("b-noun", string_list(sorted(set(BEFORE_NOUN)))),
        ("a-noun", string_list(sorted(set(AFTER_NOUN)))),
    ])
    print(f"{len(body)} forms with an equal ending, {len(to_moderate)} and {len(to_radical)} pairs, {len(preferred)} usual")


if __name__ == "__main__":
    data, out = sys.argv[1:3]
    forms, readings = paradigms(data)
    written = edited(data)
    table = classes(forms, readings, written + spoken(data))
    settle(table, data)
    here = os.path.dirname(os.path.abspath(__file__))
    to_moderate, to_radical, families = doublets(here + "/doublets.tsv", data, forms, readings)
    write(table, to_moderate, to_radical, usual(families, written) & set(to_moderate), out)
