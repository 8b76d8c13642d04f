// What makes a flat program sound. Checked once when it is prepared, so that the evaluator may trust it and the
// explainer's walk ends: nothing overlaps, nothing is left over, and every rule is a tree of bounded size.

internal import CErpKernel

/// The invariants of `erpk_program`.
enum ProgramLayout {
    static var magic: UInt32 { 0x4552_5001 }

    /// The tables, the texts, the arguments and the rules lie in order and without gaps; every operand was computed
    /// before its use in the same rule; every jump leads forward inside its rule; every number is a `Decimal`.
    static func isSound(_ program: Program) -> Bool {
        let header = program.header
        guard tablesFollow(header) else { return false }
        var used: UInt64 = 0
        for index in 0..<header.slot_count {
            let slot = program.slot(index)
            guard UInt64(slot.name) == used else { return false }
            used = used &+ UInt64(slot.name_length)
        }
        for index in 0..<header.constant_count {
            let value = program.constant(index)
            guard isNumeric(value) else { return false }
            guard isText(value) else { continue }
            guard value.low == used else { return false }
            used = used &+ UInt64(value.length)
        }
        guard used == UInt64(header.byte_count) else { return false }
        var argument: UInt32 = 0
        guard isPreludeSound(program, &argument), areAtomsSound(program) else { return false }
        var code = header.prelude_count
        for index in 0..<header.rule_count {
            let rule = program.rule(index)
            guard rule.first == code, isSound(rule, in: program, &argument) else { return false }
            code = rule.last
        }
        return code == header.code_count && argument == header.argument_count
    }

    /// No value is deeper than a rule may be, nor larger when written out: values of the prelude are shared, and explaining
    /// walks them as often as they are used. The register file serves as notes: `low` is a value's size, `high` its depth.
    static func isBounded(_ program: Program, notes: Registers) -> Bool {
        let base = program.header.slot_count &+ program.header.constant_count
        for index in 0..<program.header.code_count {
            let code = program.code(index)
            guard isValue(code) else { continue }
            var depth: Int64 = 1
            var size: UInt64 = 1
            for position in 0..<UInt32(code.count) {
                let operand = program.operand(code, position)
                size = size &+ (operand >= base ? notes[operand].low : 1)
                if operand >= base, notes[operand].high >= depth { depth = notes[operand].high &+ 1 }
            }
            guard depth <= Int64(ERPK_MAX_DEPTH), size <= UInt64(ERPK_MAX_NODES) &* 2 else { return false }
            notes[base &+ index].high = depth
            notes[base &+ index].low = size
        }
        return true
    }

    static func isText(_ value: erpk_value) -> Bool {
        value.isValue && (value.type == UInt8(ERPK_T_TEXT) || value.type == UInt8(ERPK_T_OPAQUE))
    }

    private static func tablesFollow(_ header: erpk_program) -> Bool {
        var end = UInt64(MemoryLayout<erpk_program>.size)
        for table in [
            (header.slots, header.slot_count, MemoryLayout<erpk_slot>.stride),
            (header.constants, header.constant_count, MemoryLayout<erpk_value>.stride),
            (header.code, header.code_count, MemoryLayout<erpk_code>.stride),
            (header.arguments, header.argument_count, MemoryLayout<UInt32>.stride),
            (header.rules, header.rule_count, MemoryLayout<erpk_entry>.stride),
            (header.atoms, header.atom_count, MemoryLayout<UInt32>.stride), (header.bytes, header.byte_count, 1),
        ] {
            guard UInt64(table.0) == end else { return false }
            end = end &+ UInt64(table.1) &* UInt64(table.2)
        }
        let registers = UInt64(header.slot_count) &+ UInt64(header.constant_count) &+ UInt64(header.code_count)
        return end == UInt64(header.size) && registers == UInt64(header.register_count)
    }

    /// A number's scales are bounded: they say how many zeros are written.
    private static func isNumeric(_ value: erpk_value) -> Bool {
        guard value.isValue, value.type == UInt8(ERPK_T_NUMBER) else { return true }
        let number = value.decimal
        let sound = Decimal(
            negative: false, magnitude: number.coefficient.magnitude, scale: number.scale, display: number.display)
        return sound?.scale == number.scale
    }

    /// The prelude computes values from the row and from earlier values, and never jumps.
    private static func isPreludeSound(_ program: Program, _ argument: inout UInt32) -> Bool {
        guard program.header.prelude_count <= program.header.code_count else { return false }
        let whole = erpk_entry(
            flags: 0, broken: 0, first: 0, last: program.header.prelude_count, root: 0, type: 0, is_closed: 0,
            next_open: 0)
        for index in 0..<program.header.prelude_count {
            let code = program.code(index)
            guard isValue(code), isSound(code, at: index, whole, in: program, &argument) else { return false }
        }
        return true
    }

    /// An atom lies in the register file, and the chain of open rules leads forward.
    private static func areAtomsSound(_ program: Program) -> Bool {
        let header = program.header
        for index in 0..<header.atom_count {
            guard program.atom(index) < header.register_count else { return false }
        }
        for index in 0..<header.rule_count {
            guard program.rule(index).next_open > index, program.rule(index).next_open <= header.rule_count else {
                return false
            }
        }
        return header.first_open <= header.rule_count
    }

    private static func isSound(_ rule: erpk_entry, in program: Program, _ argument: inout UInt32) -> Bool {
        let header = program.header
        guard rule.first <= rule.last, rule.last <= header.code_count else { return false }
        for index in rule.first..<rule.last {
            guard isSound(program.code(index), at: index, rule, in: program, &argument) else { return false }
        }
        return isOperand(rule.root, before: rule.last, rule, in: program)
    }

    private static func isSound(
        _ code: erpk_code, at index: UInt32, _ rule: erpk_entry, in program: Program, _ argument: inout UInt32
    ) -> Bool {
        guard let op = Operator(rawValue: code.op) else { return false }
        switch op {
        case .jump: return code.count == 0 && code.b > index && code.b < rule.last
        case .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull:
            return code.count == 1 && isOperand(code.a, before: index, rule, in: program) && code.b > index
                && code.b < rule.last
        case .fetch: return code.count == 1 && code.a < program.header.slot_count
        default: break
        }
        guard isArity(Int(code.count), of: op) else { return false }
        if code.count > 2 {
            guard code.a == argument, UInt32(code.count) <= program.header.argument_count &- argument else {
                return false
            }
            argument = argument &+ UInt32(code.count)
        }
        for position in 0..<UInt32(code.count) {
            guard isOperand(program.operand(code, position), before: index, rule, in: program) else { return false }
        }
        return true
    }

    /// The list of `in` lies flat behind its needle.
    private static func isArity(_ count: Int, of op: Operator) -> Bool {
        count >= op.arity.0 && (op == .isIn || count <= op.arity.1)
    }

    /// A slot, a constant, a value of the prelude, or an earlier value of the same rule.
    private static func isOperand(_ register: UInt32, before index: UInt32, _ rule: erpk_entry, in program: Program)
        -> Bool
    {
        let base = program.header.slot_count &+ program.header.constant_count
        guard register >= base else { return true }
        let source = register &- base
        guard source < index, source >= rule.first || source < program.header.prelude_count else { return false }
        return isValue(program.code(source))
    }

    private static func isValue(_ code: erpk_code) -> Bool {
        Operator(rawValue: code.op)?.isControl == false
    }
}
