#!/usr/bin/env python3
"""Random rules and records, well and badly formed, in all three surface forms: rules.py SEED COUNT.

Prints CSV lines `number,ast,record,context,target`; the target is empty or the table that Tests/fuzz/twin.sh makes. The same
seed gives the same lines.
"""

import csv
import json
import random
import sys

sys.dont_write_bytecode = True

from scalars import NUMBERS, Scalars  # noqa: E402

seed, count = int(sys.argv[1]), int(sys.argv[2])
r = random.Random(seed)
scalars = Scalars(r)

# Faults that show when a rule is stored: each alone, as which of two errors is told first is open.
FAULTS = [
    {"like": ["a", "a\\"]}, {"regexTest": ["a", "(("]}, {"regexTest": ["a", "a" * 1001]}, {"like": ["a", {"var": "name"}]},
    {"==": [{"round": [1, 19]}, 1]}, {"==": [{"round": [1, 1.5]}, 1]}, {"==": [{"round": [1, 1, "up"]}, 1]}, {"==": [{"now": [1]}, {"now": []}]},
    {"==": [{"date_add": [{"date": "2026-01-01"}, 1, "hour"]}, "2026-01-01"]}, {"is_null": [{"date": [{"var": "tx.now"}, "Europe/Nowhere"]}]},
    {"is_null": [{"date": [{"var": "tx.now"}, {"var": "name"}]}]}, {"is_null": [{"+": [{"date": "2026-01-01"}, {"duration": "P1"}]}]},
    {"is_null": [{"duration": 5}]}, {"is_null": [{"date": {"var": "tx.now"}}]}, {"is_null": [{"date": "2026-02-30"}]}, {"cat": ["a"]},
    {"log": ["a"]}, {"try": ["a"]}, {"merge": [["a"]]}, {"missing": ["a"]}, {"sort": [{"var": "doc"}]}, {"date==": ["a", "b"]},
    {"in": ["a", 5]}, {"in": ["a", None]}, {"in": ["a", {"var": "total"}]}, {"==": [{"var": "doc"}, {"var": "doc"}]}, {"<": [{"var": "doc"}, 5]},
]


def boolean(depth):
    if depth <= 0 or r.random() < 0.45:
        return scalars.boolean(depth)
    kind = r.random()
    parts = [boolean(depth - 1) for _ in range(r.choice([1, 2, 2, 3]))]
    if kind < 0.55:
        op = r.choice(["and", "or", "and", "or", "xor", "iff", "implies"])
        if op not in ("and", "or") and r.random() < 0.95:
            parts = [*parts, boolean(depth - 1)][:2] if len(parts) > 1 else [parts[0], boolean(depth - 1)]
        return r.choice([
            lambda: {op: parts},
            lambda: {"op": op, "operands": parts},
            lambda: {"type": "logical", "operator": op, "operands": parts},
        ])()
    if kind < 0.8:
        return r.choice([{"!": [parts[0]]}, {"not": parts[0]}, {"type": "not", "operand": parts[0]}])
    return {r.choice(["if", "?:"]): [boolean(depth - 1), boolean(depth - 1), boolean(depth - 1)]}


def broken(ast):
    """One thing in it becomes something else."""
    text = json.dumps(ast)
    where = r.random()
    if where < 0.3:
        return r.choice([None, True, 1, "x", [], {}, [ast], {"and": ast}, {"op": "<="}, {"": 1}, {"type": "what"},
                         {"<=": [{"var": "agent.nothing"}, 1]}, *FAULTS])
    if where < 0.6:
        old, new = r.choice([("left", "lef"), ("operands", "operand"), ("<", "=<"), ("var", "vra"), ("[", "[null, "), ("1", "1e999")])
        try:
            return json.loads(text.replace(old, new, 1))
        except ValueError:
            return ast
    deep = ast
    for _ in range(r.choice([1, 60, 63, 64, 65, 200])):
        deep = {"!": [deep]}
    return deep


def context():
    # The actor is always well formed; an unknown attribute of it comes alone, as which of two errors is told first is open.
    return r.choice([
        lambda: {}, lambda: {"old": scalars.record()},
        lambda: {"agent": {"financial_authority_limit": r.choice([None, *NUMBERS]), "role_name": "sales_agent"}},
        lambda: {"tx": {"operation": "UPDATE", "user": "sales_agent", "now": scalars.spelled("timestamptz"), "today": scalars.spelled("date")}},
    ])()


writer = csv.writer(sys.stdout)
for number in range(count):
    scalars.with_table = r.random() < 0.5
    ast = boolean(r.randint(0, 5))
    if r.random() < 0.1:
        ast = broken(ast)
    # PostgreSQL's jsonb refuses what Python would write for infinity, and would never get here.
    row = [json.dumps(x, ensure_ascii=False) for x in (ast, scalars.record(), context())]
    if not any("Infinity" in x or "NaN" in x for x in row):
        writer.writerow([number, *row, "public.fuzz_rows" if scalars.with_table else ""])
