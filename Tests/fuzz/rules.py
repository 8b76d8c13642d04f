#!/usr/bin/env python3
"""Random rules and records, well and badly formed, in all three surface forms: rules.py SEED COUNT ROWS.

Prints CSV lines `number,ast,context,target,sql,records`: COUNT rules, each with ROWS records of one shape (a broken rule has
one). The target is empty or the table that Tests/fuzz/twin.sh makes; sql is the same condition in SQL where there is one. The
same seed gives the same lines.
"""

import csv
import json
import random
import sys

sys.dont_write_bytecode = True

from quantifiers import Quantifiers  # noqa: E402
from scalars import NUMBERS, TEXTS, Scalars  # noqa: E402
from sqltwin import Twin  # noqa: E402

seed, count, rows = map(int, sys.argv[1:])
r = random.Random(seed)
scalars = Scalars(r)
twin = Twin(r)

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
    some = scalars.quantifiers
    if some and depth > 0 and r.random() < (0.2 if len(some.scopes) < 2 else 0.01):
        return some.make(depth, "boolean")
    if some and not some.scopes and r.random() < 0.15:
        return some.over_list()
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
    if r.random() < 0.22:
        return {"and": [True, {"is_null": [{"var": r.choice(UNKNOWN_NAMES)}]}]}
    where = r.random()
    if where < 0.3:
        return r.choice([None, True, 1, "x", [], {}, [ast], {"and": ast}, {"op": "<="}, {"": 1}, {"type": "what"},
                         {"<=": [{"var": "agent.nothing"}, 1]}, *FAULTS])
    if text.count('"as"') > 2:
        # of too deep a quantifier and a fault within, which is told first is open
        return ast
    if where < 0.6:
        old, new = r.choice([("left", "lef"), ("operands", "operand"), ("<", "=<"), ("var", "vra"), ("[", "[null, "), ("1", "1e999")])
        try:
            return json.loads(text.replace(old, new, 1))
        except ValueError:
            return ast
    if '"map"' in text:
        # the kernel writes out what a map gives wherever it is used, so it reaches the limit before the twin
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


UNKNOWN_NAMES = ["agent.nothing", "tx.nothing", "agent.role_name.x", "tx.now.year"]


def focused():
    """A shallow rule of an operator that would else be rare."""
    moment = r.choice(["date", "timestamp", "timestamptz"])
    value = lambda kind: scalars.value(1, kind)
    number = lambda op: {op: [scalars.typed(1, moment)]}
    fold = lambda op: quantifiers.make(3, "number", op)
    compared = lambda made: {r.choice(["<", "<=", ">", ">=", "!="]): [made, scalars.spelled("number")]}
    return r.choice([
        *[lambda op=op: compared(fold(op)) for op in ("count", "count", "count_distinct", "count_distinct", "sum", "sum", "avg", "avg", "avg", "min", "lookup")],
        lambda: quantifiers.make(3, "boolean", "exists_one"),
        quantifiers.over_list, quantifiers.over_list, quantifiers.over_made_list,
        quantifiers.over_made_list,
        quantifiers.over_map, quantifiers.over_map, quantifiers.reduced, quantifiers.reduced,
        lambda: compared({"number": [{"var": r.choice(["doc.a", "doc.b"])}]}),
        *[lambda op=op: {op: [scalars.typed(1, "date"), value("date")]} for op in ("date==", "date!=")],
        lambda: {r.choice(["datetime==", "datetime!="]): [scalars.typed(1, "timestamptz"), value("timestamptz")]},
        lambda: {"!=": [{r.choice(["trim", "trim", "lower", "upper"]): [value("text")]}, value("text")]},
        *[lambda op=op: compared(number(op)) for op in ("year", "month", "month", "day", "weekday", "weekday")],
        lambda: compared({"days_between": [scalars.typed(1, "date"), scalars.typed(1, "date")]}),
        *[lambda op=op: {op: [value("text"), value("text")]} for op in ("contains", "startsWith", "endsWith")],
        lambda: {"<=": [{"date_add": [scalars.typed(1, "date"), r.randint(-40, 40), r.choice(["day", "week", "month", "year"])]}, scalars.typed(1, "date")]},
        lambda: {">": [{r.choice(["datetime_add", "datetime_add"]): [scalars.typed(1, "timestamptz"), r.randint(-90, 90), r.choice(["hour", "month", "second"])]},
                       r.choice([{"now": []}, {"now": []}, {"start_of_today": []}])]},
        lambda: {"<": [{"datetime_truncate": [scalars.typed(1, "timestamptz"), r.choice(["year", "week", "hour"])]}, r.choice([{"now": []}, value("timestamptz")])]},
        lambda: {"==": [{"uuid": value("uuid")}, value("uuid")]},
        *[lambda op=op: compared({op: [value("number")]}) for op in ("ceil", "floor")],
        lambda: {r.choice(["<=", ">="]): [{"+": [scalars.typed(1, "date"), {"duration": "P1M"}]}, {"today": []}]},
    ])()


def another(record):
    """Of the same shape: a rule over it has the same types."""
    if scalars.with_table:
        return scalars.record()
    change = lambda x: (r.choice([True, False]) if isinstance(x, bool) else r.choice(NUMBERS) if isinstance(x, (int, float))
                        else r.choice(TEXTS) if isinstance(x, str) else x)
    return {name: change(x) for name, x in record.items()}


def case():
    """ast, context, target, sql, records"""
    kind = r.random()
    if kind < 0.2:
        ast, sql = twin.condition(r.randint(0, 4))
        return ast, {}, "public.fuzz_rows", sql, [twin.record() for _ in range(rows)]
    scalars.with_table = kind < 0.7
    scalars.quantifiers = quantifiers if r.random() < 0.35 else None
    seldom = r.random() < 0.45
    if seldom:
        scalars.quantifiers = quantifiers
    ast = focused() if seldom else boolean(r.randint(0, 5))
    given = context()
    if scalars.quantifiers:
        given = {**given, "relations": quantifiers.relations()}
    scalars.quantifiers = None
    first = scalars.record()
    whole = r.random() >= BROKEN
    records = [first, *(another(first) for _ in range(rows - 1))] if whole else [first]
    return ast if whole else broken(ast), given, "public.fuzz_rows" if scalars.with_table else "", "", records


BROKEN = 0.5
quantifiers = Quantifiers(r, scalars, boolean)
writer = csv.writer(sys.stdout)
for number in range(count):
    ast, given, target, sql, records = case()
    row = [json.dumps(x, ensure_ascii=False) for x in (ast, given, records)]
    # PostgreSQL's jsonb refuses what Python would write for infinity, and would never get here.
    if not any("Infinity" in x or "NaN" in x for x in row):
        writer.writerow([number, row[0], row[1], target, sql, row[2]])
