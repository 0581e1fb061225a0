#!/usr/bin/env python3
"""Builds the name and place lists of Sources/Anonymization/Resources from public registers.

    build_names.py LEXICON_DIR RESOURCES_DIR [--dialect TRAIN.tsv.gz] [--tagged TRAIN.tsv.gz]

LEXICON_DIR holds the registers named in docs/data-notice.md. The two optional files are only counted: a name form
that they also hold in lower case is an ordinary word, and how often decides its class.

Writes (UTF-8, sorted, the same inputs give the same bytes):
  names.tsv           form (lower case) TAB kinds TAB ambiguity
                      kinds: m f first names, s surname, p place, P post place, k municipality (now or before),
                      y county, c country, o organisation. ambiguity: 0 never an ordinary word, 1 rarely, 2 often
  municipalities.tsv  number TAB name TAB county TAB region TAB inhabitants TAB class of centrality TAB other names (current
                      municipalities; inhabitants and class from municipality-size.tsv beside this script)
  postplaces.tsv      post place TAB number of its municipality, where they differ in name and the place lies in one
  jobtitles.txt       one title a line, lower case
"""
import argparse, csv, gzip, os, re, unicodedata
from collections import Counter, defaultdict

# Surnames that the register extract leaves out because it starts below them; the commonest in the country.
COMMON_SURNAMES = """Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen
Eriksen Berg Haugen Hagen Johannessen Andreassen Jacobsen Halvorsen Dahl Jørgensen Henriksen Lund Sørensen Jakobsen
Gundersen Moen Iversen Svendsen Strand Solberg Martinsen Paulsen Knutsen Eide Bakken Kristoffersen Mathisen Lie
Rasmussen Amundsen Lunde Kristensen Bakke Berge Moe Nygård Solheim Lien Fredriksen Nguyen Holm Hauge Andresen Christensen
Nielsen Knudsen Evensen Sæther Aas Hanssen Myhre Haugland Thomassen Simonsen Sivertsen Berntsen Ali Ahmed Khan
Danielsen Sandvik Rønning Arnesen Næss Antonsen Vik Haug Ellingsen Thorsen Edvardsen Gulbrandsen Birkeland Isaksen
Aasen Ruud Strøm Ødegård Ødegaard Jenssen Myklebust Eliassen Aune Tangen Helland Bøe Mikkelsen Brekke Abrahamsen Engen
Christoffersen Tveit Samuelsen Sand Løken Hermansen Viken Wold Nordmann Hussain Mohamed Ibrahim Hassan Tran Pham""".split()

# First names that the letters lost from the boys' file could have been, when no other list settles it.
REPAIRED_BY_HAND = {"J\ufffdrg": ["Jørg"], "T\ufffdnnes": ["Tønnes"], "\ufffddne": ["Ådne"], "J\ufffdran": ["Jøran"],
                    "B\ufffdrge": ["Børge"], "S\ufffdlve": ["Sølve"], "P\ufffdl": ["Pål"], "B\ufffdrd": ["Bård"]}

# Short and familiar forms that registers of given names under-count.
FAMILIAR = {"m": "Bjørnar Kalle Lasse Nisse Jonny Tommy Kenneth Ronny Frode Ove Kai Roy Terje Gunnar Oddvar Arve Tore Tor".split(),
            "f": "Kari Anne Lise Bente Mette Siv Unni Wenche Turid Gro Tove Britt Liv Åse Gerd Randi Berit Grete".split()}

COUNTRIES = """Norge Noreg Sverige Danmark Finland Island Tyskland Frankrike England Skottland Wales Irland Storbritannia
Spania Portugal Italia Hellas Polen Litauen Latvia Estland Russland Ukraina Hviterussland Belarus Romania Bulgaria Ungarn
Tsjekkia Slovakia Slovenia Kroatia Serbia Bosnia Bosnia-Hercegovina Montenegro Kosovo Albania Makedonia Moldova Østerrike
Sveits Nederland Belgia Luxembourg Malta Kypros Tyrkia Syria Libanon Israel Palestina Jordan Irak Iran Kuwait Qatar Bahrain
Oman Jemen Saudi-Arabia Afghanistan Pakistan India Bangladesh Nepal Bhutan Myanmar Burma Thailand Vietnam Laos Kambodsja
Malaysia Singapore Indonesia Filippinene Kina Taiwan Hongkong Japan Korea Sør-Korea Nord-Korea Mongolia Kasakhstan
Usbekistan Turkmenistan Kirgisistan Tadsjikistan Georgia Armenia Aserbajdsjan Egypt Libya Tunisia Algerie Marokko Sudan
Sør-Sudan Etiopia Eritrea Somalia Djibouti Kenya Uganda Tanzania Rwanda Burundi Kongo Angola Zambia Zimbabwe Mosambik
Malawi Madagaskar Namibia Botswana Sør-Afrika Nigeria Niger Tsjad Kamerun Ghana Togo Benin Elfenbenskysten Liberia
Sierra-Leone Guinea Senegal Gambia Mali Mauritania USA Canada Mexico Guatemala Honduras Nicaragua Panama Cuba Haiti Jamaica
Colombia Venezuela Ecuador Peru Brasil Bolivia Chile Argentina Uruguay Paraguay Australia Grønland Færøyene""".split()

FORMER_COUNTIES = """Sør-Trøndelag Nord-Trøndelag Hordaland Hedmark Oppland Aust-Agder Vest-Agder Viken Sogn_og_Fjordane
Vestfold_og_Telemark Troms_og_Finnmark Finnmárku Nordlánnda Romsa""".replace("\n", " ").split()

REGIONS = {"Østlandet": "Oslo Akershus Østfold Buskerud Innlandet Vestfold Telemark".split(), "Sørlandet": ["Agder"],
           "Vestlandet": ["Rogaland", "Vestland", "Møre og Romsdal"], "Trøndelag": ["Trøndelag"],
           "Nord-Norge": ["Nordland", "Troms", "Finnmark"]}
REGION_WORDS = """Østlandet Sørlandet Vestlandet Nord-Norge Nordnorge Lofoten Vesterålen Helgeland Salten Ofoten Finnmarksvidda
Romerike Follo Hadeland Toten Ringerike Hallingdal Valdres Gudbrandsdalen Østerdalen Solør Glåmdalen Setesdal Jæren Dalane
Ryfylke Sunnhordland Nordhordland Hardanger Voss Sogn Sunnfjord Nordfjord Sunnmøre Romsdal Nordmøre Fosen Innherred Namdalen
Vest-Finnmark Øst-Finnmark Nord-Troms Sør-Troms Grenland Groruddalen Grünerløkka Grønland Tøyen Majorstua Bærum""".split()


def rows(path, separator="\t"):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\r\n").split(separator)


def title(word):
    """POST PLACES come in capitals."""
    return re.sub(r"[^\W\d_]+", lambda m: m.group(0)[0] + m.group(0)[1:].lower(), word)


def ssb_names(path, known):
    """Given names of SSB table 10501. The boys' file has U+FFFD for each lost letter: every filling by æ, ø and å that
    another list knows is taken; a name that none knows is filled by hand, else kept with each of the three (a list used
    for finding names loses nothing by a spelling too many)."""
    with open(path, encoding="utf-8") as file:
        for row in csv.reader(file, delimiter=";"):
            if len(row) < 3 or row[0] in ("", "fornavn"):
                continue
            name = row[0].strip()
            latest = int(row[-1]) if row[-1].isdigit() else 0
            if "\ufffd" not in name:
                yield name, latest
                continue
            fillings = [name]
            while "\ufffd" in fillings[0]:
                fillings = [f.replace("\ufffd", letter, 1) for f in fillings for letter in "æøåöé"]
            fillings = [f[0].upper() + f[1:] for f in fillings]
            if name in REPAIRED_BY_HAND:
                yield from ((f, latest) for f in REPAIRED_BY_HAND[name])
                continue
            settled = [f for f in fillings if f in known or all(part in known for part in f.split("-"))]
            yield from ((f, latest) for f in settled or fillings[:3])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("lexicon")
    parser.add_argument("resources")
    parser.add_argument("--dialect")
    parser.add_argument("--tagged")
    args = parser.parse_args()
    path = lambda name: os.path.join(args.lexicon, name)
    kinds = defaultdict(set)

    def add(name, kind):
        name = unicodedata.normalize("NFC", name.strip())
        if len(name) < 2 or not any(c.isalpha() for c in name) or name.endswith("-") or any(c.isdigit() for c in name):
            return
        kinds[name.lower()].add(kind)

    known = set()
    for language in ("nob", "nno"):
        for form, lemma, tags in rows(path(f"apertium-{language}-names.tsv.gz")):
            if "cmp-split" in tags or not lemma[:1].isupper():
                continue
            letter = ("m" if "<ant><m>" in tags else "f" if "<ant><f>" in tags else "s" if "<cog>" in tags
                      else "p" if "<top>" in tags else "o" if "<org>" in tags else None)
            if letter:
                # Sámi names come in every possible loss of accents: keep the lemma alone.
                add(lemma, letter)
                known.add(lemma)
    bearers = Counter()
    for file, kind in (("ssb-jentenavn.csv", "f"), ("ssb-guttenavn.csv", "m")):
        for name, count in ssb_names(path(file), known):
            add(name, kind)
            bearers[name.lower()] += count
    for kind, names in FAMILIAR.items():
        for name in names:
            add(name, kind)
    for row in rows(path("etternavn.tsv")):
        add(row[0], "s")
    for name in COMMON_SURNAMES:
        add(name, "s")
    for row in rows(path("postnummer.tsv")):
        add(title(row[1]), "P")
        # Many boxes stand under "NESTTUN 2"-like variants or "X I Y": the first word alone is a place too.
        if " " in row[1] and len(row[1].split()[0]) > 3:
            add(title(row[1].split()[0]), "p")
    municipalities = []
    size_of = {row[0]: row[1:] for row in rows(os.path.join(os.path.dirname(os.path.abspath(__file__)), "municipality-size.tsv")) if row[0].isdigit()}
    county_of = {row[0]: row[1] for row in rows(path("fylker-2024.tsv"))}
    for row in rows(path("kommuner-2024.tsv")):
        name = row[2].split(" - ")[0]
        county = county_of.get(row[0][:2], "")
        region = next((r for r, counties in REGIONS.items() if county in counties), "")
        municipalities.append((row[0], name, county, region, *size_of[row[0]], "|".join(sorted({row[2], *re.split(r" - ", row[2])} - {name}))))
        for part in re.split(r" - ", row[3]) + [row[2]]:
            add(part, "k")
    for row in rows(path("kommuner-union.txt")):
        for part in re.split(r" - ", row[0]):
            add(part, "k")
    for row in rows(path("fylker-2024.tsv")):
        for part in re.split(r" - ", row[3]):
            add(part, "y")
    for name in FORMER_COUNTIES:
        add(name.replace("_", " "), "y")
    for name in COUNTRIES:
        add(name, "c")
    for name in REGION_WORDS:
        add(name, "p")

    ordinary = set()
    for row in rows(path("ordbank-bokmaal.tsv.gz")):
        if row[0] == row[0].lower() and row[0] == row[0].strip() and row[2][:1].islower():
            ordinary.add(row[0])
    for language in ("nob", "nno"):
        for row in rows(path(f"apertium-{language}-forms.txt.gz")):
            if row[0].islower():
                ordinary.add(row[0])
    counts = Counter()
    if args.dialect:
        for row in rows(args.dialect):
            # Both columns: what is said in dialect must not be taken for a name either.
            if len(row) > 1 and row[1].islower():
                for form in {row[0], row[1]}:
                    counts[form] += 1
    if args.tagged:
        for row in rows(args.tagged):
            if len(row) > 1 and row[1] == "O" and row[0].islower():
                counts[row[0]] += 1

    def ambiguity(form):
        if counts[form] >= 3:
            return 2
        # A dictionary word that a million words of talk and news do not hold, and hundreds of people are called: a name.
        if bearers[form] >= 500 and counts[form] == 0:
            return 0
        return 1 if form in ordinary or counts[form] else 0

    os.makedirs(args.resources, exist_ok=True)
    with open(os.path.join(args.resources, "names.tsv"), "w", encoding="utf-8", newline="\n") as out:
        for form in sorted(kinds):
            # World place and organisation names of three or more words cost room and find nothing that their
            # capitals do not.
            if form.count(" ") >= 2 and not kinds[form] & set("Pkyc"):
                continue
            out.write(f"{form}\t{''.join(sorted(kinds[form]))}\t{ambiguity(form)}\n")
    with open(os.path.join(args.resources, "municipalities.tsv"), "w", encoding="utf-8", newline="\n") as out:
        for row in sorted(municipalities):
            out.write("\t".join(row) + "\n")

    current = {row[0]: row[1] for row in municipalities}
    lies_in = defaultdict(set)
    for row in rows(path("postnummer.tsv")):
        lies_in[row[1].lower()].add(row[2])
    with open(os.path.join(args.resources, "postplaces.tsv"), "w", encoding="utf-8", newline="\n") as out:
        for place, numbers in sorted(lies_in.items()):
            number = min(numbers)
            if len(numbers) == 1 and number in current and current[number].lower() != place:
                out.write(f"{place}\t{number}\n")

    titles = set()
    for row in rows(path("yrkesbetegnelser.txt")):
        name = re.sub(r"\(.*?\)", "", row[0]).strip().lower()
        name = re.sub(r"\s+", " ", name)
        if len(name) > 3 and not name[0].isdigit():
            titles.add(name)
    for row in rows(path("styrk08.tsv")):
        if len(row[0]) == 4:
            titles.add(row[2].lower())
    titles |= set("""lege fastlege sykepleier psykolog vernepleier helsefagarbeider hjelpepleier jordmor helsesykepleier lærer
        rektor ordfører rådmann kommunedirektør prest lensmann politimester barnevernspedagog sosionom ergoterapeut
        fysioterapeut psykiater overlege avdelingsleder enhetsleder virksomhetsleder kommuneoverlege miljøterapeut
        miljøarbeider ruskonsulent saksbehandler veileder advokat dommer tannlege bonde fisker renholder snekker""".split())
    with open(os.path.join(args.resources, "jobtitles.txt"), "w", encoding="utf-8", newline="\n") as out:
        for name in sorted(titles):
            out.write(name + "\n")


if __name__ == "__main__":
    main()
