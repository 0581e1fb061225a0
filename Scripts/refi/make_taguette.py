"""Makes a Taguette project with Taguette's own code, and what each highlight covers by Taguette's own reading of it.

usage: make_taguette.py PROJECT.sqlite3 TRUTH.json
"""
import json
import sys

from bs4 import BeautifulSoup
from taguette import database, extract
from taguette.database import models

PAGES = [
    "<h1>Intervju én</h1>\n<p>Vi får det <b>til</b> &amp; møtes 😀 hver uke.</p>\n<p>Blåbær, e\u0301n gang til.</p>",
    "<p>Først dette</p><ul><li>så det</li><li>og <i>det</i> der</li></ul>\n<p>slutt</p>",
    "bare en linje uten avsnitt, med 👩‍⚕️ i",
]
MARKED = [
    (0, "får det til & møtes 😀", ["samarbeid", "tid"]), (0, "uke.\nBlåbær", ["tid"]), (0, "e\u0301n gang", ["samarbeid"]), (1, "så det", ["tid"]),
    (1, "det der", ["samarbeid"]), (1, "slutt", ["tid"]), (2, "👩‍⚕️ i", ["samarbeid"]),
]

path, truth_path = sys.argv[1:]
db = database.connect("sqlite:///" + path)()
user = models.User(login="anne")
project = models.Project(name="Studie", description="prøve")
db.add_all([user, project])
db.flush()
tags = {name: models.Tag(project=project, path=name, description=name + " er …") for name in ["samarbeid", "tid"]}
db.add_all(tags.values())
documents = []
for number, page in enumerate(PAGES):
    documents.append(models.Document(
        name=f"intervju {number}", description="", filename=f"{number}.html", project=project, contents=page,
        text_direction=models.TextDirection.LEFT_TO_RIGHT))
db.add_all(documents)
db.flush()
truth = []
for number, words, names in MARKED:
    said = BeautifulSoup(PAGES[number], "html5lib").body.get_text()
    at = said.index(words)
    start, end = len(said[:at].encode()), len(said[:at + len(words)].encode())
    highlight = models.Highlight(document=documents[number], start_offset=start, end_offset=end, snippet="", tags=[tags[name] for name in names])
    db.add(highlight)
    db.flush()
    db.add(models.Command.highlight_add("anne", documents[number], highlight, [tags[name].id for name in names]))
    shown = BeautifulSoup(extract.extract(PAGES[number], start, end), "html5lib").get_text()
    truth += [["".join(shown.split()), f"intervju {number}", name, "anne"] for name in names]
db.commit()
with open(truth_path, "w", encoding="utf-8") as out:
    json.dump(sorted(truth), out, ensure_ascii=False)
