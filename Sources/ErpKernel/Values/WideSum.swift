// A sum that is past 38 digits on its way: exact in 320 bits, which hold 2^64 of the largest numbers.

/// A number times 10^38 in two's complement.
struct WideSum {
    private var low: UInt128
    private var middle: UInt128
    private var high: UInt64

    typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64)

    init(_ words: Words) {
        low = UInt128(words.1) &<< 64 | UInt128(words.0)
        middle = UInt128(words.3) &<< 64 | UInt128(words.2)
        high = words.4
    }

    var words: Words {
        (
            UInt64(truncatingIfNeeded: low), UInt64(truncatingIfNeeded: low &>> 64),
            UInt64(truncatingIfNeeded: middle), UInt64(truncatingIfNeeded: middle &>> 64), high
        )
    }

    mutating func add(_ number: Decimal) {
        let factor = Decimal.power(Decimal.digits &- number.scale) ?? 1
        let addend = number.coefficient.magnitude.multipliedFullWidth(by: factor)
        if number.coefficient < 0 { negate() }
        let (sum, carry) = low.addingReportingOverflow(addend.low)
        let (next, over) = middle.addingReportingOverflow(addend.high)
        let (last, rest) = next.addingReportingOverflow(carry ? 1 : 0)
        low = sum
        middle = last
        high = high &+ (over || rest ? 1 : 0)
        if number.coefficient < 0 { negate() }
    }

    private mutating func negate() {
        low = ~low &+ 1
        middle = low == 0 ? ~middle &+ 1 : ~middle
        high = low == 0 && middle == 0 ? ~high &+ 1 : ~high
    }

    /// The sum as a number, nil when that needs more than 38 digits.
    func total(display: Int) -> Decimal? {
        let negative = high &>> 63 == 1
        var rest = self
        if negative { rest.negate() }
        var places = Decimal.digits
        while rest.high > 0 || rest.middle > 0 || rest.low > UInt128(Decimal.limit) {
            guard places > 0, rest.divideByTen() == 0 else { return nil }
            places &-= 1
        }
        return Decimal(negative: negative, magnitude: rest.low, scale: places, display: display)?.stripped
    }

    /// Returns the remainder.
    private mutating func divideByTen() -> UInt128 {
        let remainder = UInt128(high % 10)
        high = high / 10
        let second = UInt128(10).dividingFullWidth((remainder, middle))
        middle = second.quotient
        let third = UInt128(10).dividingFullWidth((second.remainder, low))
        low = third.quotient
        return third.remainder
    }
}
