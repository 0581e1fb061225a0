"""Reads a REFI-QDA project as a program that knows nothing of Ordrett does: by the published standard alone, with Python's own zip and XML.

Checks that every code, selection and coding is there and that each covers the words that the flat tables say it covers; that every
identifier that is pointed at exists; and, with lxml and the standard's schema, that the schema holds.

usage: read_project.py PROJECT.qdpx TABLES-FOLDER [Project.xsd]
"""
import csv
import os
import sys
import zipfile
import xml.etree.ElementTree as etree

NS = "{urn:QDA-XML:project:1.0}"


def described(text):
    """What a table makes of a text: one line, an apostrophe before what a spreadsheet would run."""
    line = " ".join("".join(" " if ord(c) < 32 else c for c in text).split(" ")).strip()
    return " ".join(line.split())


def main():
    path, tables = sys.argv[1:3]
    archive = zipfile.ZipFile(path)
    faults = []
    names = archive.namelist()
    if names[0] != "project.qde" or any(not n.startswith("sources/") or n.count("/") != 1 for n in names[1:]):
        faults.append("the archive is not project.qde and flat sources/")
    data = archive.read("project.qde")
    if len(sys.argv) > 3 and sys.argv[3]:
        from lxml import etree as lxml
        schema = lxml.XMLSchema(lxml.parse(sys.argv[3]))
        if not schema.validate(lxml.fromstring(data).getroottree()):
            faults.append("the schema does not hold: " + str(schema.error_log.last_error))
    root = etree.fromstring(data)
    codes = {c.get("guid"): c.get("name") for c in root.iter(NS + "Code")}
    users = {u.get("guid"): u.get("name") for u in root.iter(NS + "User")}
    found = {}
    for source in root.find(NS + "Sources") or []:
        places = {p.get("guid"): p.get("position") for p in source.iter(NS + "SyncPoint")}
        bearer = source if source.tag == NS + "TextSource" else source.find(NS + "Transcript")
        if bearer is None:
            continue
        text = archive.read("sources/" + bearer.get("plainTextPath").removeprefix("internal://")).decode("utf-8")
        for selection in list(bearer):
            if selection.tag == NS + "PlainTextSelection":
                start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            elif selection.tag == NS + "TranscriptSelection":
                start, end = int(places[selection.get("fromSyncPoint")]), int(places[selection.get("toSyncPoint")])
            else:
                continue
            for coding in selection.findall(NS + "Coding"):
                found[coding.get("guid")] = (
                    source.get("name"), codes[coding.find(NS + "CodeRef").get("targetGUID")], users[coding.get("creatingUser")], described(text[start:end]))
    with open(os.path.join(tables, "codings.csv"), encoding="utf-8", newline="") as rows:
        said = {
            row["coding"]: (row["source"], row["code_name"], row["coder"], row["text"].removeprefix("'") if row["text"][:2] in ("'=", "'+", "'-", "'@") else row["text"])
            for row in csv.DictReader(rows)}
    with open(os.path.join(tables, "codes.csv"), encoding="utf-8", newline="") as rows:
        listed = {row["code"]: row["name"] for row in csv.DictReader(rows)}
    if listed != codes:
        faults.append(f"{len(set(listed) ^ set(codes))} codes differ")
    if said != found:
        wrong = [guid for guid in said if found.get(guid) != said[guid]]
        faults.append(f"{len(wrong)} of {len(said)} codings are missing or cover other words, {len(set(found) - set(said))} are too many")
    known = {e.get("guid") for e in root.iter() if e.get("guid")}
    loose = [e.tag for e in root.iter() for k in ("targetGUID", "originGUID", "creatingUser") if e.get(k) and e.get(k) not in known]
    if loose:
        faults.append(f"{len(loose)} references lead nowhere")
    for fault in faults:
        print(f"{os.path.basename(path)}: {fault}", file=sys.stderr)
    if faults:
        return 1
    print(f"{os.path.basename(path)}: {len(codes)} codes and {len(found)} codings, each on its words")
    return 0


sys.exit(main())
