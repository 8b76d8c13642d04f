#!/usr/bin/env python3
"""Seed corpora and a dictionary for the kernel's fuzz targets, made of the shared rule vectors: seeds.py VECTORS DIRECTORY."""

import json
import pathlib
import sys

vectors, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
cases = [json.loads(line) for line in vectors.read_text().splitlines() if line.strip()]
# Other vectors have no rule.
rules = [json.dumps(case["ast"], ensure_ascii=False).encode() for case in cases if "ast" in case]

# What no vector says: the limits, each kind of column, facts, and places where a tree is easily damaged.
rules += [
    json.dumps(ast).encode()
    for ast in [
        {"<=": [{"var": "day"}, "2026-01-31"]},
        {"<": ["2026-01-31T10:00:00", {"var": "at"}]},
        {">": [{"var": "seen"}, "2026-01-31T10:00:00.5+02:00"]},
        {"==": [{"var": "id"}, "00000000-0000-0000-0000-00000000abcd"]},
        {"===": [{"var": "data"}, None]},
        {"or": [{"==": [{"var": "agent.role_name"}, {"var": "tx.operation"}]}, {"<": [{"var": "tx.now"}, {"var": "seen"}]}]},
        {"if": [{"var": "cold"}, {"==": [{"var": "customer_id.customer_tier"}, "gold"]}, {"is_null": [{"var": "old.c.tier"}]}]},
        {"<=": [{"/": [{"*": [{"var": "a"}, {"var": "b"}]}, {"-": [{"var": "n"}, 1]}]}, {"coalesce": [{"var": "limit"}, 1e37, {"max": [1, {"var": "q"}]}]}]},
        {"==": [{"lookup": {"in": "r", "as": "e", "of": {"var": "e.t1"}}}, "x"]},
        {"<": [{"max": {"in": "r", "as": "e", "where": {">": [{"var": "e.n"}, 0]}, "of": {"var": "e.t1"}, "nulls": "skip"}}, {"var": "tier"}]},
        {">=": [{"min": {"in": "r", "as": "e", "of": {"cat": [{"var": "e.t1"}, "x"]}, "nulls": "skip"}}, {"var": "e.k.t1"}]},
        {">": [{"count_distinct": {"in": "r", "as": "e", "of": {"upper": {"var": "e.k.t1"}}, "nulls": "skip"}}, {"var": "a"}]},
        {"==": [{"reduce": [{"var": "doc.list"}, {"cat": [{"var": "accumulator"}, {"var": "current.t"}]}, "x"]}, {"var": "tier"}]},
        {"and": [{">=": [{"var": "day"}, "2026-01-31"]}, {"<": [{"*": [{"var": "a"}, {"var": "b"}]}, 12.5]}, {"!": [{"in": [{"var": "tier"}, ["gold", "silver"]]}]}]},
        {"<=": [{"var": "q"}, {"var": "q.limit"}]},
        {"between": [{"%": [{"abs": {"var": "a"}}, 7]}, {"min": [{"var": "p"}, {"var": "q"}, 3]}, 99999999999999999999999999999999999999]},
    ]
]
deep = True
for _ in range(63):
    deep = {"!": [deep]}
rules.append(json.dumps(deep).encode())
# Explaining these takes long, so that fewer others would be tried.
large = [json.dumps(ast).encode() for ast in [{"and": [True] * 4095}, {"in": [{"var": "tier"}, ["x" * 60] * 900]}]]

values = bytes(range(1, 256)) * 2
for target, seed in {
    "compile": lambda rule, n: rule,
    "json": lambda rule, n: rule,
    "evaluate": lambda rule, n: rule + b"\0" + rules[n - 1] + b"\0" + bytes([n % 8]) + values[n % 200 :],
    "repair": lambda rule, n: rule + b"\0" + bytes([n % 2 | n % 3 * 8, n % 3]) + values[n % 200 :],
    "program": lambda rule, n: rule + b"\0" + values[n : n + 3 * (n % 5)],
}.items():
    (directory / target).mkdir(parents=True, exist_ok=True)
    for number, rule in enumerate(rules + large if target in ("compile", "json") else rules):
        (directory / target / f"{number:03}").write_bytes(seed(rule, number))

words = """and or not implies iff xor if == != === !== < <= > >= between in is_null is_not_null + - * / % min max abs coalesce var field
literal agent_attr exists forall exists_one lookup count count_distinct sum avg as where satisfies of nulls skip unknown all some none filter map reduce
in e.a e.t1 e.b2 e.d3 e.doc6 e.k.a e f f.a doc doc.a doc.lines.0 erp_lines current accumulator
literal agent_attr type operator operands operand left right value path name antecedent consequent logical comparison arithmetic
a b n p q age total limit tier cold day at seen id data none old.a new.a tx.now customer_id.customer_tier agent.role_name""".split()
plain = ["0", "-0", "1", "-1", "2", "3", "7", "10", "12", "0.1", "0.005", "1e-7", "1e37", "1e38", "9" * 38, "0." + "0" * 37 + "1", "-" + "9" * 38,
         "true", "false", "null", "[", "]", "{", "}", ",", '{"var":"a"},', '{"/":[1,2]}', '{"%":[7,-2]}', '"2026-01-31"', '\\ud83d', '\\ude00']


def entry(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"\n'


(directory / "dictionary").write_text("".join(entry(text) for text in plain + [f'"{word}"' for word in words]))
