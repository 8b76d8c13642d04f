// What the rows of a quantifier amount to, row by row; no row is kept.

internal import CErpKernel

extension Evaluator {
    /// Judges the row in the slots of quantifier `run.rule` and adds it to the fold.
    func row(_ run: inout erpk_run, _ fold: inout erpk_fold) -> Int32 {
        guard run.rule < program.header.quantifier_count else { return ERPK_BROKEN }
        let quantifier = program.quantifier(run.rule)
        if Int32(quantifier.kind) == ERPK_Q_REDUCE {
            // What begins with an error ends with it, whatever the body reads.
            if fold.value.isError {
                fold.flags = UInt32(ERPK_ROW_DECIDED)
                return ERPK_PASSED
            }
            registers[program.header.slot_count &+ program.header.constant_count &+ quantifier.first] = fold.value
            let carried = program.code(quantifier.first)
            if carried.count > 0 { registers[carried.a] = fold.value }
        }
        let stop = execute(quantifier.first, quantifier.last, &run)
        if stop != ERPK_PASSED { return stop }
        fold.flags = 0
        let condition = registers[quantifier.where]
        if condition.isFalse { return ERPK_PASSED }
        fold.selected &+= 1
        fold.add(condition.isError ? condition : registers[quantifier.body], of: quantifier)
        return ERPK_PASSED
    }
}

extension erpk_fold {
    /// Adds the body's value of a selected row, or the error of its selection.
    mutating func add(_ value: erpk_value, of quantifier: erpk_quantifier) {
        let kind = Int32(quantifier.kind)
        if value.isError {
            if !rest.isError {
                rest = value
                raise(witness: 2)
            }
            // Only a condition over the rows can still be decided by another row.
            if !Quantifier.isLogical(kind) { flags |= UInt32(ERPK_ROW_DECIDED) }
            return
        }
        if Quantifier.isLogical(kind) {
            judge(value, kind)
        } else if kind == ERPK_Q_LOOKUP {
            look(value)
        } else if kind == ERPK_Q_REDUCE {
            self.value = value
            flags |= UInt32(ERPK_ROW_KEPT)
        } else {
            gather(value, quantifier)
        }
    }

    private mutating func raise(witness rank: UInt32) {
        if rank > witness {
            witness = rank
            flags |= UInt32(ERPK_ROW_WITNESS)
        }
    }

    private mutating func judge(_ value: erpk_value, _ kind: Int32) {
        guard value.isValue else {
            if rest.state == UInt8(ERPK_S_ABSENT) { rest = .null(ERPK_T_BOOL) }
            raise(witness: 1)
            return
        }
        guard value.isTrue != (kind == ERPK_Q_FORALL) else { return }
        rows &+= 1
        if kind != ERPK_Q_EXISTS_ONE || rows > 1 {
            flags |= UInt32(ERPK_ROW_DECIDED)
            raise(witness: 3)
        }
    }

    private mutating func look(_ found: erpk_value) {
        rows &+= 1
        if rows > 1 {
            rest = .error(ERPK_E_MANY_ROWS)
            flags |= UInt32(ERPK_ROW_DECIDED)
        } else {
            value = found
            flags |= UInt32(ERPK_ROW_KEPT)
        }
        raise(witness: rows > 1 ? 3 : 1)
    }

    private mutating func gather(_ item: erpk_value, _ quantifier: erpk_quantifier) {
        let kind = Int32(quantifier.kind)
        if kind == ERPK_Q_LIST {
            flags |= UInt32(ERPK_ROW_COLLECT)
            return
        }
        if item.isNull {
            if kind != ERPK_Q_COUNT, quantifier.flags & UInt8(ERPK_Q_SKIP_NULLS) == 0,
                rest.state == UInt8(ERPK_S_ABSENT)
            {
                rest = .null(0)
                raise(witness: 1)
            }
            return
        }
        rows &+= 1
        switch kind {
        case ERPK_Q_COUNT: break
        case ERPK_Q_COUNT_DISTINCT: flags |= UInt32(ERPK_ROW_COLLECT)
        case ERPK_Q_MIN, ERPK_Q_MAX:
            if rows == 1 || item.order(against: value) == (kind == ERPK_Q_MIN ? -1 : 1) {
                value = item
                flags |= UInt32(ERPK_ROW_KEPT | ERPK_ROW_WITNESS)
            }
        default: total(item)
        }
    }

    private mutating func total(_ item: erpk_value) {
        guard rows > 1 else {
            value = item
            return
        }
        if is_wide == 0, let sum = value.decimal.adding(item.decimal) {
            value = .number(sum)
            return
        }
        // Only the total has to fit, so that the order of the rows does not matter.
        var sum = WideSum(wide)
        if is_wide == 0 { sum.add(value.decimal) }
        sum.add(item.decimal)
        wide = sum.words
        is_wide = 1
        if item.length > value.length { value.length = item.length }
    }

    private var sum: erpk_value {
        is_wide == 0 ? value : .number(WideSum(wide).total(display: Int(value.length)))
    }

    /// The value of the whole.
    func result(of quantifier: erpk_quantifier) -> erpk_value {
        let kind = Int32(quantifier.kind)
        let type = Quantifier.valueType(kind, Int32(truncatingIfNeeded: quantifier.type))
        if kind == ERPK_Q_EXISTS || kind == ERPK_Q_FORALL {
            if rows > 0 { return .bool(kind == ERPK_Q_EXISTS) }
        } else if kind == ERPK_Q_EXISTS_ONE, rows > 1 {
            return .bool(false)
        }
        if rest.isError { return rest }
        if rest.isNull { return .null(type) }
        switch kind {
        case ERPK_Q_EXISTS: return .bool(false)
        case ERPK_Q_REDUCE: return value
        case ERPK_Q_FORALL:
            return .bool(selected > 0 || Int32(quantifier.flags) & ERPK_Q_NEEDS_ROW == 0)
        case ERPK_Q_EXISTS_ONE: return .bool(rows == 1)
        case ERPK_Q_COUNT, ERPK_Q_COUNT_DISTINCT:
            return .integer(Int128(truncatingIfNeeded: rows), type: ERPK_T_NUMBER)
        case ERPK_Q_LIST: return .integer(1, type: ERPK_T_JSON)
        case ERPK_Q_SUM: return rows == 0 ? .integer(0, type: ERPK_T_NUMBER) : sum
        case ERPK_Q_AVG:
            guard rows > 0 else { return .null(type) }
            let count = Decimal(trusted: Int128(truncatingIfNeeded: rows), scale: 0, display: 0)
            return sum.isError ? sum : .number(sum.decimal.divided(by: count))
        default: return rows == 0 ? .null(type) : value
        }
    }
}

extension Registers {
    /// Heap sort, then one pass: neither recursion nor memory.
    func distinct(_ count: UInt32) -> UInt32 {
        guard count > 1 else { return count }
        var start = count / 2
        while start > 0 {
            start &-= 1
            sift(start, count)
        }
        var end = count
        while end > 1 {
            end &-= 1
            let largest = self[0]
            self[0] = self[end]
            self[end] = largest
            sift(0, end)
        }
        var kept: UInt32 = 1
        for index in 1..<count where self[index].order(against: self[kept &- 1]) != 0 {
            self[kept] = self[index]
            kept &+= 1
        }
        return kept
    }

    private func sift(_ start: UInt32, _ end: UInt32) {
        var root = start
        while root < end / 2 {
            var child = 2 &* root &+ 1
            if child &+ 1 < end, self[child].order(against: self[child &+ 1]) < 0 { child &+= 1 }
            guard child < end, self[root].order(against: self[child]) < 0 else { return }
            let moved = self[root]
            self[root] = self[child]
            self[child] = moved
            root = child
        }
    }
}
