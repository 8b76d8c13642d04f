// Rounding of decimals.

extension Decimal {
    /// The number as an integer, nil when it has a fraction or does not fit.
    var whole: Int64? {
        let number = stripped
        guard number.scale == 0, number.coefficient >= Int128(Int64.min), number.coefficient <= Int128(Int64.max)
        else { return nil }
        return Int64(truncatingIfNeeded: number.coefficient)
    }

    var hasFraction: Bool { stripped.scale > 0 }

    /// The largest integer not above it.
    var floored: Decimal { trimmed(towards: -1) }

    /// The smallest integer not below it.
    var ceiled: Decimal { trimmed(towards: 1) }

    private func trimmed(towards direction: Int128) -> Decimal {
        guard let (quotient, rest, _) = cut(to: 0) else {
            return Decimal(trusted: coefficient, scale: scale, display: 0)
        }
        let isOver = rest != 0 && (coefficient < 0) == (direction < 0)
        return Decimal(trusted: isOver ? quotient &+ direction : quotient, scale: 0, display: 0)
    }

    /// With exactly that many decimals shown; nil when the digit that is carried does not fit.
    func rounded(to places: Int, halfToEven: Bool) -> Decimal? {
        guard let (quotient, rest, unit) = cut(to: places) else {
            return Decimal(trusted: coefficient, scale: scale, display: places)
        }
        let double = rest.magnitude &* 2
        var result = quotient
        if double > unit || double == unit && (!halfToEven || quotient % 2 != 0) {
            result = coefficient < 0 ? quotient &- 1 : quotient &+ 1
        }
        return Decimal(negative: result < 0, magnitude: result.magnitude, scale: places, display: places)
    }

    /// Quotient and rest of the coefficient at fewer places, and the unit the rest counts in; nil when there is nothing
    /// to cut. The unit is at most 10^38, so the rest doubled fits.
    private func cut(to places: Int) -> (quotient: Int128, rest: Int128, unit: UInt128)? {
        guard places >= 0, scale > places, let unit = Decimal.power(scale &- places) else { return nil }
        let divisor = Int128(truncatingIfNeeded: unit)
        guard divisor > 0 else { return nil }
        return (coefficient / divisor, coefficient % divisor, unit)
    }
}
