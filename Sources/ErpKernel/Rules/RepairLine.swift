// Where the difference of two sides, taken to move in a straight line with one column, comes out as wanted.

internal import CErpKernel

/// Column `slot` in the comparison `pair`. Values are counted in units of the column: its last decimal, a day, a microsecond.
struct RepairLine {
    private let repair: Repair
    private let pair: RepairPair
    private let slot: UInt32

    init(_ repair: Repair, _ pair: RepairPair, _ slot: UInt32) {
        self.repair = repair
        self.pair = pair
        self.slot = slot
    }

    private var value: erpk_value { repair.registers[slot] }
    private var one: Decimal { Decimal(trusted: 1, scale: 0, display: 0) }

    /// Proposes what settles the comparison, and as the line may be bent one unit more and, where it is cut, one less.
    mutating func solve(_ scratch: Registers, _ state: inout erpk_repair) {
        guard let here = repair.difference(repair.registers[pair.left], repair.registers[pair.right]),
            let there = repair.difference(scratch[pair.left], scratch[pair.right]),
            let slope = there.adding(here.negated), slope.coefficient != 0, let start = counted(value)
        else { return }
        if pair.op == .notEqual {
            guard here.coefficient == 0 else { return }
            add(start.floored.adding(one), &state)
            add(start.ceiled.adding(one.negated), &state)
            return
        }
        guard needed(here), let (whole, isExact) = target(start, here, slope) else { return }
        if pair.op == .equal {
            if isExact { add(whole, &state) }
            return
        }
        let isUp = (pair.op == .greater || pair.op == .greaterOrEqual) == (slope.coefficient > 0)
        let beyond = isUp ? one : one.negated
        let isStrict = pair.op == .less || pair.op == .greater
        guard let first = isExact && isStrict ? whole.adding(beyond) : whole else { return }
        if !isExact { add(first.adding(beyond.negated), &state) }
        add(first, &state)
        add(first.adding(beyond), &state)
    }

    /// Whether the comparison fails at that difference.
    private func needed(_ difference: Decimal) -> Bool {
        switch pair.op {
        case .less: difference.coefficient >= 0
        case .lessOrEqual: difference.coefficient > 0
        case .greater: difference.coefficient <= 0
        case .greaterOrEqual: difference.coefficient < 0
        default: difference.coefficient != 0
        }
    }

    /// (start * slope - here * step) / slope as a whole number, rounded away from where it fails.
    private func target(_ start: Decimal, _ here: Decimal, _ slope: Decimal) -> (Decimal, isExact: Bool)? {
        guard let step, let reached = start.multiplied(by: slope), let moved = here.multiplied(by: step),
            let dividend = reached.adding(moved.negated), let rest = dividend.remainder(dividingBy: slope),
            let quotient = dividend.adding(rest.negated)?.divided(by: slope)?.stripped
        else { return nil }
        if rest.coefficient == 0 { return (quotient, true) }
        let isUp = (pair.op == .greater || pair.op == .greaterOrEqual) == (slope.coefficient > 0)
        // The quotient was cut towards zero.
        let isPositive = (rest.coefficient > 0) == (slope.coefficient > 0)
        guard isUp == isPositive else { return (quotient, false) }
        return quotient.adding(isUp ? one : one.negated).map { ($0, false) }
    }

    // MARK: - Units

    private var scale: Int {
        let own = Int(repair.columns[slot].scale)
        guard own < 0 else { return own }
        let (left, right) = (repair.registers[pair.left], repair.registers[pair.right])
        guard left.type == UInt8(ERPK_T_NUMBER) else { return 0 }
        return left.decimal.display > right.decimal.display ? left.decimal.display : right.decimal.display
    }

    private var factor: Decimal? {
        guard let power = Decimal.power(scale) else { return nil }
        return Decimal(negative: false, magnitude: power, scale: 0, display: 0)
    }

    /// The units of a probe's step.
    private var step: Decimal? {
        switch Int32(value.type) {
        case ERPK_T_NUMBER: factor
        case ERPK_T_DATE: one
        default: Decimal(trusted: Int128(Moment.microsecondsPerDay), scale: 0, display: 0)
        }
    }

    private func counted(_ value: erpk_value) -> Decimal? {
        guard value.type == UInt8(ERPK_T_NUMBER) else { return Decimal(value.integer, scale: 0) }
        return factor.flatMap { value.decimal.multiplied(by: $0) }
    }

    private func add(_ units: Decimal?, _ state: inout erpk_repair) {
        guard let units = units?.stripped, units.scale == 0, let value = proposal(units.coefficient) else { return }
        switch state.count {
        case 0: state.proposals.0 = value
        case 1: state.proposals.1 = value
        default: state.proposals.2 = value
        }
        state.count &+= 1
    }

    private func proposal(_ units: Int128) -> erpk_value? {
        if value.type == UInt8(ERPK_T_NUMBER) { return Decimal(units, scale: scale).map { .number($0) } }
        let moment = erpk_value.integer(units, type: Int32(value.type))
        return Repair.isInCalendar(moment) ? moment : nil
    }
}
