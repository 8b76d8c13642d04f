"""Conditions for which SQL means the same, each as rule and as SQL over the columns of fuzz_rows, and rows that cannot overflow."""

COLUMNS = {"number": ["a", "b", "total", "limit"], "text": ["name", "tier", "ключ"], "boolean": ["flag"]}
DOMAIN = {
    "number": [0, 1, -1, 2, 0.5, 1.5, -2.5, 99.995, 100, 1000, 12345.678, -0.005],
    "text": ["", "a", "A", "gold", "1", "10", "ü", "日本", "'; DROP TABLE x; --", "it's", "a b"],
    "boolean": [True, False],
}


class Twin:
    def __init__(self, r):
        self.r = r

    def leaf(self, kind):
        r = self.r
        if r.random() < 0.65:
            name = r.choice(COLUMNS[kind])
            return {"var": name}, f'"{name}"'
        x = r.choice(DOMAIN[kind])
        return x, {"number": f"{x}::numeric", "boolean": str(x).lower(), "text": "'" + str(x).replace("'", "''") + "'::text"}[kind]

    def value(self, kind, depth):
        r = self.r
        if depth <= 0 or r.random() < 0.3:
            return self.leaf(kind)
        parts = [self.value(kind, depth - 1) for _ in range(2)]
        if kind != "number" or r.random() < 0.25:
            return {"coalesce": [p[0] for p in parts]}, f"coalesce({parts[0][1]}, {parts[1][1]})"
        if r.random() < 0.25:
            op = r.choice(["abs", "neg"])
            return {op: [parts[0][0]]}, ("abs" if op == "abs" else "-") + f"({parts[0][1]})"
        op = r.choice("+-*")
        return {op: [p[0] for p in parts]}, f"({parts[0][1]} {op} {parts[1][1]})"

    def condition(self, depth):
        r = self.r
        if depth > 0 and r.random() < 0.6:
            left, right = self.condition(depth - 1), self.condition(depth - 1)
            op = r.choice(["and", "or", "and", "or", "not", "xor", "iff", "implies"])
            if op == "not":
                return {op: [left[0]]}, f"(NOT {left[1]})"
            sql = {"and": "({} AND {})", "or": "({} OR {})", "xor": "({} <> {})", "iff": "({} = {})", "implies": "(NOT {} OR {})"}[op]
            return {op: [left[0], right[0]]}, sql.format(left[1], right[1])
        kind = r.choices(["number", "text", "boolean"], [60, 30, 10])[0]
        value = lambda: self.value(kind, depth)
        chance = r.random()
        if chance < 0.15:
            x, op = value(), r.choice(["is_null", "is_not_null"])
            return {op: [x[0]]}, f"({x[1]} IS {'NOT ' if op == 'is_not_null' else ''}NULL)"
        if chance < 0.3:
            x, some = value(), [r.choice(DOMAIN[kind]) for _ in range(r.randint(1, 4))]
            quoted = ", ".join("'" + str(s).replace("'", "''") + "'" for s in some)
            return {"in": [x[0], some]}, f"({x[1]} IN ({quoted}))"
        if chance < 0.42 and kind == "number":
            x, low, high = value(), value(), value()
            return {"between": [x[0], low[0], high[0]]}, f"({x[1]} BETWEEN {low[1]} AND {high[1]})"
        ops = {"==": "=", "!=": "<>", "===": "IS NOT DISTINCT FROM", "!==": "IS DISTINCT FROM"}
        if kind != "boolean":
            ops |= {op: op for op in ("<", "<=", ">", ">=")}
        op, left, right = r.choice(list(ops)), value(), value()
        collate = ' COLLATE "C"' if kind == "text" else ""
        return {op: [left[0], right[0]]}, f"({left[1]}{collate} {ops[op]} {right[1]}{collate})"

    def record(self):
        r = self.r
        return {name: None if r.random() < 0.15 else r.choice(DOMAIN[kind]) for kind, names in COLUMNS.items() for name in names}
