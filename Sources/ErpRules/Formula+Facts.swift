extension Formula {
    /// Adds what every stored row is known to satisfy: CHECK constraints, generated columns, and that one key leads to
    /// one row. Called once, after the conditions.
    func addFacts() {
        var settled: Set<String> = []
        var known = -1
        // A fact may read further columns, about which there are facts in turn.
        while known != settled.count {
            known = settled.count
            for (side, table) in instances() {
                addGenerated(of: table, side, &settled)
                addChecks(of: table, side, &settled)
            }
        }
        addFunctionality()
    }

    /// The rows that are read: the prefix of their columns' names, and their table. A row that may be missing has no facts.
    private func instances() -> [(String, Table)] {
        var found: [(String, Table)] = []
        if operation != .delete { found.append(("", table)) }
        if operation != .insert { found.append(("old.", table)) }
        for (path, row) in rows.sorted(by: { $0.key < $1.key }) where row.reference.isCertain {
            if let target = catalogue.tables[row.reference.table] { found.append((path + ".", target)) }
        }
        return found.filter { side, table in
            table.columns.contains { variables[side + $0.name] != nil }
        }
    }

    private func place(_ side: String, _ name: RuleName) -> RuleName {
        let isOld = side.hasPrefix("old.")
        let prefix = side.dropFirst(isOld ? 4 : 0).split(separator: ".").map(String.init)
        return RuleName(isOld ? .old : operation == .delete ? .row : .new, prefix + name.path)
    }

    /// Constraints some of whose columns are read.
    private func addChecks(of table: Table, _ side: String, _ settled: inout Set<String>) {
        for sql in table.checks where !settled.contains(side + sql) {
            guard let check = try? SQLCondition.parse(sql),
                check.names.allSatisfy({ $0.root == .row && $0.path.count == 1 && table.column($0.path[0]) != nil }),
                check.names.contains(where: { variables[side + $0.path[0]] != nil })
            else { continue }
            settled.insert(side + sql)
            for part in Formula.conjuncts(check) { add(part, side) }
        }
    }

    private static func conjuncts(_ node: RuleNode) -> [RuleNode] {
        guard case .call("and", let parts) = node else { return [node] }
        return parts.flatMap(conjuncts)
    }

    /// The flags of the columns that may be NaN, for which a comparison says something else in SQL.
    private func flags(_ node: RuleNode, _ side: String) -> [String] {
        node.names.compactMap { variables[side + $0.path[0]]?.notANumber }
    }

    private func add(_ check: RuleNode, _ side: String) {
        if case .call("<", let sides) = check, sides.count == 2, sides[1] == .quoted("Infinity"),
            case .name(let name) = sides[0]
        {
            _ = code(place(side, name), as: .number)
            assertions += flags(check, side).map(SMT.not)
            return
        }
        let ordersTextBefore = ordersText
        let known = abstractions
        let coded = condition(check.renamed { place(side, $0) })
        // Text is ordered by the database's collation in a CHECK, by bytes in a rule.
        guard ordersText == ordersTextBefore, abstractions == known else {
            ordersText = ordersTextBefore
            abstractions = known
            return
        }
        let absent = rows[String(side.dropLast())]?.key.null ?? SMT.no
        assertions.append(SMT.or([SMT.not(coded.isFalse), absent] + flags(check, side)))
    }

    private func addGenerated(of table: Table, _ side: String, _ settled: inout Set<String>) {
        for column in table.columns {
            guard let scale = column.digits?.scale, let sql = column.generated, variables[side + column.name] != nil,
                settled.insert(side + column.name).inserted, let node = try? SQLCondition.parse(sql),
                node.names.allSatisfy({ $0.path.count == 1 && table.column($0.path[0])?.type == .number })
            else { continue }
            let known = abstractions
            let wasNonlinear = isNonlinear
            let computed = code(node.renamed { place(side, $0) }, as: .number)
            let stored = code(place(side, RuleName(.row, [column.name])), as: .number)
            // A column with fewer decimals than its expression is rounded.
            guard abstractions == known, isNonlinear == wasNonlinear, let digits = computed.digits,
                digits.fit,
                digits.scale <= scale
            else {
                abstractions = known
                isNonlinear = wasNonlinear
                continue
            }
            // In SQL null beats NaN, and NaN beats every number.
            let operands = node.names.compactMap { variables[side + $0.path[0]] }
            let null = SMT.or(operands.map(\.coded.null))
            let notANumber = SMT.or(operands.compactMap(\.notANumber))
            let same = SMT.and([
                SMT.equal(stored.null, null),
                SMT.or([
                    null,
                    SMT.and([
                        SMT.equal(variables[side + column.name]?.notANumber ?? SMT.no, notANumber),
                        SMT.or([notANumber, SMT.equal(stored.value, computed.value)]),
                    ]),
                ]),
            ])
            assertions.append(SMT.or([same, rows[String(side.dropLast())]?.key.null ?? SMT.no]))
        }
    }

    /// Two keys that are equal lead to the same row; the row written is among the rows.
    private func addFunctionality() {
        var entries = rows.sorted { $0.key < $1.key }.map {
            (prefix: $0.key + ".", reference: $0.value.reference, key: $0.value.key)
        }
        if operation != .delete, let own = entries.first(where: { $0.reference.table == table.name })?.reference,
            let key = cell([own.column], false)
        {
            entries.append((prefix: "", reference: own, key: key.coded))
        }
        for (index, first) in entries.enumerated() {
            guard let target = catalogue.tables[first.reference.table] else { continue }
            for second in entries[(index + 1)...]
            where second.reference.table == first.reference.table
                && second.reference.column == first.reference.column
            {
                let same = SMT.and([
                    SMT.not(first.key.null), SMT.not(second.key.null), SMT.equal(first.key.value, second.key.value),
                ])
                for column in target.columns {
                    guard let one = variables[first.prefix + column.name],
                        let other = variables[second.prefix + column.name]
                    else { continue }
                    var parts = [
                        SMT.equal(one.coded.null, other.coded.null), SMT.equal(one.coded.value, other.coded.value),
                    ]
                    if let flag = one.notANumber, let twin = other.notANumber { parts.append(SMT.equal(flag, twin)) }
                    assertions.append(SMT.implies(same, SMT.and(parts)))
                }
            }
        }
    }
}
