extension ReportTable {
    private struct Page {
        static let margin = 42
        static let rowHeight = 15
        static let headHeight = 96
        /// A4 at 72 points an inch; a longer or wider report makes a longer or wider page.
        static let width = 595
        static let height = 842
        /// About the width of a digit of the text below.
        static let letter = 5.1
        static let gap = 14
    }

    /// One page that a person would like to read: no colour needed, amounts under each other, lines only where sums are.
    var asSVG: String {
        let lines = self.lines
        let natural = columns.indices.map { index in
            let longest = max(columns[index].label.count, lines.map { $0.cells[index].count }.max() ?? 0)
            return Int(Double(min(longest, 60)) * Page.letter) + Page.gap
        }
        let needed = natural.reduce(0, +) + 2 * Page.margin
        let width = max(needed, Page.width)
        let height = max(Page.headHeight + (lines.count + 3) * Page.rowHeight + Page.margin, Page.height)
        // What is left over goes to the widest column, which is the one with words.
        let widest = natural.indices.max { natural[$0] < natural[$1] } ?? 0
        let widths = natural.indices.map { natural[$0] + ($0 == widest ? width - needed : 0) }
        var y = Page.headHeight
        var body = row(columns.map(\.label), widths, y, "head")
        body += rule(y + 5, width, "heavy")
        for entry in lines {
            y += Page.rowHeight
            if entry.role == .total { body += rule(y - 11, width, "light") }
            body += row(entry.cells, widths, y, entry.role == .row ? "row" : "sum")
            if entry.role != .row { body += rule(y + 4, width, entry.role == .total ? "heavy" : "light") }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width)pt" height="\(height)pt" viewBox="0 0 \(width) \(height)">
            <title>\(ReportTable.escaped(title))</title>
            <style>
            text { font: 9px Helvetica, Arial, sans-serif; fill: #1a1a1a; white-space: pre; font-variant-numeric: tabular-nums; }
            .title { font-size: 18px; font-weight: bold; } .subtitle { font-size: 10px; fill: #555; }
            .head { fill: #555; } .sum { font-weight: bold; } .heavy { stroke: #1a1a1a; stroke-width: 0.8; }
            .light { stroke: #999; stroke-width: 0.4; }
            </style>
            <rect width="\(width)" height="\(height)" fill="#fff"/>
            <text class="title" x="\(Page.margin)" y="52">\(ReportTable.escaped(title))</text>
            <text class="subtitle" x="\(Page.margin)" y="69">\(ReportTable.escaped(subtitle))</text>
            \(body)</svg>

            """
    }

    private func row(_ cells: [String], _ widths: [Int], _ y: Int, _ style: String) -> String {
        var x = Page.margin
        var text = ""
        for index in cells.indices {
            if !cells[index].isEmpty {
                let isRight = columns[index].isRight
                let end = index == cells.count - 1 ? 0 : Page.gap
                let place = isRight ? x + widths[index] - end : x
                let shown = cells[index].count > 60 ? cells[index].prefix(59) + "…" : cells[index][...]
                text += "<text class=\"\(style)\" x=\"\(place)\" y=\"\(y)\"\(isRight ? " text-anchor=\"end\"" : "")>"
                text += "\(ReportTable.escaped(String(shown)))</text>\n"
            }
            x += widths[index]
        }
        return text
    }

    private func rule(_ y: Int, _ width: Int, _ style: String) -> String {
        "<line class=\"\(style)\" x1=\"\(Page.margin)\" y1=\"\(y)\" x2=\"\(width - Page.margin)\" y2=\"\(y)\"/>\n"
    }

    /// Text made safe inside an element; what XML has no character for is left out.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case let control where control.value < 0x20 || control.value == 0xFFFE || control.value == 0xFFFF: continue
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
