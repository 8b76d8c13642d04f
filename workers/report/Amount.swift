/// A decimal amount as PostgreSQL prints it, exact, with at most four decimals kept.
struct Amount: Equatable {
    private static let scale = 4

    /// Ten-thousandths.
    private(set) var units: Int128

    init(units: Int128) {
        self.units = units
    }

    /// Reads digits with a sign and a fraction; nil for anything else, for more decimals, and for what would not fit.
    init?(_ text: String) {
        var digits = text[...]
        let isNegative = digits.first == "-"
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty, digits.count <= 30 else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.count <= Amount.scale else { return nil }
        var value: Int128 = 0
        let padding = String(repeating: "0", count: Amount.scale - fraction.count)
        for digit in "\(parts[0])\(fraction)\(padding)" {
            guard digit.isASCII, let number = digit.wholeNumberValue else { return nil }
            value = value * 10 + Int128(number)
        }
        units = isNegative ? -value : value
    }

    static func + (left: Amount, right: Amount) -> Amount {
        Amount(units: left.units + right.units)
    }

    /// For people: thousands apart, two decimals or as many more as there are.
    var grouped: String {
        var whole = String((units / 10_000).magnitude)
        var fraction = String((units % 10_000).magnitude)
        fraction = String(repeating: "0", count: Amount.scale - fraction.count) + fraction
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        var place = whole.count - 3
        while place > 0 {
            whole.insert(",", at: whole.index(whole.startIndex, offsetBy: place))
            place -= 3
        }
        return (units < 0 ? "-" : "") + whole + "." + fraction
    }
}
