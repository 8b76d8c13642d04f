extension Formula {
    func calculation(_ operation: String, _ arguments: [RuleNode], _ type: ValueType) -> Coded? {
        switch operation {
        case "+", "-", "*", "/", "%":
            if type == .number, !arguments.contains(where: { isMoment($0) }) { return folded(operation, arguments) }
            return momentSum(operation, arguments, type)
        case "min", "max": return extreme(operation, arguments, type)
        case "abs", "neg", "floor", "ceil", "round": return single(operation, arguments)
        case "now": return transaction("now")
        case "today": return transaction("today")
        case "start_of_today":
            let today = transaction("today")
            return Coded(value: "(* \(today.value) \(Moments.microsecondsOfDay))")
        case "days_between":
            guard arguments.allSatisfy({ common([$0]) == .date }) else { return nil }
            let sides = arguments.map { code($0, as: .date) }
            return strict(
                sides, "(to_real (- \(sides[1].value) \(sides[0].value)))", digits: Digits(whole: 8, scale: 0))
        case "date_add": return dateAdd(arguments, type)
        case "duration":
            guard case .quoted(let text) = arguments[0] else { return nil }
            return Moments.duration(text).map { Coded(value: SMT.integer($0)) }
        case "date", "timestamp", "timestamptz", "number", "text", "boolean", "uuid":
            return cast(arguments[0], type)
        default: return nil
        }
    }

    private func isMoment(_ node: RuleNode) -> Bool {
        type(of: node).map { [.date, .timestamp, .timestamptz].contains($0) } ?? false
    }

    private func cast(_ node: RuleNode, _ type: ValueType) -> Coded? {
        guard let natural = self.type(of: node), natural != type else {
            if case .name = node, self.type(of: node) == nil { return nil }
            return code(node, as: type)
        }
        switch (natural, type) {
        case (.timestamp, .date):
            let moment = code(node, as: .timestamp)
            return strict([moment], "(div \(moment.value) \(Moments.microsecondsOfDay))")
        case (.date, .timestamp):
            let day = code(node, as: .date)
            return strict([day], "(* \(day.value) \(Moments.microsecondsOfDay))")
        default: return nil
        }
    }

    // MARK: Numbers

    private func folded(_ operation: String, _ arguments: [RuleNode]) -> Coded? {
        let operands = arguments.map { code($0, as: .number) }
        guard var total = operands.first else { return nil }
        if operands.count == 1 {
            return operation == "-" ? strict(operands, "(- \(total.value))", digits: total.digits) : total
        }
        for (index, operand) in operands.enumerated().dropFirst() {
            let isConstant =
                [arguments[index - 1], arguments[index]].contains { Formula.constant($0) != nil }
                && (index == 1 || Formula.constant(arguments[index]) != nil)
            guard let next = step(operation, total, operand, isConstant, Formula.constant(arguments[index])) else {
                return nil
            }
            total = named(next, .number)
        }
        return total
    }

    private static func constant(_ node: RuleNode) -> Decimal? {
        switch node {
        case .number(let digits), .quoted(let digits): Decimal(digits)
        case .call("neg", let arguments) where arguments.count == 1: constant(arguments[0])
        case .call("-", let arguments) where arguments.count == 1: constant(arguments[0])
        default: nil
        }
    }

    private func step(_ operation: String, _ x: Coded, _ y: Coded, _ isLinear: Bool, _ divisor: Decimal?) -> Coded? {
        switch operation {
        case "+", "-":
            let digits = Formula.combined(x, y) {
                Digits(whole: max($0.whole, $1.whole) + 1, scale: max($0.scale, $1.scale))
            }
            return fitting(strict([x, y], "(\(operation) \(x.value) \(y.value))", digits: digits))
        case "*":
            if !isLinear { isNonlinear = true }
            let digits = Formula.combined(x, y) { Digits(whole: $0.whole + $1.whole, scale: $0.scale + $1.scale) }
            return fitting(strict([x, y], "(* \(x.value) \(y.value))", digits: digits))
        case "/": return quotient(x, y, divisor)
        default:
            guard let divisor, !divisor.isZero else { return nil }
            let ratio = define("Real", "(/ \(x.value) \(y.value))")
            let cut = "(to_real (ite (>= \(ratio) 0.0) (to_int \(ratio)) (- (to_int (- \(ratio))))))"
            return strict([x, y], "(- \(x.value) (* \(y.value) \(cut)))", digits: x.digits)
        }
    }

    private static func combined(_ x: Coded, _ y: Coded, _ combine: (Digits, Digits) -> Digits) -> Digits? {
        guard let first = x.digits, let second = y.digits else { return nil }
        return combine(first, second)
    }

    /// An error, perhaps, where the result may need more than 38 digits.
    private func fitting(_ coded: Coded, _ fits: Bool? = nil) -> Coded {
        guard !(fits ?? coded.digits?.fit ?? false) else { return coded }
        let huge = declare("huge", "Bool")
        exotic.append(huge)
        let error = SMT.or([coded.error, SMT.and([SMT.not(coded.null), huge])])
        return Coded(value: coded.value, null: coded.null, error: error, digits: coded.digits)
    }

    /// Division of numeric keeps at least 16 significant digits, so the result is any number within that error.
    private func quotient(_ x: Coded, _ y: Coded, _ divisor: Decimal?) -> Coded {
        let result = declare("q", "Real")
        let exact = define("Real", "(/ \(x.value) \(y.value))", always: true)
        let size = define("Real", "(ite (< \(exact) 0.0) (- \(exact)) \(exact))")
        let apart = "(- \(result) \(exact))"
        let error = "(* 0.000000000001 \(size))"
        let isZero = SMT.equal(y.value, "0.0")
        assertions.append(SMT.or([isZero, "(and (<= \(apart) \(error)) (<= (- \(error)) \(apart)))"]))
        preferences.append(SMT.equal(result, exact))
        preferences.append("(is_int (* \(result) 1000.0))")
        if divisor == nil { isNonlinear = true }
        var digits: Digits?
        var fits = false
        if let first = x.digits, let second = y.digits {
            let whole = first.whole + second.scale + 1
            fits = whole + max(first.scale, second.scale) <= 38 && 24 + first.scale + second.whole <= 38
            digits = Digits(whole: whole, scale: 24 + first.scale + second.whole)
        }
        return fitting(strict([x, y], result, failing: isZero, digits: digits), fits)
    }

    private func extreme(_ operation: String, _ arguments: [RuleNode], _ type: ValueType) -> Coded? {
        guard SMT.sort(of: type) != "Bool" else { return nil }
        if type == .text { ordersText = true }
        let parts = arguments.map { code($0, as: type) }
        guard var best = parts.first else { return nil }
        for part in parts.dropFirst() {
            let test = "(\(operation == "min" ? "<" : ">") \(part.value) \(best.value))"
            let value = define(SMT.sort(of: type), SMT.choose(test, part.value, best.value))
            best = named(strict([best, part], value, digits: chosen(SMT.no, best, part, type).digits), type)
            if let one = part.digits, let other = best.digits {
                best.digits = Digits(whole: max(one.whole, other.whole), scale: max(one.scale, other.scale))
            }
        }
        return best
    }

    private func single(_ operation: String, _ arguments: [RuleNode]) -> Coded? {
        let operand = code(arguments[0], as: .number)
        let x = operand.value
        let whole = operand.digits.map { Digits(whole: $0.whole + 1, scale: 0) }
        switch operation {
        case "abs": return strict([operand], "(ite (< \(x) 0.0) (- \(x)) \(x))", digits: operand.digits)
        case "neg": return strict([operand], "(- \(x))", digits: operand.digits)
        case "floor": return strict([operand], "(to_real (to_int \(x)))", digits: whole)
        case "ceil": return strict([operand], "(- (to_real (to_int (- \(x)))))", digits: whole)
        default: return rounded(operand, arguments)
        }
    }

    private func rounded(_ operand: Coded, _ arguments: [RuleNode]) -> Coded? {
        var places = 0
        var isEven = false
        for argument in arguments.dropFirst() {
            switch argument {
            case .number(let digits):
                guard let number = Int(digits), (0...18).contains(number) else { return nil }
                places = number
            case .quoted("half_even"): isEven = true
            case .quoted("half_up"): break
            default: return nil
            }
        }
        let scaled = define("Real", "(* \(operand.value) \(SMT.power(places)))")
        let cut: String
        if isEven {
            let low = define("Int", "(to_int \(scaled))", always: true)
            let rest = "(- \(scaled) (to_real \(low)))"
            let even = "(ite (= (mod \(low) 2) 0) \(low) (+ \(low) 1))"
            cut = "(ite (< \(rest) 0.5) \(low) (ite (> \(rest) 0.5) (+ \(low) 1) \(even)))"
        } else {
            cut = "(ite (>= \(scaled) 0.0) (to_int (+ \(scaled) 0.5)) (- (to_int (+ (- \(scaled)) 0.5))))"
        }
        let digits = operand.digits.map { Digits(whole: $0.whole + 1, scale: places) }
        return strict([operand], "(/ (to_real \(cut)) \(SMT.power(places)))", digits: digits)
    }

    // MARK: Dates

    private func momentSum(_ operation: String, _ arguments: [RuleNode], _ type: ValueType) -> Coded? {
        guard arguments.count == 2, operation == "+" || operation == "-" else { return nil }
        if type == .number {
            guard arguments.allSatisfy({ common([$0]) == .date }) else { return nil }
            let sides = arguments.map { code($0, as: .date) }
            return strict(
                sides, "(to_real (- \(sides[0].value) \(sides[1].value)))", digits: Digits(whole: 8, scale: 0))
        }
        guard case .call("duration", let literal) = arguments[1], case .quoted(let text) = literal.first,
            let length = Moments.duration(text), isMoment(arguments[0])
        else { return nil }
        return shifted(arguments[0], by: operation == "-" ? -length : length, type)
    }

    private func dateAdd(_ arguments: [RuleNode], _ type: ValueType) -> Coded? {
        guard case .quoted(let unit) = arguments[2], let count = Formula.constant(arguments[1])?.integer,
            abs(count) < 1_000_000, isMoment(arguments[0])
        else { return nil }
        let units = [
            "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000, "day": Moments.microsecondsOfDay,
            "week": 7 * Moments.microsecondsOfDay,
        ]
        guard let length = units[unit], self.type(of: arguments[0]) == type else { return nil }
        if case .number = arguments[1] { return shifted(arguments[0], by: count * length, type) }
        return nil
    }

    /// A moment moved; outside the years 1 to 9999 it is an error.
    private func shifted(_ node: RuleNode, by length: Int, _ type: ValueType) -> Coded? {
        guard type != .date || length % Moments.microsecondsOfDay == 0 else { return nil }
        let moment = code(node, as: type)
        let unit = type == .date ? 1 : Moments.microsecondsOfDay
        let step = type == .date ? length / Moments.microsecondsOfDay : length
        let value = define("Int", "(+ \(moment.value) \(SMT.integer(step)))")
        let failing = SMT.or(
            [moment.value, value].map {
                "(or (< \($0) \(SMT.integer(-719_162 * unit))) (>= \($0) \(SMT.integer(2_932_897 * unit))))"
            })
        return strict([moment], value, failing: failing)
    }
}
