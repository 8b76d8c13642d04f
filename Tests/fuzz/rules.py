#!/usr/bin/env python3
"""Random rules and records, well and badly formed, in all three surface forms: rules.py SEED COUNT.

Prints CSV lines `number,ast,record,context`. The same seed gives the same lines.
"""

import csv
import json
import random
import sys

seed, count = int(sys.argv[1]), int(sys.argv[2])
r = random.Random(seed)

# Mostly of the type its name suggests, so that most rules have a verdict.
NUMERIC = ["a", "b", "total", "limit", "missing"]
TEXTUAL = ["name", "tier", "ключ"]
BOOLEAN = ["flag"]
FIELDS = NUMERIC + TEXTUAL + BOOLEAN
NUMBERS = [
    0, 1, 1, 2, 5, 50, 100, 250.5, 1000, -1, 2, 3, 7, 10, 100, 0.1, 0.2, 0.3, -0.0, 1e-7, 0.005, 99.995, 2**31, 2**63, -(2**63), 1e18, 1e37, 1e38, 1e40,
    12345678901234567890.123456789,
]
TEXTS = ["", "a", "A", "gold", "1", "10", "2026-01-31", "x" * 70, "ü", "日本", "'; DROP TABLE x; --", "null", "true", "\u007f"]
COMPARISONS = ["<", "<=", ">", ">=", "==", "!=", "===", "!=="]
ARITHMETIC = ["+", "-", "*", "/", "%"]
CALLS = ["min", "max", "abs", "coalesce", "??", "is_null", "is_not_null"]


def literal(kind=None):
    """A literal of the kind wanted, and now and then of another one or null."""
    chance = r.random()
    if chance < 0.06:
        return None
    if kind is None or chance < 0.1:
        kind = r.choice(["number", "number", "text", "boolean"])
    return {"number": lambda: r.choice(NUMBERS), "text": lambda: r.choice(TEXTS), "boolean": lambda: r.random() < 0.5}[kind]()


def name(kind):
    prefix = r.choices(["", "new.", "old.", "agent.", "tx."], [72, 8, 8, 8, 4])[0]
    if prefix == "agent.":
        return prefix + ("financial_authority_limit" if kind == "number" else "role_name")
    if prefix == "tx.":
        return prefix + r.choice(["operation", "user"])
    return prefix + r.choice({"number": NUMERIC, "text": TEXTUAL, "boolean": BOOLEAN}[kind] if r.random() < 0.95 else FIELDS)


def reference(kind):
    n = name(kind)
    return r.choice([{"var": n}, {"field": n}, {"type": "field", "name": n}, {"type": "field", "path": n}])


def value(depth, kind="number"):
    if depth <= 0 or kind == "text" or r.random() < 0.35:
        if r.random() < 0.6:
            return reference(kind)
        x = literal(kind)
        return r.choice([x, {"literal": x}, {"type": "literal", "value": x}])
    chance = r.random()
    if chance < 0.7:
        return binary("arithmetic", r.choice(ARITHMETIC), value(depth - 1), value(depth - 1))
    op = r.choice(CALLS)
    many = 1 if op.startswith(("is", "abs")) and r.random() < 0.9 else r.choice([1, 2, 2, 3])
    return {op: [value(depth - 1) for _ in range(many)]}


def kind_of_value():
    return r.choices(["number", "text", "boolean"], [75, 20, 5])[0]


def comparison(depth):
    kind = kind_of_value()
    return binary("comparison", r.choice(COMPARISONS), value(depth - 1, kind), value(depth - 1, kind))


def binary(kind, op, left, right):
    return r.choice([
        lambda: {op: [left, right]},
        lambda: {"op": op, "left": left, "right": right},
        lambda: {"type": kind, "operator": op, "left": left, "right": right},
    ])()


def boolean(depth):
    if depth <= 0 or r.random() < 0.3:
        return comparison(depth)
    kind = r.random()
    parts = [boolean(depth - 1) for _ in range(r.choice([1, 2, 2, 3]))]
    if kind < 0.35:
        op = r.choice(["and", "or", "and", "or", "xor", "iff", "implies"])
        if op not in ("and", "or") and r.random() < 0.95:
            parts = [*parts, boolean(depth - 1)][:2] if len(parts) > 1 else [parts[0], boolean(depth - 1)]
        return r.choice([
            lambda: {op: parts},
            lambda: {"op": op, "operands": parts},
            lambda: {"type": "logical", "operator": op, "operands": parts},
        ])()
    if kind < 0.5:
        return r.choice([{"!": [parts[0]]}, {"not": parts[0]}, {"type": "not", "operand": parts[0]}])
    if kind < 0.6:
        kind = kind_of_value()
        return {"in": [value(depth - 1, kind), [literal(kind) for _ in range(r.randint(1, 4))]]}
    if kind < 0.65:
        return {r.choice(["is_null", "is_not_null"]): [value(depth - 1)]}
    if kind < 0.7:
        return {r.choice(["<=", "<", "between"]): [value(depth - 1), value(depth - 1), value(depth - 1)]}
    if kind < 0.8:
        return {"if": [boolean(depth - 1), boolean(depth - 1), boolean(depth - 1)]}
    return comparison(depth)


def broken(ast):
    """One thing in it becomes something else."""
    text = json.dumps(ast)
    where = r.random()
    if where < 0.3:
        return r.choice([None, True, 1, "x", [], {}, [ast], {"and": ast}, {"op": "<="}, {"": 1}, {"type": "what"},
                         {"<=": [{"var": "agent.nothing"}, 1]}])
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


def record():
    kinds = [(f, "number") for f in NUMERIC] + [(f, "text") for f in TEXTUAL] + [(f, "boolean") for f in BOOLEAN]
    return {f: literal(kind) for f, kind in kinds if f != "missing" and r.random() < 0.9}


writer = csv.writer(sys.stdout)
for number in range(count):
    ast = boolean(r.randint(0, 5))
    if r.random() < 0.1:
        ast = broken(ast)
    context = r.choice([{}, {"old": record()}, # The actor is always well formed; an unknown attribute of it comes alone, as which of two errors is told first is open.
                        {"agent": {"financial_authority_limit": r.choice([None, *NUMBERS]), "role_name": "sales_agent"}},
                        {"tx": {"operation": "UPDATE", "user": "sales_agent"}}])
    # PostgreSQL's jsonb refuses what Python would write for infinity, and would never get here.
    row = [json.dumps(x, ensure_ascii=False) for x in (ast, record(), context)]
    if not any("Infinity" in x or "NaN" in x for x in row):
        writer.writerow([number, *row])
