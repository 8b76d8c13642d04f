/// What erp-report was asked for.
struct ReportOptions: Equatable {
    enum Name: String, CaseIterable {
        case asOf = "--as-of"
        case from = "--from"
        case to = "--to"
        case comparedFrom = "--compared-from"
        case comparedTo = "--compared-to"
        case company = "--company"
        case account = "--account"
        case customer = "--customer"
        case direction = "--direction"
        case format = "--format"
    }

    enum Format: String, CaseIterable {
        case text, csv, json, svg
    }

    struct Invalid: Error, Equatable {
        let message: String
    }

    let report: String
    let format: Format
    let values: [Name: String]

    /// Reads the arguments; an option's value follows it or an equals sign. What the report does not take is refused.
    init(_ arguments: [String]) throws(Invalid) {
        var words: [String] = []
        var values: [Name: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Name(rawValue: String(parts[0])) else {
                throw Invalid(message: "unknown option \(parts[0])")
            }
            guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                throw Invalid(message: "\(name.rawValue) needs a value")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Invalid(message: "\(name.rawValue) is given twice")
            }
            try ReportOptions.check(name, value)
        }
        guard words.count == 1, let word = words.first else { throw Invalid(message: "name one report") }
        let comparing = values[.comparedTo] != nil || values[.comparedFrom] != nil
        guard Report.all.contains(where: { $0.name == word }) else {
            throw Invalid(message: "there is no report \(word)")
        }
        guard let report = Report.named(word, comparing: comparing) else {
            throw Invalid(message: "\(word) is not compared with another time")
        }
        for name in Name.allCases where values[name] != nil && name != .format && !report.options.contains(name) {
            throw Invalid(message: "\(word) does not take \(name.rawValue)")
        }
        for name in report.needed + (comparing ? [.comparedTo] : []) where values[name] == nil {
            throw Invalid(message: "\(word) needs \(name.rawValue)")
        }
        if let from = values[.from], let to = values[.to], to < from {
            throw Invalid(message: "--to lies before --from")
        }
        self.report = word
        format = values[.format].flatMap(Format.init) ?? .text
        self.values = values
    }

    /// The report asked for.
    var definition: Report? {
        Report.named(report, comparing: values[.comparedTo] != nil)
    }

    private static func check(_ name: Name, _ value: String) throws(Invalid) {
        let fault: String? =
            switch name {
            case .asOf, .from, .to, .comparedFrom, .comparedTo:
                isDate(value) ? nil : "is no date of the form 2026-12-31"
            case .company, .customer: Int64(value) == nil ? "is no number" : nil
            case .direction: ["customer", "supplier"].contains(value) ? nil : "is customer or supplier"
            case .format: Format(rawValue: value) == nil ? "is text, csv, json or svg" : nil
            case .account: nil
            }
        if let fault { throw Invalid(message: "\(name.rawValue) \(value): \(fault)") }
    }

    /// A day of the calendar, so that a slip is told before anything is asked.
    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], text.allSatisfy({ $0 == "-" || ("0"..."9").contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains(month) && day >= 1 && day <= days[month - 1]
    }
}
