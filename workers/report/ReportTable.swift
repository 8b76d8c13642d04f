/// What a report answered: a heading, columns, and rows of the texts PostgreSQL printed.
struct ReportTable: Equatable {
    enum Kind: Equatable {
        case text, date, number, amount
    }

    struct Column: Equatable {
        /// Key in JSON and CSV.
        let name: String
        /// Heading for people.
        let label: String
        let kind: Kind
        /// Summed up below the table, for people.
        var isTotalled = false

        var isRight: Bool { kind == .number || kind == .amount }
    }

    /// A line for people: a row of the report, the sum of a group, or the sum of all.
    struct Line: Equatable {
        enum Role: Equatable {
            case row, subtotal, total
        }

        let role: Role
        let cells: [String]
    }

    let title: String
    let subtitle: String
    let columns: [Column]
    let rows: [[String?]]
    /// The first column names a group, with a sum after each.
    var isGrouped = false

    /// The rows as people read them, with sums where columns ask for them; a repeated group name is left out.
    var lines: [Line] {
        var lines: [Line] = []
        var group: String?
        var members: [[String?]] = []
        func close() {
            guard isGrouped, let group, members.count > 1 else { return }
            if let sums = sums(of: members, label: "\(group) total") {
                lines.append(Line(role: .subtotal, cells: sums))
            }
        }
        for row in rows {
            var cells = zip(row, columns).map { cell, column in ReportTable.shown(cell, column.kind) }
            if isGrouped {
                if row[0] != group {
                    close()
                    group = row[0]
                    members = []
                } else {
                    cells[0] = ""
                }
                members.append(row)
            }
            lines.append(Line(role: .row, cells: cells))
        }
        close()
        if !isGrouped, let sums = sums(of: rows, label: "Total") { lines.append(Line(role: .total, cells: sums)) }
        return lines
    }

    /// The sums of the columns that have one; nil when none has, or nothing is there to be added.
    private func sums(of rows: [[String?]], label: String) -> [String]? {
        guard !rows.isEmpty, columns.contains(where: \.isTotalled) else { return nil }
        var cells = columns.indices.map { index in
            guard columns[index].isTotalled else { return "" }
            let amounts = rows.compactMap { $0[index].flatMap(Amount.init) }
            return amounts.reduce(Amount(units: 0), +).grouped
        }
        cells[0] = label
        return cells
    }

    private static func shown(_ cell: String?, _ kind: Kind) -> String {
        guard let cell else { return "" }
        guard kind == .amount, let amount = Amount(cell) else {
            // What others wrote stays on its line.
            return String(cell.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        }
        return amount.grouped
    }
}
