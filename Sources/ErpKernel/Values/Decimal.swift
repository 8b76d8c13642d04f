// Exact decimals of 38 digits, counted without trailing zeros of the fraction, with the result scales of
// PostgreSQL's numeric. What does not fit is an overflow (nil), never a rounded answer.

/// A number: `coefficient` / 10^`scale`; numeric would show it with `display` decimals.
struct Decimal {
    let coefficient: Int128
    let scale: Int
    let display: Int

    static let digits = 38
    static var limit: Int128 { 99_999_999_999_999_999_999_999_999_999_999_999_999 }

    /// Drops trailing zeros of the fraction while there are too many digits; nil when there still are.
    init?(negative: Bool, magnitude: UInt128, scale: Int, display: Int) {
        var rest = magnitude
        var places = scale
        if rest == 0, places > Decimal.digits { places = Decimal.digits }
        while rest > UInt128(Decimal.limit) || places > Decimal.digits {
            guard places > 0, rest % 10 == 0 else { return nil }
            rest = rest / 10
            places &-= 1
        }
        guard places >= 0, display >= 0, display <= 16_383 else { return nil }
        coefficient = negative ? 0 &- Int128(truncatingIfNeeded: rest) : Int128(truncatingIfNeeded: rest)
        self.scale = places
        self.display = display
    }

    init?(_ coefficient: Int128, scale: Int) {
        self.init(negative: coefficient < 0, magnitude: coefficient.magnitude, scale: scale, display: scale)
    }

    static var zero: Decimal { Decimal(trusted: 0, scale: 0, display: 0) }

    /// For a coefficient and scales that were checked before.
    init(trusted coefficient: Int128, scale: Int, display: Int) {
        self.coefficient = coefficient
        self.scale = scale
        self.display = display
    }

    /// 10^exponent, or nil above 10^38.
    static func power(_ exponent: Int) -> UInt128? {
        guard exponent >= 0, exponent <= digits else { return nil }
        var result: UInt128 = 1
        for _ in 0..<exponent { result = result &* 10 }
        return result
    }

    /// The magnitude at a larger scale, or nil when it needs more than 128 bits.
    private func magnitude(atScale target: Int) -> UInt128? {
        let magnitude = coefficient.magnitude
        if target == scale || magnitude == 0 { return magnitude }
        // The common case: both fit 64 bits, so the product fits 128.
        if target &- scale <= 18, magnitude <= UInt128(UInt64.max) {
            var factor: UInt64 = 1
            for _ in scale..<target { factor = factor &* 10 }
            return magnitude &* UInt128(factor)
        }
        guard let factor = Decimal.power(target &- scale) else { return nil }
        let full = magnitude.multipliedFullWidth(by: factor)
        return full.high == 0 ? full.low : nil
    }

    /// The same value without trailing zeros of the fraction.
    var stripped: Decimal {
        var rest = coefficient
        var places = scale
        while places > 0, rest % 10 == 0 {
            rest = rest / 10
            places &-= 1
        }
        return Decimal(trusted: rest, scale: places, display: display)
    }

    func adding(_ other: Decimal) -> Decimal? {
        let display = self.display > other.display ? self.display : other.display
        let scale = self.scale > other.scale ? self.scale : other.scale
        guard let left = magnitude(atScale: scale), let right = other.magnitude(atScale: scale) else {
            return addingStripped(other)
        }
        let (negative, otherNegative) = (coefficient < 0, other.coefficient < 0)
        if negative == otherNegative {
            let (sum, overflow) = left.addingReportingOverflow(right)
            if overflow { return addingStripped(other) }
            return Decimal(negative: negative, magnitude: sum, scale: scale, display: display)
        }
        let difference = left >= right ? left &- right : right &- left
        return Decimal(
            negative: left >= right ? negative : otherNegative, magnitude: difference, scale: scale, display: display)
    }

    /// Once more without trailing zeros, where there are some.
    private func addingStripped(_ other: Decimal) -> Decimal? {
        let (short, otherShort) = (stripped, other.stripped)
        guard short.scale < scale || otherShort.scale < other.scale else { return nil }
        return short.adding(otherShort)
    }

    var negated: Decimal { Decimal(trusted: 0 &- coefficient, scale: scale, display: display) }

    func multiplied(by other: Decimal) -> Decimal? {
        let negative = (coefficient < 0) != (other.coefficient < 0)
        var (high, low) = coefficient.magnitude.multipliedFullWidth(by: other.coefficient.magnitude)
        var places = scale &+ other.scale
        while high > 0 {
            guard places > 0 else { return nil }
            let top = Decimal.divide(high, 10)
            let bottom = UInt128(10).dividingFullWidth((top.1, low))
            guard bottom.remainder == 0 else { return nil }
            (high, low) = (top.0, bottom.quotient)
            places &-= 1
        }
        return Decimal(negative: negative, magnitude: low, scale: places, display: display &+ other.display)
    }

    /// Rounds half away from zero at numeric's own result scale; the divisor is not zero.
    func divided(by other: Decimal) -> Decimal? {
        guard other.coefficient != 0 else { return nil }
        let display = divisionScale(other)
        let shift = display &+ other.scale &- self.scale
        guard shift >= 0 else { return nil }
        let divisor = other.coefficient.magnitude
        let negative = (coefficient < 0) != (other.coefficient < 0)
        var (quotient, rest) = Decimal.divide(coefficient.magnitude, divisor)
        var done = 0
        // Zeros that would not fit are only counted: the fraction may lose them.
        var zeros = 0
        while done &+ zeros < shift, rest != 0 || done < other.scale &- self.scale {
            let step = Decimal.timesTen(rest, modulo: divisor)
            rest = step.rest
            if quotient > UInt128(Decimal.limit) / 10 {
                guard step.digit == 0 else { return nil }
                zeros &+= 1
            } else {
                quotient = quotient &* 10 &+ UInt128(step.digit)
                done &+= 1
            }
        }
        if rest != 0, rest >= divisor &- rest {
            guard zeros == 0 else { return nil }
            quotient = quotient &+ 1
        }
        return Decimal(
            negative: negative, magnitude: quotient, scale: self.scale &- other.scale &+ done, display: display)
    }

    private static func divide(_ left: UInt128, _ right: UInt128) -> (UInt128, UInt128) {
        right == 0 ? (0, 0) : (left / right, left % right)
    }

    /// rest * 10 divided by divisor, for rest < divisor < 2^127: 131 bits, so by carry and subtraction.
    private static func timesTen(_ rest: UInt128, modulo divisor: UInt128) -> (digit: UInt8, rest: UInt128) {
        if rest < UInt128(limit) / 10 {
            let (quotient, remainder) = divide(rest &* 10, divisor)
            return (UInt8(truncatingIfNeeded: quotient), remainder)
        }
        // Adds rest ten times, taking the divisor off as soon as it is reached: every sum stays below 2^128.
        var digit: UInt8 = 0
        var sum: UInt128 = 0
        for _ in 0..<10 {
            sum = sum &+ rest
            if sum >= divisor {
                sum = sum &- divisor
                digit &+= 1
            }
        }
        return (digit, sum)
    }

    /// PostgreSQL's select_div_scale: at least 16 significant digits, never fewer decimals than an operand.
    private func divisionScale(_ other: Decimal) -> Int {
        let (weight, first) = leadingGroup
        let (otherWeight, otherFirst) = other.leadingGroup
        var quotientWeight = weight &- otherWeight
        if first <= otherFirst { quotientWeight &-= 1 }
        var result = 16 &- quotientWeight &* 4
        if result < display { result = display }
        if result < other.display { result = other.display }
        return result < 0 ? 0 : result
    }

    /// Weight and value of the first non-zero group of four decimal digits, as numeric stores them.
    private var leadingGroup: (weight: Int, value: UInt128) {
        if coefficient == 0 { return (0, 0) }
        let count = Decimal.digitCount(coefficient.magnitude)
        let exponent = count &- 1 &- scale
        let weight = exponent >= 0 ? exponent / 4 : 0 &- ((3 &- exponent) / 4)
        let kept = exponent &- weight &* 4 &+ 1
        let drop = count &- kept
        if drop >= 0 {
            return (weight, Decimal.divide(coefficient.magnitude, Decimal.power(drop) ?? 1).0)
        }
        return (weight, coefficient.magnitude &* (Decimal.power(0 &- drop) ?? 1))
    }

    private static func digitCount(_ value: UInt128) -> Int {
        var rest = value
        var count = 0
        while rest > 0 {
            rest = rest / 10
            count &+= 1
        }
        return count
    }

    /// The remainder with the dividend's sign; the divisor is not zero.
    func remainder(dividingBy other: Decimal) -> Decimal? {
        guard other.coefficient != 0 else { return nil }
        let display = self.display > other.display ? self.display : other.display
        let scale = self.scale > other.scale ? self.scale : other.scale
        // A divisor too large for the common scale is larger than the dividend.
        guard let divisor = other.magnitude(atScale: scale), divisor <= UInt128(Int128.max) else {
            return Decimal(trusted: coefficient, scale: self.scale, display: display)
        }
        var rest = Decimal.divide(coefficient.magnitude, divisor).1
        for _ in 0..<(scale &- self.scale) { rest = Decimal.timesTen(rest, modulo: divisor).rest }
        return Decimal(negative: coefficient < 0, magnitude: rest, scale: scale, display: display)
    }

    /// -1, 0 or 1. A magnitude that does not fit the other's scale is the larger one.
    func order(against other: Decimal) -> Int {
        if scale == other.scale {
            return coefficient == other.coefficient ? 0 : (coefficient < other.coefficient ? -1 : 1)
        }
        let negative = coefficient < 0
        if negative != (other.coefficient < 0) { return negative ? -1 : 1 }
        let scale = self.scale > other.scale ? self.scale : other.scale
        guard let left = magnitude(atScale: scale) else { return negative ? -1 : 1 }
        guard let right = other.magnitude(atScale: scale) else { return negative ? 1 : -1 }
        return left == right ? 0 : ((left < right) != negative ? -1 : 1)
    }

    /// Reads `-12.50` or `1e3`; the scale is that of the text.
    static func parse(_ text: [UInt8]) -> ParsedDecimal {
        var reader = NumberReader(text)
        return reader.read()
    }
}

/// What a text is as a decimal.
enum ParsedDecimal {
    case number(Decimal)
    case tooLong
    case notANumber
}

private struct NumberReader {
    private let text: [UInt8]
    private var position = 0
    private var coefficient: UInt128 = 0
    private var digits = 0
    /// Zeros not yet put into the coefficient: they count only when a digit follows.
    private var zeros = 0
    private var scale = 0
    private var tooLong = false
    private var sawDigit = false

    init(_ text: [UInt8]) { self.text = text }

    private var current: UInt8 { text.at(position) ?? 0 }

    mutating func read() -> ParsedDecimal {
        let negative = current == 0x2D
        if current == 0x2D || current == 0x2B { position &+= 1 }
        readDigits(fraction: false)
        if current == 0x2E {
            position &+= 1
            readDigits(fraction: true)
        }
        guard sawDigit else { return .notANumber }
        var exponent = 0
        if current | 0x20 == 0x65 {
            position &+= 1
            guard let value = readExponent() else { return .notANumber }
            exponent = value
        }
        guard position == text.count else { return .notANumber }
        return finish(negative: negative, exponent: exponent)
    }

    private mutating func readDigits(fraction: Bool) {
        while current >= 0x30, current <= 0x39 {
            sawDigit = true
            if fraction { scale &+= 1 }
            if current == 0x30 {
                zeros &+= 1
            } else {
                for _ in 0..<zeros { push(0) }
                zeros = 0
                push(UInt128(current &- 0x30))
            }
            position &+= 1
        }
    }

    private mutating func push(_ digit: UInt128) {
        if coefficient == 0, digit == 0 { return }
        digits &+= 1
        if digits > Decimal.digits {
            tooLong = true
        } else {
            coefficient = coefficient &* 10 &+ digit
        }
    }

    private mutating func readExponent() -> Int? {
        let negative = current == 0x2D
        if current == 0x2D || current == 0x2B { position &+= 1 }
        var value = 0
        var seen = false
        while current >= 0x30, current <= 0x39 {
            if value < 100_000 { value = value &* 10 &+ Int(current &- 0x30) }
            seen = true
            position &+= 1
        }
        return seen ? (negative ? 0 &- value : value) : nil
    }

    /// The value is coefficient * 10^(zeros - scale + exponent).
    private func finish(negative: Bool, exponent: Int) -> ParsedDecimal {
        if tooLong { return .tooLong }
        let shown = scale &- exponent > 0 ? scale &- exponent : 0
        if coefficient == 0 {
            guard let zero = Decimal(negative: false, magnitude: 0, scale: shown, display: shown) else {
                return .tooLong
            }
            return .number(zero)
        }
        var places = scale &- exponent &- zeros
        var value = coefficient
        // Puts the held back zeros in as far as they fit, so that scale and display agree where they can.
        while places < shown, value <= UInt128(Decimal.limit) / 10, places < Decimal.digits {
            value = value &* 10
            places &+= 1
        }
        guard places >= 0, let number = Decimal(negative: negative, magnitude: value, scale: places, display: shown)
        else { return .tooLong }
        return .number(number)
    }
}
