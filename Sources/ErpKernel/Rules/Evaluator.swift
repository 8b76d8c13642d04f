// Runs a prepared program over the register file: three-valued, error-absorbing, allocating nothing.

internal import CErpKernel

/// The judge: reads the program, writes registers, answers with a status.
struct Evaluator {
    let program: Program
    let registers: Registers

    /// Judges rules from `run.rule` on until one does not pass, a fact is missing, or all have passed.
    func run(_ run: inout erpk_run) -> Int32 {
        if run.started == 0 { runPrelude(&run) }
        if run.screened != 0, run.rule == 0, run.step == 0 { run.rule = program.header.first_open }
        while run.rule < program.header.rule_count {
            let rule = program.rule(run.rule)
            if run.screened != 0, rule.is_closed != 0, run.full == 0 {
                run.rule = rule.next_open
                continue
            }
            if rule.broken != 0 { return ERPK_BROKEN }
            let stop = execute(rule.first, rule.last, &run)
            if stop != ERPK_PASSED { return stop }
            run.step = 0
            if registers.truth(rule.root) != (rule.flags & UInt32(ERPK_RULE_FORBID) == 0 ? 1 : 0) {
                let outcome = judge(registers[rule.root], flags: rule.flags)
                if outcome != ERPK_PASSED { return outcome }
            }
            if run.alone != 0 { return ERPK_PASSED }
            run.rule &+= 1
        }
        return ERPK_PASSED
    }

    /// Computes what the rules share.
    func runPrelude(_ run: inout erpk_run) {
        let base = program.header.slot_count &+ program.header.constant_count
        for index in 0..<program.header.prelude_count {
            let code = program.code(index)
            if let op = Operator(rawValue: code.op) { compute(op, code, to: base &+ index) }
        }
        run.started = 1
    }

    /// Packs the truth of every atom.
    func writeStates(to key: StateKey) {
        var word: UInt64 = 0
        for index in 0..<key.atoms {
            word |= registers.truth(program.atom(index)) &<< UInt64(index & 31 &* 2)
            if index & 31 == 31 || index &+ 1 == key.atoms {
                key.write(word, at: index &>> 5)
                word = 0
            }
        }
    }

    @inline(__always)
    private func compute(_ op: Operator, _ code: erpk_code, to target: UInt32) {
        if code.count == 2, op.isOrdering, let order = registers.quickOrder(code.a, code.b) {
            registers.set(target, Evaluator.holds(op, order))
        } else {
            registers[target] = apply(op, code)
        }
    }

    @inline(__always)
    private static func holds(_ op: Operator, _ order: Int) -> Bool {
        switch op {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        default: order >= 0
        }
    }

    /// Runs code[first ..< last] from `run.step` on: ERPK_PASSED at its end, what it needs before it.
    @inline(__always)
    func execute(_ first: UInt32, _ last: UInt32, _ run: inout erpk_run) -> Int32 {
        guard run.step <= last &- first else { return ERPK_BROKEN }
        let base = program.header.slot_count &+ program.header.constant_count
        var index = first &+ run.step
        while index < last {
            let code = program.code(index)
            guard let op = Operator(rawValue: code.op) else { return ERPK_BROKEN }
            switch op {
            case .jump: if run.full == 0 { index = code.b; continue }
            case .jumpIfFalse: if run.full == 0, registers[code.a].isFalse { index = code.b; continue }
            case .jumpIfTrue: if run.full == 0, registers[code.a].isTrue { index = code.b; continue }
            case .jumpUnlessNull: if run.full == 0, !registers[code.a].isNull { index = code.b; continue }
            case .fetch:
                if registers[code.a].state == UInt8(ERPK_S_ABSENT) {
                    run.step = index &- first
                    run.slot = code.a
                    return ERPK_NEED_FACT
                }
            case .like, .matches, .elements, .isElement,
                .asDate where code.count == 2:
                guard let value = asked(op, code, at: base &+ index, &run) else {
                    run.step = index &- first &+ 1
                    return ERPK_NEED_CALL
                }
                registers[base &+ index] = value
            case .cat, .lower, .upper:
                guard let value = written(op, code, &run) else {
                    run.step = index &- first
                    return ERPK_NEED_SPACE
                }
                registers[base &+ index] = value
            case .carried: break
            case .keep: registers[code.a] = registers[code.b]
            default: compute(op, code, to: base &+ index)
            }
            index &+= 1
        }
        return ERPK_PASSED
    }

    private func judge(_ verdict: erpk_value, flags: UInt32) -> Int32 {
        if verdict.isError { return ERPK_FAILED }
        guard verdict.isValue else {
            return flags & UInt32(ERPK_RULE_ALLOW_UNKNOWN) != 0 ? ERPK_PASSED : ERPK_UNKNOWN
        }
        let forbidden = flags & UInt32(ERPK_RULE_FORBID) != 0
        return verdict.isTrue != forbidden ? ERPK_PASSED : ERPK_VIOLATED
    }

    @inline(__always)
    func argument(_ code: erpk_code, _ index: UInt32) -> erpk_value {
        registers[program.operand(code, index)]
    }

    private func apply(_ op: Operator, _ code: erpk_code) -> erpk_value {
        switch op {
        case .and: return absorb(code, deciding: false)
        case .or: return absorb(code, deciding: true)
        case .implies: return implies(argument(code, 0), argument(code, 1))
        case .not: return strict(argument(code, 0)) ?? .bool(argument(code, 0).isFalse)
        case .iff: return parity(code, equal: true)
        case .xor: return parity(code, equal: false)
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: return comparison(op, code)
        case .between: return between(code)
        case .same, .notSame: return identity(argument(code, 0), argument(code, 1), negated: op == .notSame)
        case .isIn: return membership(code)
        case .isNull, .isNotNull:
            let value = argument(code, 0)
            return value.isError ? value : .bool(value.isValue != (op == .isNull))
        case .add, .subtract, .multiply, .divide, .remainder: return arithmetic(op, code)
        case .absolute:
            let value = argument(code, 0)
            return strict(value) ?? (value.integer < 0 ? .number(value.decimal.negated) : value)
        case .minimum, .maximum: return extreme(code, wanted: op == .minimum ? -1 : 1)
        case .ifElse: return choice(code)
        case .coalesce: return firstKnown(code)
        case .isTrue:
            let value = argument(code, 0)
            return value.isError ? value : .bool(value.isTrue)
        case .jump, .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull, .fetch, .carried, .keep: return .null(0)
        default: return scalar(op, code)
        }
    }

    /// The operand itself when it is no value: errors and unknown pass through.
    @inline(__always)
    private func strict(_ value: erpk_value) -> erpk_value? {
        if value.isValue { return nil }
        return value.isError ? value : .null(0)
    }

    /// An error beats unknown.
    @inline(__always)
    func strict(_ left: erpk_value, _ right: erpk_value) -> erpk_value? {
        if left.isValue && right.isValue { return nil }
        if left.isError { return left }
        return right.isError ? right : .null(0)
    }

    /// `and` (deciding false) and `or` (deciding true): the deciding value absorbs errors and unknown, wherever it
    /// stands; operands behind it may be stale and are not read.
    private func absorb(_ code: erpk_code, deciding: Bool) -> erpk_value {
        var rest: erpk_value?
        for index in 0..<UInt32(code.count) {
            let value = argument(code, index)
            if value.isValue {
                if value.isTrue == deciding { return .bool(deciding) }
            } else if rest == nil || (value.isError && rest?.isError != true) {
                rest = value.isError ? value : .null(0)
            }
        }
        return rest ?? .bool(!deciding)
    }

    private func implies(_ premise: erpk_value, _ conclusion: erpk_value) -> erpk_value {
        if premise.isFalse || conclusion.isTrue { return .bool(true) }
        return strict(premise, conclusion) ?? .bool(false)
    }

    private func parity(_ code: erpk_code, equal: Bool) -> erpk_value {
        var odd = false
        var unknown = false
        for index in 0..<UInt32(code.count) {
            let value = argument(code, index)
            if value.isError { return value }
            if !value.isValue { unknown = true }
            if value.isTrue { odd.toggle() }
        }
        return unknown ? .null(0) : .bool(odd != equal)
    }

    private func comparison(_ op: Operator, _ code: erpk_code) -> erpk_value {
        let first = compare(op, argument(code, 0), argument(code, 1))
        if code.count <= 2 { return first }
        return both(first, compare(op, argument(code, 1), argument(code, 2)))
    }

    @inline(__always)
    private func compare(_ op: Operator, _ left: erpk_value, _ right: erpk_value) -> erpk_value {
        if let rest = strict(left, right) { return rest }
        return .bool(Evaluator.holds(op, left.order(against: right)))
    }

    private func both(_ left: erpk_value, _ right: erpk_value) -> erpk_value {
        if left.isFalse || right.isFalse { return .bool(false) }
        return strict(left, right) ?? .bool(true)
    }

    private func between(_ code: erpk_code) -> erpk_value {
        let value = argument(code, 0)
        return both(
            compare(.lessOrEqual, argument(code, 1), value), compare(.lessOrEqual, value, argument(code, 2)))
    }

    private func identity(_ left: erpk_value, _ right: erpk_value, negated: Bool) -> erpk_value {
        if left.isError { return left }
        if right.isError { return right }
        let same = left.isValue && right.isValue ? left.order(against: right) == 0 : left.isValue == right.isValue
        return .bool(same != negated)
    }

    private func membership(_ code: erpk_code) -> erpk_value {
        let needle = argument(code, 0)
        var rest = strict(needle)
        for index in 1..<UInt32(code.count < 1 ? 1 : code.count) {
            let hit = compare(.equal, needle, argument(code, index))
            if hit.isTrue { return hit }
            if !hit.isValue, rest == nil || hit.isError && rest?.isError != true { rest = hit }
        }
        return rest ?? .bool(false)
    }

    /// Folds from the left; one operand alone is itself (`-` negates it).
    private func arithmetic(_ op: Operator, _ code: erpk_code) -> erpk_value {
        var total = argument(code, 0)
        var rest = strict(total)
        for index in 1..<UInt32(code.count < 1 ? 1 : code.count) where rest?.isError != true {
            rest = strict(argument(code, index)).map { $0.isError ? $0 : rest ?? $0 } ?? rest
        }
        if let rest { return rest }
        if code.count == 1 {
            return op == .subtract ? .number(total.decimal.negated) : total
        }
        for index in 1..<UInt32(code.count < 1 ? 1 : code.count) {
            total = arithmetic(op, total, argument(code, index))
        }
        return total
    }

    private func arithmetic(_ op: Operator, _ left: erpk_value, _ right: erpk_value) -> erpk_value {
        if let rest = strict(left, right) { return rest }
        let (one, other) = (left.decimal, right.decimal)
        switch op {
        case .add: return .number(one.adding(other))
        case .subtract: return .number(one.adding(other.negated))
        case .multiply: return .number(one.multiplied(by: other))
        default:
            guard other.coefficient != 0 else { return .error(ERPK_E_DIVISION) }
            return .number(op == .divide ? one.divided(by: other) : one.remainder(dividingBy: other))
        }
    }

    private func extreme(_ code: erpk_code, wanted: Int) -> erpk_value {
        var best = argument(code, 0)
        for index in 1..<UInt32(code.count < 1 ? 1 : code.count) {
            let value = argument(code, index)
            if let rest = strict(best, value) {
                best = rest
            } else if value.order(against: best) == wanted {
                best = value
            }
        }
        return strict(best) ?? best
    }

    private func choice(_ code: erpk_code) -> erpk_value {
        var index: UInt32 = 0
        while index &+ 1 < UInt32(code.count) {
            let test = argument(code, index)
            if let rest = strict(test) { return rest }
            if test.isTrue { return argument(code, index &+ 1) }
            index &+= 2
        }
        return argument(code, index)
    }

    private func firstKnown(_ code: erpk_code) -> erpk_value {
        for index in 0..<UInt32(code.count) {
            let value = argument(code, index)
            if !value.isNull { return value }
        }
        return .null(0)
    }
}
