/// A number in plain decimal digits: no exponent, no plus sign, no needless zeros.
struct Decimal: Hashable, Sendable {
    let negative: Bool
    /// The digits before the point; at least one.
    let whole: String
    /// The digits after the point, without zeros at the end.
    let fraction: String

    /// Reads digits with an optional sign, point and exponent of at most three digits.
    init?(_ text: String) {
        var rest = Substring(text)
        let negative = rest.first == "-"
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        var shift = 0
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            let digits = rest[rest.index(after: mark)...]
            guard let exponent = Int(digits), abs(exponent) < 1_000 else { return nil }
            shift = exponent
            rest = rest[..<mark]
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        let digits = String(parts.first ?? "") + fraction
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(negative: negative, digits: digits, scale: fraction.count - shift)
    }

    /// The integer of the digits divided by ten to the power of the scale.
    init(negative: Bool, digits: String, scale: Int) {
        var digits = digits
        if scale < 0 { digits += String(repeating: "0", count: -scale) }
        let scale = max(scale, 0)
        if digits.count <= scale { digits = String(repeating: "0", count: scale - digits.count + 1) + digits }
        let point = digits.index(digits.endIndex, offsetBy: -scale)
        let significant = digits[..<point].drop { $0 == "0" }
        whole = significant.isEmpty ? "0" : String(significant)
        var fraction = digits[point...]
        while fraction.last == "0" { fraction.removeLast() }
        self.fraction = String(fraction)
        self.negative = negative && !(whole == "0" && self.fraction.isEmpty)
    }

    /// The number as JSON and SQL write it.
    var text: String { (negative ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction) }

    /// The number as a Real of SMT-LIB.
    var real: String {
        let size = "\(whole).\(fraction.isEmpty ? "0" : fraction)"
        return negative ? "(- \(size))" : size
    }

    var isZero: Bool { whole == "0" && fraction.isEmpty }

    /// The whole number, when it is one that fits.
    var integer: Int? { fraction.isEmpty ? Int(text) : nil }

    var digits: Digits { Digits(whole: whole == "0" ? 0 : whole.count, scale: fraction.count) }
}

/// How many digits a number can have at most before and after its point.
struct Digits: Hashable, Sendable {
    var whole: Int
    var scale: Int

    /// Whether every such number is held exactly in the 38 digits of the engine.
    var fit: Bool { whole + scale <= 38 }
}
