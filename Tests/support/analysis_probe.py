"""Random conditions over the table analysis_probe, each pinned to one row: questions for erp-rules, and SQL for the engine.

usage: analysis_probe.py SEED COUNT cases|VERDICTS

cases prints conditions and rows; with a file of the engine's verdicts on them it prints two questions for each that is
well typed: whether the condition, and whether its negation, is true of the row.
"""

import json
import random
import sys

COLUMNS = {"a": "number", "b": "number", "c": "number", "s": "text", "t": "text", "d": "date", "e": "date", "f": "boolean", "g": "boolean"}
VALUES = {
    "number": [0, 1, -1, 2, 2.5, -2.5, 0.1, 3, 7, 10, 99.99],
    "text": ["", "a", "b", "ab", "A", "é"],
    "date": ["2026-01-31", "2026-02-28", "2024-02-29", "1999-12-31"],
    "boolean": [True, False],
}


def leaf(rng, kind):
    if rng.random() < 0.65:
        return {"var": rng.choice([name for name, type in COLUMNS.items() if type == kind])}
    return rng.choice(VALUES[kind])


def term(rng, kind, depth):
    if depth == 0 or rng.random() < 0.25:
        return leaf(rng, kind)
    if kind == "boolean":
        return condition(rng, depth)
    some = [lambda: {"coalesce": [term(rng, kind, depth - 1), term(rng, kind, depth - 1)]},
            lambda: {"if": [condition(rng, depth - 1), term(rng, kind, depth - 1), term(rng, kind, depth - 1)]},
            lambda: {rng.choice(["min", "max"]): [term(rng, kind, depth - 1) for _ in range(rng.choice([2, 3]))]}]
    if kind == "number":
        some += [lambda: {rng.choice(["+", "-", "*"]): [term(rng, kind, depth - 1) for _ in range(rng.choice([2, 2, 3]))]},
                 lambda: {"/": [term(rng, kind, depth - 1), rng.choice([0, 2, 4, -5, 3])]},
                 lambda: {"%": [term(rng, kind, depth - 1), rng.choice([2, 3, -4, 0.5])]},
                 lambda: {rng.choice(["abs", "-"]): [term(rng, kind, depth - 1)]}]
        some += [lambda: {rng.choice(["floor", "ceil", "neg"]): [term(rng, kind, depth - 1)]},
                 lambda: {"round": [term(rng, kind, depth - 1), rng.choice([0, 1]), rng.choice(["half_up", "half_even"])]},
                 lambda: {"days_between": [term(rng, "date", depth - 1), term(rng, "date", depth - 1)]}]
    if kind == "date":
        some += [lambda: {rng.choice(["+", "-"]): [{"date": term(rng, kind, 0)}, {"duration": rng.choice(["P1D", "P3W", "-P40D"])}]}]
    return rng.choice(some)()


def condition(rng, depth):
    if depth == 0:
        return leaf(rng, "boolean")
    kind = rng.choice(["number", "number", "text", "date", "boolean"])
    pair = lambda kind: [term(rng, kind, depth - 1), term(rng, kind, depth - 1)]
    ordered = "number" if kind == "boolean" else kind
    return rng.choice([
        lambda: {rng.choice(["and", "or"]): [condition(rng, depth - 1) for _ in range(rng.choice([2, 3]))]},
        lambda: {"!": [condition(rng, depth - 1)]},
        lambda: {rng.choice(["implies", "iff", "xor"]): [condition(rng, depth - 1), condition(rng, depth - 1)]},
        lambda: {rng.choice(["==", "!=", "===", "!=="]): pair(kind)},
        lambda: {rng.choice(["<", "<=", ">", ">="]): pair(ordered)},
        lambda: {"<=": pair(ordered) + [term(rng, ordered, depth - 1)]},
        lambda: {"between": pair(ordered) + [term(rng, ordered, depth - 1)]},
        lambda: {"in": [term(rng, kind, depth - 1), [leaf(rng, kind), leaf(rng, kind)]]},
        lambda: {rng.choice(["is_null", "is_not_null"]): [term(rng, kind, depth - 1)]},
        lambda: {rng.choice(["==", "!="]): [term(rng, kind, depth - 1), None]},
    ])()


seed, count, what = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
rng = random.Random(seed)
verdicts = None if what == "cases" else open(what).read().split("\n")
for number in range(count):
    ast = condition(rng, rng.choice([1, 2, 3]))
    row = {name: None if rng.random() < 0.25 else rng.choice(VALUES[type]) for name, type in COLUMNS.items()}
    row["b"] = None if row["b"] is None else int(row["b"])
    if verdicts is None:
        print(json.dumps({"ast": ast, "row": row}))
        continue
    if verdicts[number] not in ("true", "false", "unknown", "RP105"):
        continue
    pins = [{"===": [{"var": name}, value]} if value is not None else {"is_null": [{"var": name}]} for name, value in row.items()]
    for can in (ast, {"!": [ast]}):
        print(json.dumps({"agent": "anyone", "operation": "INSERT", "table": "public.analysis_probe", "can": {"and": pins + [can]}}))
