#!/usr/bin/env python3
"""Seed corpora for the kernel's fuzz targets, made of the shared rule vectors: seeds.py VECTORS DIRECTORY."""

import json
import pathlib
import sys

vectors, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
rules = [json.dumps(json.loads(line)["ast"], ensure_ascii=False).encode() for line in vectors.read_text().splitlines() if line.strip()]

# What no vector says: the limits, each kind of column, facts, and places where a tree is easily damaged.
rules += [
    json.dumps(ast).encode()
    for ast in [
        {"and": [True] * 4095},
        {"in": [{"var": "tier"}, ["x" * 60] * 900]},
        {"<=": [{"var": "day"}, "2026-01-31"]},
        {"<": ["2026-01-31T10:00:00", {"var": "at"}]},
        {">": [{"var": "seen"}, "2026-01-31T10:00:00.5+02:00"]},
        {"==": [{"var": "id"}, "00000000-0000-0000-0000-00000000abcd"]},
        {"===": [{"var": "data"}, None]},
        {"or": [{"==": [{"var": "agent.role_name"}, {"var": "tx.operation"}]}, {"<": [{"var": "tx.now"}, {"var": "seen"}]}]},
        {"if": [{"var": "cold"}, {"==": [{"var": "customer_id.customer_tier"}, "gold"]}, {"is_null": [{"var": "old.c.tier"}]}]},
        {"<=": [{"/": [{"*": [{"var": "a"}, {"var": "b"}]}, {"-": [{"var": "n"}, 1]}]}, {"coalesce": [{"var": "limit"}, 1e37, {"max": [1, {"var": "q"}]}]}]},
        {"between": [{"%": [{"abs": {"var": "a"}}, 7]}, {"min": [{"var": "p"}, {"var": "q"}, 3]}, 99999999999999999999999999999999999999]},
    ]
]
deep = True
for _ in range(63):
    deep = {"!": [deep]}
rules.append(json.dumps(deep).encode())

values = bytes(range(1, 256)) * 2
for target, seed in {
    "compile": lambda rule, n: rule,
    "json": lambda rule, n: rule,
    "evaluate": lambda rule, n: rule + b"\0" + rules[n - 1] + b"\0" + bytes([n % 8]) + values[n % 200 :],
    "program": lambda rule, n: rule + b"\0" + values[n : n + 3 * (n % 5)],
}.items():
    (directory / target).mkdir(parents=True, exist_ok=True)
    for number, rule in enumerate(rules):
        (directory / target / f"{number:03}").write_bytes(seed(rule, number))
