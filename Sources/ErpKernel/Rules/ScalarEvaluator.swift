// What the operators of texts, numbers and dates compute. Null and errors pass through all of them.

internal import CErpKernel

extension Evaluator {
    func scalar(_ op: Operator, _ code: erpk_code) -> erpk_value {
        var rest: erpk_value?
        for index in 0..<UInt32(code.count) {
            let value = argument(code, index)
            if !value.isValue, rest == nil || value.isError && rest?.isError != true {
                rest = value.isError ? value : .null(0)
            }
        }
        if let rest { return rest }
        let value = argument(code, 0)
        switch op {
        case .substring: return substring(value, code)
        case .length: return .integer(Int128(value.view.codePoints), type: ERPK_T_NUMBER)
        case .trim:
            let (first, end) = value.view.trimmed
            return value.slice(first, end)
        case .startsWith: return .bool(value.view.isEqual(to: argument(code, 1).view, at: 0))
        case .endsWith:
            let part = argument(code, 1).view
            return .bool(value.view.isEqual(to: part, at: value.view.count &- part.count))
        case .contains: return .bool(value.view.contains(argument(code, 1).view))
        case .isPart: return .bool(argument(code, 1).view.contains(value.view))
        case .floor: return .number(value.decimal.floored)
        case .ceiling: return .number(value.decimal.ceiled)
        case .round, .roundEven:
            let places = Int(argument(code, 1).low & 31)
            return .number(value.decimal.rounded(to: places, halfToEven: op == .roundEven))
        default: return calendar(op, value, code)
        }
    }

    private func substring(_ value: erpk_value, _ code: erpk_code) -> erpk_value {
        let view = value.view
        guard let start = count(argument(code, 1)) else { return .error(ERPK_E_NOT_WHOLE) }
        let all = view.codePoints
        let first = start < 0 ? (all &+ start < 0 ? 0 : all &+ start) : (start < all ? start : all)
        var end = all
        if code.count > 2 {
            guard let length = count(argument(code, 2)) else { return .error(ERPK_E_NOT_WHOLE) }
            end = length < 0 ? all &+ length : (length < all &- first ? first &+ length : all)
        }
        if end <= first { return value.slice(0, 0) }
        return value.slice(view.offset(ofCodePoint: first), view.offset(ofCodePoint: end))
    }

    /// A whole number, far ones brought to where no text reaches; nil when it has a fraction.
    private func count(_ value: erpk_value) -> Int? {
        let number = value.decimal
        if number.hasFraction { return nil }
        guard let whole = number.whole, whole > -4_000_000_000, whole < 4_000_000_000 else {
            return number.coefficient < 0 ? -4_000_000_000 : 4_000_000_000
        }
        return Int(whole)
    }

    // MARK: - Dates and times

    private func calendar(_ op: Operator, _ value: erpk_value, _ code: erpk_code) -> erpk_value {
        let isDate = value.type == UInt8(ERPK_T_DATE)
        let moment = Int64(truncatingIfNeeded: value.integer)
        guard isDate ? Moment.isDay(moment) : Moment.isInstant(moment) else { return .error(ERPK_E_RANGE) }
        switch op {
        case .plusDuration: return moved(value, moment, by: Span(argument(code, 1)))
        case .minusDuration: return moved(value, moment, by: Span(argument(code, 1)).negated)
        case .dateAdd, .momentAdd:
            let number = argument(code, 1).decimal
            if number.hasFraction { return .error(ERPK_E_NOT_WHOLE) }
            let unit = CalendarUnit(checked: argument(code, 2).view)
            guard let count = number.whole, let span = Span(count, unit) else { return .error(ERPK_E_RANGE) }
            return moved(value, moment, by: span)
        case .minusDate, .daysBetween:
            let other = Int64(truncatingIfNeeded: argument(code, 1).integer)
            guard Moment.isDay(other) else { return .error(ERPK_E_RANGE) }
            return .integer(Int128(op == .minusDate ? moment &- other : other &- moment), type: ERPK_T_NUMBER)
        case .truncate:
            return result(Moment.truncated(moment, to: CalendarUnit(checked: argument(code, 1).view)), value.type)
        case .startOfToday, .asTimestamp:
            let type = op == .asTimestamp ? ERPK_T_TIMESTAMP : ERPK_T_TIMESTAMPTZ
            return .integer(Int128(moment &* Moment.microsecondsPerDay), type: type)
        case .asDate: return .integer(Int128(Moment.split(moment).day), type: ERPK_T_DATE)
        default: return part(op, day: isDate ? moment : Moment.split(moment).day)
        }
    }

    private func part(_ op: Operator, day: Int64) -> erpk_value {
        let civil = Moment.civil(day)
        let number: Int64
        switch op {
        case .year: number = civil.year
        case .month: number = civil.month
        case .day: number = civil.day
        case .weekday: number = Moment.weekday(day)
        default: return .null(0)
        }
        return .integer(Int128(number), type: ERPK_T_NUMBER)
    }

    private func moved(_ value: erpk_value, _ moment: Int64, by span: Span) -> erpk_value {
        let isDate = value.type == UInt8(ERPK_T_DATE)
        return result(isDate ? Moment.day(moment, plus: span) : Moment.instant(moment, plus: span), value.type)
    }

    private func result(_ moment: Int64?, _ type: UInt8) -> erpk_value {
        guard let moment else { return .error(ERPK_E_RANGE) }
        return .integer(Int128(moment), type: Int32(type))
    }

    // MARK: - What the caller gives

    /// Nil when PostgreSQL has to be asked; `run` then says what.
    func asked(_ op: Operator, _ code: erpk_code, at register: UInt32, _ run: inout erpk_run) -> erpk_value? {
        let last: UInt32 = code.count > 1 ? 1 : 0
        let (left, right) = (argument(code, 0), argument(code, last))
        if op == .elements || op == .isElement, right.isValue, !right.isList, !left.isError {
            return .misfit(program.operand(code, last))
        }
        if let rest = strict(left, right) { return rest }
        switch op {
        case .elements, .isElement:
            run.call = UInt32(op == .elements ? ERPK_CALL_ELEMENTS : ERPK_CALL_ELEMENT)
        case .like: run.call = UInt32(ERPK_CALL_LIKE)
        case .matches:
            guard left.view.codePoints <= Int(ERPK_MAX_SUBJECT) else { return .error(ERPK_E_TOO_LONG) }
            run.call = UInt32(ERPK_CALL_REGEX)
        default:
            guard Moment.isInstant(Int64(truncatingIfNeeded: left.integer)) else { return .error(ERPK_E_RANGE) }
            run.call = UInt32(ERPK_CALL_DATE)
        }
        run.operands = (program.operand(code, 0), program.operand(code, last))
        run.result = register
        return nil
    }

    /// Texts put together; nil when the caller has to give room first.
    func written(_ op: Operator, _ code: erpk_code, _ run: inout erpk_run) -> erpk_value? {
        var size = 0
        var rest: erpk_value?
        for index in 0..<UInt32(code.count) {
            let value = argument(code, index)
            size = size &+ value.view.count
            if !value.isValue, rest == nil || value.isError && rest?.isError != true {
                rest = value.isError ? value : .null(0)
            }
        }
        if let rest { return rest }
        guard size <= Int(ERPK_MAX_TEXT_BYTES) else { return .error(ERPK_E_TOO_LONG) }
        guard size > 0 else { return .text(nil, length: 0, type: ERPK_T_TEXT) }
        guard var output = run.room(for: size) else { return nil }
        for index in 0..<UInt32(code.count) {
            let view = argument(code, index).view
            for position in 0..<view.count { output.append(cased(view[position], op)) }
        }
        return run.text(output.count)
    }

    @inline(__always)
    private func cased(_ byte: UInt8, _ op: Operator) -> UInt8 {
        if op == .lower, byte >= 0x41, byte <= 0x5A { return byte | 0x20 }
        return op == .upper && byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
    }
}
