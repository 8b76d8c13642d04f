extension ReportTable {
    /// Aligned columns for a terminal.
    var asText: String {
        let lines = self.lines
        let widths = columns.indices.map { index in
            max(columns[index].label.count, lines.map { $0.cells[index].count }.max() ?? 0)
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { index in
                let space = String(repeating: " ", count: widths[index] - cells[index].count)
                return columns[index].isRight ? space + cells[index] : cells[index] + space
            }
            var text = padded.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        var text = title + "\n" + subtitle + "\n\n" + line(columns.map(\.label)) + line(rule)
        for (index, entry) in lines.enumerated() {
            if entry.role == .total { text += line(rule) }
            text += line(entry.cells)
            if entry.role == .subtotal, index + 1 < lines.count { text += "\n" }
        }
        return text
    }

    /// RFC 4180: comma, CRLF, quotes where needed; a header, then the rows as PostgreSQL printed them.
    var asCSV: String {
        func field(_ text: String?) -> String {
            guard let text else { return "" }
            // An empty text is quoted, so that it is told from nothing.
            guard text.isEmpty || text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
                return text
            }
            return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        let header: [String?] = columns.map(\.name)
        return ([header] + rows).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
    }

    /// An object with title, subtitle and rows; amounts are strings, so that no reader rounds them.
    var asJSON: String {
        let objects = rows.map { row in
            let members = zip(columns, row).map { column, cell in
                "\(ReportTable.quoted(column.name)): \(ReportTable.json(cell, column.kind))"
            }
            return "    {" + members.joined(separator: ", ") + "}"
        }
        let list = objects.isEmpty ? "[]" : "[\n" + objects.joined(separator: ",\n") + "\n  ]"
        return
            "{\n  \"title\": \(ReportTable.quoted(title)),\n  \"subtitle\": \(ReportTable.quoted(subtitle)),\n  \"rows\": \(list)\n}\n"
    }

    private static func json(_ cell: String?, _ kind: Kind) -> String {
        guard let cell else { return "null" }
        return kind == .number && Int64(cell) != nil ? cell : quoted(cell)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
