"""Makes a QualCoder project after the program's published tables, with places counted as Python counts them, and what each covers.

usage: make_qualcoder.py PROJECT.qda TRUTH.json
"""
import json
import os
import sqlite3
import sys

TEXT = "Vi får det til 😀 hver uke.\r\nBlåbær, e\u0301n gang til 👩‍⚕️ og så\nslutt"
MARKED = [("det til 😀", "samarbeid", "anne"), ("det til 😀", "samarbeid", "bo"), ("uke.\r\nBlåbær", "tid", "bo"), ("e\u0301n gang", "tid", "anne"), ("slutt", "samarbeid", "anne")]

folder, truth_path = sys.argv[1:]
os.makedirs(folder)
db = sqlite3.connect(os.path.join(folder, "data.qda"))
db.executescript("""
CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, bookmarkpos integer, codername text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text, av_text_id integer, risid integer, unique(name));
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer, unique(name));
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text, unique(name));
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text, date text, memo text, avid integer,
  important integer, unique(cid, fid, pos0, pos1, owner));
INSERT INTO project VALUES ('v8', '2026-01-01 10:00:00', '', 'QualCoder', 0, 0, 'anne');
INSERT INTO code_cat VALUES (1, 'hoved', 'anne', '2026-01-01 10:00:00', '', NULL);
INSERT INTO code_name VALUES (1, 'samarbeid', '', 1, 'anne', '2026-01-01 10:00:00', '#F03030'), (2, 'tid', '', NULL, 'anne', '2026-01-01 10:00:00', '#30F030');
""")
db.execute("INSERT INTO source VALUES (1, 'samtale.txt', ?, NULL, '', 'anne', '2026-01-01 10:00:00', NULL, NULL)", [TEXT])
truth = []
for number, (words, code, owner) in enumerate(MARKED):
    start = TEXT.index(words)
    db.execute(
        "INSERT INTO code_text VALUES (?, ?, 1, ?, ?, ?, ?, '2026-01-01 10:00:00', '', NULL, NULL)",
        [number + 1, 1 if code == "samarbeid" else 2, words, start, start + len(words), owner])
    truth.append(["".join(words.split()), "samtale.txt", code, owner])
db.commit()
with open(truth_path, "w", encoding="utf-8") as out:
    json.dump(sorted(truth), out, ensure_ascii=False)
