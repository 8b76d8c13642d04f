#!/usr/bin/env python3
"""What occurred in a differential run.

coverage.py count OPERATORS CASES OUTCOMES: lines `class what count`, of a case each rule with a row. An operator and a type count
where the rule was understood, so that a verdict or an error of its values came of it.
coverage.py report OPERATORS LEAST COUNTS: prints the sums, and on standard error what occurred less than LEAST times; ends with 1 then.
"""

import collections
import csv
import json
import sys

# Not generated, and why.
WITHOUT = {
    "rule_ref": "names stored rules; Tests/pgtap has them",
}
TYPES = {"a": "number", "b": "number", "total": "number", "limit": "number", "missing": "number", "name": "text", "tier": "text", "ключ": "text",
         "flag": "boolean", "day": "date", "at": "timestamp", "seen": "timestamptz", "id": "uuid", "doc": "json"}
LISTS = {"numbers", "texts", "empty", "mixed"}
OUTCOMES = ["true", "false", "unknown", "RP101", "RP102", "RP103", "RP104", "RP105"]
csv.field_size_limit(sys.maxsize)
operators = {spelling.lower(): op for spelling, op in (line.rstrip("\n").split("|") for line in open(sys.argv[2], encoding="utf-8"))}


def type_of_name(name):
    path = name.split(".")
    if path[0] in ("new", "old"):
        path = path[1:]
    if len(path) > 1 and path[0] == "doc" and path[-1] in LISTS:
        return "list"
    return TYPES.get(path[0]) if len(path) == 1 or path[0] == "doc" else None


def walk(node, found):
    if isinstance(node, list):
        for part in node:
            walk(part, found)
    if not isinstance(node, dict):
        return
    for key, part in node.items():
        spelled = part if key in ("op", "operator") and isinstance(part, str) else key
        if spelled.lower() in operators:
            found.add(("operator", operators[spelled.lower()]))
        if key in ("date", "timestamp", "timestamptz", "uuid", "duration", "number", "text", "boolean"):
            found.add(("type", key))
        if key in ("var", "field", "name", "path") and isinstance(part, str) and type_of_name(part):
            found.add(("type", type_of_name(part)))
        walk(part, found)


def count(cases, outcomes):
    sums = collections.Counter()
    by_rule = collections.defaultdict(collections.Counter)
    for line in open(outcomes, encoding="utf-8"):
        number, _, outcome, sql = line.rstrip("\n").split("|")
        by_rule[number][outcome] += 1
        sums["opinion", "SQL"] += sql != ""
    for number, ast, *_ in csv.reader(open(cases, encoding="utf-8", newline="")):
        for outcome, many in by_rule[number].items():
            sums["outcome", outcome] += many
        if not any(outcome in ("true", "false", "unknown") for outcome in by_rule[number]):
            continue
        found = set()
        walk(json.loads(ast), found)
        for what in found:
            sums[what] += sum(by_rule[number].values())
    for (kind, what), many in sums.items():
        print(kind, what, many)


def report(least, counts):
    sums = collections.Counter()
    for line in open(counts, encoding="utf-8"):
        kind, what, many = line.split()
        sums[kind, what] += int(many)
    expected = [("outcome", x) for x in OUTCOMES] + [("type", x) for x in [*dict.fromkeys(TYPES.values()), "duration", "list"]]
    expected += [("operator", x) for x in dict.fromkeys(operators.values()) if x not in WITHOUT]
    for kind in ("outcome", "type", "operator", "opinion"):
        print("   ", kind + ":", ", ".join(f"{what} {many}" for (k, what), many in sorted(sums.items()) if k == kind))
    rare = [f"{kind} {what} ({sums[kind, what]})" for kind, what in expected if sums[kind, what] < least]
    if rare:
        print(", ".join(rare), file=sys.stderr)
    return 1 if rare else 0


if sys.argv[1] == "count":
    count(*sys.argv[3:])
else:
    sys.exit(report(int(sys.argv[3]), sys.argv[4]))
