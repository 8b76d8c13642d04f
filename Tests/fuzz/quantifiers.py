"""Rules over relations and lists: quantifiers over rows given with the record, two deep, with aliases that hide outer ones."""

# A column each of a kind, and one to join by.
RELATIONS = {"lines": {"amount": "number", "key": "number", "tag": "text", "open": "boolean"}, "notes": {"key": "number", "word": "text"}}
FOLDS = {
    "boolean": ["exists", "forall", "exists_one", "exists", "forall", "lookup"],
    "number": ["count", "count_distinct", "sum", "sum", "min", "max", "avg", "lookup"],
    "text": ["min", "max", "lookup"],
}
# Sums of these leave 38 digits and come back.
LONGEST = 10**38 - 1
ELEMENTS = {"doc.numbers": "number", "doc.texts": "text", "doc.empty": "number", "doc.mixed": "number"}


class Quantifiers:
    def __init__(self, r, scalars, boolean):
        self.r, self.scalars, self.boolean = r, scalars, boolean
        # Around what is being made, innermost last: alias and relation.
        self.scopes = []

    def column(self, kind):
        """A column of a row around, or of no relation at all; None outside of quantifiers and for other kinds."""
        r = self.r
        if not self.scopes or r.random() < 0.3 or kind not in FOLDS:
            return None
        alias, relation = self.scopes[-1] if r.random() < 0.8 else r.choice(self.scopes)
        columns = [c for c, k in RELATIONS[relation].items() if k == kind]
        if not columns or r.random() < 0.02:
            columns = [*RELATIONS[relation], "missing"]
        return alias + "." + r.choice(columns)

    def make(self, depth, kind, op=None):
        r = self.r
        op, relation = op or r.choice(FOLDS[kind]), r.choice(list(RELATIONS))
        # Not the name of a field: of the alias alone and another error, which is told first is open.
        alias = r.choice(["e", "e", "l", "x1"])
        form = {"in": relation if r.random() < 0.98 else "nowhere", "as": alias if r.random() < 0.98 else "new"}
        outside = self.scalars.reference("number")
        self.scopes.append((alias, relation))
        if r.random() < 0.5:
            parts = [self.boolean(depth - 2) for _ in range(r.choice([0, 1, 1, 2]))]
            if r.random() < 0.6 or not parts:
                parts.append({"==": [{"var": alias + ".key"}, outside]})
            form["where"] = {"and": parts} if len(parts) > 1 or r.random() < 0.1 else parts[0]
        if op in ("exists", "forall", "exists_one"):
            if op == "forall" or r.random() < 0.8:
                form["satisfies"] = self.boolean(depth - 2)
        elif op != "count" or r.random() < 0.4:
            form["of"] = self.boolean(depth - 2) if kind == "boolean" else self.scalars.value(depth - 2, kind)
        self.scopes.pop()
        if op in ("count_distinct", "sum", "min", "max", "avg") and r.random() < 0.4:
            form["nulls"] = r.choice(["skip", "skip", "unknown"])
        return {r.choice([op, op, op, op.upper()]): form}

    def over_list(self):
        """all, some or none of the elements of a JSON list, by a condition on the element."""
        r = self.r
        name, kind = r.choice(list(ELEMENTS.items()))
        element = {"var": ""}
        body = r.choice([
            {r.choice(["<", "<=", "==", "!=", ">"]): [element, self.scalars.spelled(kind)]},
            {"in": [element, [self.scalars.spelled(kind) for _ in range(2)]]},
            {"is_null": [element]},
        ])
        return {r.choice(["all", "some", "none"]): [{"var": name}, body]}

    def over_made_list(self):
        """A quantifier, a length or a membership over a filter of a JSON list."""
        r = self.r
        name, kind = r.choice(list(ELEMENTS.items())[:3])
        element, other = {"var": ""}, self.scalars.spelled(kind)
        test = r.choice([{"!=": [element, other]}, {"==": [element, other]}, {"is_null": [element]}, {"in": [element, [other]]}])
        kept = {"filter": [{"var": name}, test]}
        return r.choice([
            lambda: {r.choice(["some", "none", "all"]): [kept, {"!=": [element, self.scalars.spelled(kind)]}]},
            lambda: {r.choice(["<", ">="]): [{"length": [kept]}, r.choice([0, 1, 2])]},
            lambda: {r.choice(["!!", "is_null", "is_not_null"]): [kept]},
            lambda: {"in": [self.scalars.spelled(kind), kept]},
        ])()

    def mapped(self, kind):
        """A map of a JSON list to values of a kind, with rows and a list of its own now and then."""
        r = self.r
        element = {"var": ""}
        if kind == "text":
            return {"map": [{"var": "doc.texts"}, r.choice([element, {"cat": [element, "!"]}, {"lower": [element]}, {"trim": [element]}])]}
        ranging = {"count": {"in": r.choice([{"var": "new.doc.numbers"}, {"var": "new.doc.texts"}]), "as": "c",
                             "where": r.choice([{"is_not_null": [{"var": "c"}]}, {"is_null": [element]}])}}
        rows = {"sum": {"in": "lines", "as": "c", "where": {"<=": [{"var": "c.key"}, element]}, "of": {"var": "c.key"}, "nulls": "skip"}}
        body = [element, {"*": [element, 2]}, {"-": [element, 1]}, {"/": [1, element]}, {"neg": [element]}, ranging, rows]
        return {"map": [{"var": r.choice(["doc.numbers", "doc.numbers", "doc.empty"])}, r.choice(body)]}

    def over_map(self):
        """A membership in a map, or what it found read in a list inside."""
        r = self.r
        kind = r.choice(["number", "number", "text"])
        made = self.mapped(kind)
        if r.random() < 0.6:
            if r.random() < 0.3:
                made = {"filter": [made, {r.choice(["!=", "<="]): [{"var": ""}, self.scalars.spelled(kind)]}]}
            needle = r.choice([self.scalars.spelled(kind), self.scalars.spelled("text"), self.scalars.value(1, kind)])
            return {"in": [needle, made]}
        inside = {"some": [{"var": "new.doc.numbers" if kind == "number" else "new.doc.texts"},
                           {r.choice(["==", "<", ">="]): [{"var": ""}, {"var": "l"}]}]}
        return {r.choice(["exists", "forall", "exists_one"]): {"in": made, "as": "l", "satisfies": inside}}

    def reduced(self):
        """A reduce, with the accumulator in a list or rows inside now and then."""
        r = self.r
        so_far, current = {"var": "accumulator"}, {"var": "current"}
        counted = {"count": {"in": {"var": "new.doc.numbers"}, "as": "c", "where": {r.choice(["<", ">="]): [{"var": "c"}, so_far]}}}
        found = {"max": {"in": "lines", "as": "c", "where": {"==": [{"var": "c.key"}, so_far]}, "of": {"+": [{"var": "c.key"}, so_far]}}}
        body = r.choice([
            {"+": [so_far, current]}, {"max": [so_far, current]}, {"coalesce": [{"-": [so_far, current]}, 1]}, {"+": [so_far, counted]},
            {"coalesce": [found, {"+": [so_far, counted]}, 5]}, {"if": [{"<": [so_far, current]}, counted, so_far]},
        ])
        source = r.choice([{"var": "doc.numbers"}, {"filter": [{"var": "doc.numbers"}, {"!=": [{"var": ""}, 1]}]}, self.mapped("number")])
        return {r.choice(["<", "<=", "==", ">"]): [{"reduce": [source, body, r.choice([0, 1, 2, 5])]}, self.scalars.spelled("number")]}

    def relations(self):
        r = self.r
        amount = lambda: r.choice([LONGEST, -LONGEST]) if r.random() < 0.1 else self.scalars.literal("number")
        cell = lambda c, k: r.choice([1, 2, 5, None]) if c == "key" else amount() if c == "amount" else self.scalars.literal(k)
        return {name: [{c: cell(c, k) for c, k in columns.items() if r.random() < 0.95} for _ in range(r.choice([0, 1, 2, 2, 3, 5]))]
                for name, columns in RELATIONS.items() if r.random() < 0.97}
