"""Random values of the rule language: a node of a wanted type, mostly well typed, from one random source."""

import json

# Mostly of the type its name suggests, so that most rules have a verdict.
NAMES = {
    "number": ["a", "b", "total", "limit", "missing"],
    "text": ["name", "tier", "ключ"],
    "boolean": ["flag"],
    "date": ["day"],
    "timestamp": ["at"],
    "timestamptz": ["seen"],
    "uuid": ["id"],
}
LONG = ["x" * 10000, "x" * 10001, "ü" * 10000]
# In a document the same, under doc.<name>; and lists.
LISTS = ["doc.numbers", "doc.texts", "doc.empty", "doc.mixed"]
MEMBERS = {"number": ["doc.a", "doc.in.b", "doc.numbers.0"], "text": ["doc.name", "doc.in.ключ", "doc.texts.1"], "boolean": ["doc.flag"],
           "date": ["doc.day"], "timestamp": ["doc.at"], "timestamptz": ["doc.seen"], "uuid": ["doc.id"]}
NUMBERS = [
    0, 1, 1, 2, 5, 50, 100, 250.5, 1000, -1, 2, 3, 7, 10, 100, 0.1, 0.2, 0.3, -0.0, 1e-7, 0.005, 99.995, 2**31, 2**63, -(2**63), 1e18, 1e37, 1e38, 1e40,
    12345678901234567890.123456789, 0.5, 1.5, 2.5, -0.5, -2.5, 2.345, -3,
]
TEXTS = ["", "a", "A", "gold", "1", "10", "2026-01-31", "x" * 70, "ü", "日本", "'; DROP TABLE x; --", "null", "true", "\u007f", " \tgold\r\n", "\u00a0a",
         "e\u0301", "😀b", "50%", "a_b", "back\\slash", "ÀÉÎ", "\u2028", "a\nb"]
DATES = ["2026-01-31", "2024-02-29", "0001-01-01", "9999-12-31", "2000-01-01", "1969-12-31", "2026-03-29", "2026-12-28", "2027-01-03"]
TIMES = ["00:00:00", "23:59:59.999999", "12:30:45.5", "01:59:59", "12:30"]
ZONES = ["Z", "+00:00", "+02", "-05:30", "+1400"]
NAMED_ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
DURATIONS = ["P1D", "P1M", "-P1M", "P1Y2M3W4D", "P0D", "P9999Y", "P400W", "-P13M1D", "P999999999D"]
TIMED = ["PT1H", "PT0.000001S", "P1M1DT1H1M1.5S", "-PT36H", "PT999999999S", "P1DT0S"]
UUIDS = ["00000000-0000-0000-0000-00000000abcd", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"]
LIKES = ["%", "_", "gold", "g%", "%l_", "50\\%", "a\\_b", "", "%%x%", "日_", "\\\\"]
REGEXES = ["^g", "old$", "^[a-z]+$", "(?i)GOLD", "\\w", "a.b", "^$", "ü|日", "x{3,}", "[[:alpha:]]"]
UNITS = ["day", "week", "month", "year"]
FINE_UNITS = [*UNITS, "hour", "minute", "second"]
MOMENTS = ["date", "timestamp", "timestamptz"]
ORDERED = ["number", "text", *MOMENTS]
PLAIN = [*ORDERED, "boolean", "uuid"]


class Scalars:
    def __init__(self, r):
        self.r = r
        self.with_table = False
        # Quantifiers (quantifiers.py), where the rule may have some.
        self.quantifiers = None

    def kind(self):
        return self.r.choices(PLAIN, [50, 20, 8, 6, 6, 6, 4])[0]

    def spelled(self, kind):
        r = self.r
        if kind == "text" and r.random() < 0.005:
            return r.choice(LONG)
        if kind == "timestamp":
            return r.choice(DATES) + r.choice("T ") + r.choice(TIMES)
        if kind == "timestamptz":
            return r.choice(DATES) + r.choice("T ") + r.choice(TIMES) + r.choice(ZONES)
        return r.choice({"number": NUMBERS, "text": TEXTS, "boolean": [True, False], "date": DATES, "uuid": UUIDS}[kind])

    def literal(self, kind=None):
        """A literal of the kind wanted, and now and then of another one or null."""
        chance = self.r.random()
        if chance < 0.05:
            return None
        if kind is None or chance < 0.08:
            kind = self.r.choice(["number", "number", "text", "boolean", "date"])
        return self.spelled(kind)

    def name(self, kind):
        r = self.r
        column = self.quantifiers and self.quantifiers.column(kind)
        if column:
            return column
        if r.random() < 0.03:
            kind = r.choice(PLAIN)
        if kind == "timestamptz" and r.random() < 0.3:
            return r.choice(["tx.now", "tx.as_of"])
        if kind == "date" and r.random() < 0.3:
            return "tx.today"
        if not self.with_table and kind in (*MOMENTS, "uuid"):
            return None
        prefix = r.choices(["", "new.", "old.", "agent.", "tx."], [72, 8, 8, 8, 4])[0]
        if prefix == "agent." and kind in ("number", "text"):
            return prefix + ("financial_authority_limit" if kind == "number" else "role_name")
        if prefix == "tx." and kind == "text":
            return prefix + r.choice(["operation", "user"])
        return prefix.replace("agent.", "").replace("tx.", "") + r.choice((MEMBERS if r.random() < 0.2 else NAMES)[kind])

    def reference(self, kind):
        n = self.name(kind)
        if n is None:
            return {kind: self.spelled(kind)}
        return self.r.choice([{"var": n}, {"field": n}, {"type": "field", "name": n}, {"type": "field", "path": n}])

    def leaf(self, kind):
        r = self.r
        if r.random() < 0.6:
            return self.reference(kind)
        x = self.literal(kind)
        if isinstance(x, str) and r.random() < 0.3:
            return {"text" if kind not in PLAIN or kind in ("number", "boolean") else kind: x}
        return r.choice([x, {"literal": x}, {"type": "literal", "value": x}])

    def value(self, depth, kind="number"):
        if depth <= 0 or self.r.random() < 0.35:
            return self.leaf(kind)
        if self.r.random() < 0.12:
            return self.of_any_kind(depth - 1, kind)
        if self.quantifiers and kind in ("number", "text") and self.r.random() < (0.12 if len(self.quantifiers.scopes) < 2 else 0.01):
            return self.quantifiers.make(depth, kind)
        return {"number": self.number, "text": self.text, "boolean": self.boolean, "uuid": lambda _: self.leaf("uuid")}.get(
            kind, lambda d: self.moment(d, kind))(depth - 1)

    def of_any_kind(self, depth, kind):
        r = self.r
        some = [self.value(depth, kind) for _ in range(r.choice([1, 2, 2, 3]))]
        # A JSON value beside nothing but written nulls is left out: natively {"boolean": {"coalesce": [json, null]}} is not read
        # as the type around it, and a true in it does not count as one.
        told = json.dumps(some)
        if '"doc.' in told and "null" in told:
            return self.spelled(kind)
        if kind in ORDERED and r.random() < 0.4:
            return {r.choice(["min", "max"]): some}
        if r.random() < 0.5:
            return {r.choice(["coalesce", "??"]): some}
        chosen = [self.value(depth, kind) for _ in range(2)]
        told = json.dumps(chosen)
        if '"doc.' in told and "null" in told:
            return self.spelled(kind)
        return {r.choice(["if", "?:"]): [self.boolean(depth), *chosen]}

    def binary(self, kind, op, left, right):
        return self.r.choice([
            lambda: {op: [left, right]},
            lambda: {"op": op, "left": left, "right": right},
            lambda: {"type": kind, "operator": op, "left": left, "right": right},
        ])()

    def number(self, depth):
        r = self.r
        some = lambda kind="number": self.value(depth, kind)
        return r.choices([
            lambda: self.binary("arithmetic", r.choice("+-*/%"), some(), some()),
            lambda: {r.choice(["neg", "floor", "ceil", "abs", "number", "decimal", "-"]): [some()]},
            lambda: {"round": [some(), *r.choice([[], [r.randint(0, 18)], [r.randint(0, 3), r.choice(["half_up", "half_even"])]])]},
            lambda: {r.choice(["length", "strlen"]): [some("text")]},
            lambda: {r.choice(["days_between", "-"]): [some("date"), some("date")]},
            lambda: {r.choice(["year", "month", "day", "day_of_month", "weekday"]): [self.typed(depth, r.choice(MOMENTS))]},
        ], [50, 15, 12, 8, 8, 7])[0]()

    def text(self, depth):
        r = self.r
        some = lambda: self.value(depth, "text")
        count = lambda: r.choice([0, 1, 2, 3, -1, -2, 100, -100, 1e20]) if r.random() < 0.8 else self.value(depth)
        return r.choice([
            lambda: {"cat": [some() for _ in range(r.choice([2, 2, 3]))]},
            lambda: {"substr": [some(), *[count() for _ in range(r.choice([1, 2]))]]},
            lambda: {r.choice(["lower", "upper", "toLowerCase", "toUpperCase", "trim", "text"]): [some()]},
        ])()

    def typed(self, depth, kind):
        """A value whose type shows, as an argument needs that could be of several."""
        return {kind: self.value(depth, kind)} if self.r.random() < 0.5 else {kind: self.spelled(kind)}

    def moment(self, depth, kind):
        r = self.r
        some = lambda: self.typed(depth, kind)
        count = lambda: r.choice([0, 1, -1, 2, 12, -13, 400, 100000, 1.0, 0.5, 1e15]) if r.random() < 0.8 else self.value(depth)
        spans = [*DURATIONS, *TIMED] if kind != "date" or r.random() < 0.1 else DURATIONS
        ways = [
            lambda: {r.choice("+-"): [some(), *[{"duration": r.choice(spans)} for _ in range(r.choice([1, 1, 2]))]]},
            lambda: {"date_add": [some(), count(), r.choice(UNITS)]} if kind == "date" else
                    {"datetime_add": [some(), count(), r.choice(FINE_UNITS)]},
        ]
        if kind == "date":
            ways += [lambda: {"today": []}, lambda: {"date": [self.typed(depth, "timestamp")]},
                     lambda: {"date": [self.typed(depth, "timestamptz"), r.choice(NAMED_ZONES)]}]
        else:
            ways.append(lambda: {"datetime_truncate": [some(), r.choice(FINE_UNITS)]})
        if kind == "timestamp":
            ways.append(lambda: {"timestamp": [self.typed(depth, "date")]})
        if kind == "timestamptz":
            ways += [lambda: {"now": []}, lambda: {"start_of_today": []}]
        return r.choice(ways)()

    def boolean(self, depth):
        """A condition over values, without and, or, not."""
        r = self.r
        chance = r.random()
        if depth <= 0 or chance < 0.45:
            kind = self.kind()
            ops = ["<", "<=", ">", ">=", "lt", "ge"] if kind in ORDERED and r.random() < 0.6 else ["==", "!=", "===", "!==", "=", "eq", "ne"]
            return self.binary("comparison", r.choice(ops), self.value(depth - 1, kind), self.value(depth - 1, kind))
        some = lambda kind="text": self.value(depth - 1, kind)
        kind = self.kind()
        return r.choice([
            lambda: {"in": [some(kind), [x for x in (self.spelled(kind) for _ in range(r.randint(1, 4)))]]},
            lambda: {"in": [some(), some()]},
            lambda: {"in": [some(kind), {"var": r.choice(LISTS)}]},
            lambda: {r.choice(["is_null", "is_not_null"]): [some(kind)]},
            lambda: {r.choice(["<=", "<", "between"]): [some("number"), some("number"), some("number")]},
            lambda: {r.choice(["startsWith", "endsWith", "contains"]): [some(), some()]},
            lambda: {"like": [some(), r.choice(LIKES)]},
            lambda: {"regexTest": [some(), r.choice(REGEXES)]},
            lambda: {"!!": [some(r.choice(["number", "text", "boolean"]))]},
            lambda: {r.choice(["date==", "date!="]): [some("date"), some("date")]},
            lambda: {r.choice(["datetime==", "datetime!="]): [self.typed(depth - 1, "timestamptz"), some("timestamptz")]},
            lambda: {"boolean": some("boolean")},
        ])()

    def record(self, with_document=True):
        r = self.r
        kinds = [(name, kind) for kind in NAMES for name in NAMES[kind] if name != "missing"]
        row = {name: self.cell(kind) for name, kind in kinds if r.random() < 0.9}
        if not self.with_table:
            # without a table a date is a text, and its rules are type errors
            for name, kind in kinds:
                if kind in (*MOMENTS, "uuid"):
                    row.pop(name, None)
        if with_document and r.random() < 0.9:
            row["doc"] = {
                **{name: self.spelled(kind if r.random() < 0.9 else r.choice(PLAIN)) for name, kind in kinds if r.random() < 0.8},
                "in": {"b": self.literal("number"), "ключ": self.literal("text")} if r.random() < 0.9 else self.literal(),
                "numbers": [self.literal("number") for _ in range(3)], "texts": [self.literal("text") for _ in range(3)],
                "empty": [], "mixed": [1, "1", None, True, [], {}, "2026-01-31"],
            }
        return row

    def cell(self, kind):
        r = self.r
        if r.random() < 0.06:
            return None
        if self.with_table and kind in MOMENTS and r.random() < 0.05:
            return r.choice(["infinity", "-infinity", "0044-03-15 BC", "20000-01-01"])
        if not self.with_table and r.random() < 0.05:
            kind = r.choice(["number", "text", "boolean"])
        return self.spelled(kind)
