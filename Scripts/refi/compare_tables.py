"""Compares what came in from another program, by the flat tables, with what that program says of itself.

usage: compare_tables.py TRUTH.json TABLES-FOLDER
"""
import csv
import json
import os
import sys

truth = json.load(open(sys.argv[1], encoding="utf-8"))
with open(os.path.join(sys.argv[2], "codings.csv"), encoding="utf-8", newline="") as rows:
    found = sorted(["".join(row["text"].split()), row["source"], row["code_name"], row["coder"]] for row in csv.DictReader(rows))
if found != sorted(truth):
    print(f"{sys.argv[1]}: {len(truth)} codings there, {len(found)} here, {sum(row in found for row in truth)} the same", file=sys.stderr)
    sys.exit(1)
print(f"{os.path.basename(sys.argv[1])}: {len(truth)} codings, each on its words")
