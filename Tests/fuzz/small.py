#!/usr/bin/env python3
"""Every well-typed rule of up to four nodes (an operator or a value each) over a small domain, in the form of rules.py.

Each tree once with written values, and once with columns in their place, with every row of the domain.
"""

import csv
import itertools
import json
import sys

DOMAIN = {"number": [None, 0, 1, -1, 0.5], "boolean": [None, True, False], "text": [None, "a", "B"]}
EQUAL = ["==", "!=", "===", "!=="]
ORDER = ["<", "<=", ">", ">="]
# operator: types of the arguments, by type of the result
UNARY = {"boolean": [("not", "boolean"), *[(op, kind) for op in ("is_null", "is_not_null", "!!") for kind in DOMAIN]],
         "number": [("neg", "number"), ("abs", "number"), ("floor", "number"), ("ceil", "number"), ("round", "number"), ("length", "text")],
         "text": [("lower", "text"), ("upper", "text"), ("trim", "text")]}
BINARY = {"boolean": [*[(op, ("boolean", "boolean")) for op in ("and", "or", "implies", "iff", "xor", *EQUAL)],
                      *[(op, (kind, kind)) for op in EQUAL + ORDER for kind in ("number", "text")],
                      *[(op, ("text", "text")) for op in ("startsWith", "endsWith", "contains")],
                      *[("coalesce", ("boolean", "boolean"))]],
          "number": [(op, ("number", "number")) for op in ("+", "-", "*", "/", "%", "min", "max", "coalesce")],
          "text": [(op, ("text", "text")) for op in ("cat", "coalesce", "min", "max")]}
TERNARY = {"boolean": [("between", ("number",) * 3), ("between", ("text",) * 3), ("if", ("boolean",) * 3),
                       ("and", ("boolean",) * 3), ("or", ("boolean",) * 3), ("xor", ("boolean",) * 3),
                       ("<", ("number",) * 3), ("<=", ("number",) * 3)]}


def trees(kind, nodes):
    """Trees of just that many nodes; a leaf is its type as a string."""
    if nodes == 1:
        yield kind
        return
    for op, argument in UNARY[kind]:
        for inner in trees(argument, nodes - 1):
            yield (op, inner)
    for op, (left, right) in BINARY[kind]:
        for many in range(1, nodes - 1):
            for x, y in itertools.product(list(trees(left, many)), list(trees(right, nodes - 1 - many))):
                yield (op, x, y)
    if nodes == 4:
        for op, kinds in TERNARY.get(kind, []):
            yield (op, *kinds)


def leaves(tree):
    return [tree] if isinstance(tree, str) else [leaf for part in tree[1:] for leaf in leaves(part)]


def filled(tree, values):
    return next(values) if isinstance(tree, str) else {tree[0]: [filled(part, values) for part in tree[1:]]}


writer = csv.writer(sys.stdout)
number = itertools.count()


def write(ast, records, target):
    writer.writerow([next(number), json.dumps(ast, ensure_ascii=False), "{}", target, "", json.dumps(records, ensure_ascii=False)])


for nodes in range(1, 5):
    for tree in trees("boolean", nodes):
        kinds = leaves(tree)
        rows = list(itertools.product(*[DOMAIN[kind] for kind in kinds]))
        # Three leaves make many rows: with written values only every fifth of them, the columns have all.
        for values in rows if len(kinds) < 3 else rows:
            write(filled(tree, iter(values)), [{}], "")
        places = [f"c{n}_{kind}" for n, kind in enumerate(kinds)]
        write(filled(tree, iter({"var": place} for place in places)), [dict(zip(places, row)) for row in rows], "public.fuzz_small")
