// What makes a flat program sound. Checked once when it is prepared, so that the evaluator may trust it and the
// explainer's walk ends: nothing overlaps, nothing is left over, and every rule is a tree of bounded size.

internal import CErpKernel

/// The invariants of `erpk_program`.
enum ProgramLayout {
    static var magic: UInt32 { 0x4552_5002 }

    /// The tables, the texts, the arguments and the rules lie in order and without gaps; every operand was computed
    /// before its use in the same rule; every jump leads forward inside its rule; every number is a `Decimal`.
    static func isSound(_ program: Program) -> Bool {
        let header = program.header
        guard tablesFollow(header) else { return false }
        var used: UInt64 = 0
        for index in 0..<header.slot_count {
            let slot = program.slot(index)
            guard UInt64(slot.name) == used, isSound(slot, at: index, in: program) else { return false }
            used = used &+ UInt64(slot.name_length)
        }
        for index in 0..<header.constant_count {
            let value = program.constant(index)
            guard isNumeric(value) else { return false }
            guard isText(value) else { continue }
            guard value.low == used else { return false }
            used = used &+ UInt64(value.length)
        }
        var probe: UInt32 = 0
        for index in 0..<header.quantifier_count {
            guard isSound(index, in: program, &used, &probe) else { return false }
        }
        guard used == UInt64(header.byte_count), probe == header.probe_count else { return false }
        var argument: UInt32 = 0
        guard isPreludeSound(program, &argument), areAtomsSound(program) else { return false }
        var code = header.prelude_count
        for index in 0..<header.rule_count {
            let rule = program.rule(index)
            let region = Region(first: rule.first, last: rule.last, scope: 0)
            guard rule.first == code, isSound(region, in: program, &argument),
                isOperand(rule.root, before: rule.last, region, in: program)
            else { return false }
            code = rule.last
        }
        for index in 0..<header.quantifier_count {
            let quantifier = program.quantifier(index)
            let region = Region(first: quantifier.first, last: quantifier.last, scope: index &+ 1)
            guard quantifier.first == code, isSound(region, in: program, &argument),
                isOperand(quantifier.where, before: region.last, region, in: program),
                isOperand(quantifier.body, before: region.last, region, in: program)
            else { return false }
            code = quantifier.last
        }
        for index in 0..<header.quantifier_count where !isInitialSound(program.quantifier(index), in: program) {
            return false
        }
        return code == header.code_count && argument == header.argument_count
    }

    /// Code that runs as one: a rule, or the block of quantifier `scope - 1`.
    private struct Region {
        let first: UInt32
        let last: UInt32
        let scope: UInt32
    }

    /// `reduce` begins with a value of the code around it and keeps what it came to in its block's first register.
    private static func isInitialSound(_ quantifier: erpk_quantifier, in program: Program) -> Bool {
        guard Int32(quantifier.kind) == ERPK_Q_REDUCE else {
            return quantifier.initial == UInt32(ERPK_NO_REGISTER)
        }
        let region: Region
        if quantifier.parent > 0 {
            let around = program.quantifier(quantifier.parent &- 1)
            region = Region(first: around.first, last: around.last, scope: quantifier.parent)
        } else {
            let rule = program.rule(quantifier.rule)
            region = Region(first: rule.first, last: rule.last, scope: 0)
        }
        return quantifier.source != UInt32(ERPK_NO_REGISTER) && quantifier.first < quantifier.last
            && Operator(rawValue: program.code(quantifier.first).op) == .carried
            && isOperand(quantifier.initial, before: region.last, region, in: program)
    }

    /// Its texts follow the ones before, its slot is its own, it is nested in an earlier one that is not nested, and its
    /// probes are pairs of one of its columns and a value from outside.
    private static func isSound(
        _ index: UInt32, in program: Program, _ used: inout UInt64, _ probe: inout UInt32
    ) -> Bool {
        let header = program.header
        let quantifier = program.quantifier(index)
        for text in [
            (quantifier.relation, quantifier.relation_length), (quantifier.alias, quantifier.alias_length),
        ] {
            guard UInt64(text.0) == used else { return false }
            used = used &+ UInt64(text.1)
        }
        guard Int32(quantifier.kind) <= ERPK_Q_REDUCE, quantifier.rule < header.rule_count, quantifier.parent <= index
        else { return false }
        if quantifier.parent > 0, program.quantifier(quantifier.parent &- 1).parent > 0 { return false }
        guard quantifier.slot < header.slot_count else { return false }
        let slot = program.slot(quantifier.slot)
        guard slot.is_fact == UInt8(ERPK_FACT_QUANTIFIER), slot.key == index, slot.scope == quantifier.parent else {
            return false
        }
        let isList = quantifier.source != UInt32(ERPK_NO_REGISTER)
        guard !isList || quantifier.source < header.slot_count &+ header.constant_count,
            !isList || !isQuantifier(quantifier.source, in: program)
        else { return false }
        guard quantifier.probe == probe, quantifier.probe_count <= header.probe_count &- probe else { return false }
        probe = probe &+ quantifier.probe_count
        for position in quantifier.probe..<probe {
            let pair = program.probe(position)
            guard pair.inner < header.slot_count, pair.outer < header.slot_count &+ header.constant_count else {
                return false
            }
            guard program.slot(pair.inner).scope == index &+ 1 else { return false }
        }
        return true
    }

    /// A slot lies in a scope that there is; the slot of a quantifier is that quantifier's.
    private static func isSound(_ slot: erpk_slot, at index: UInt32, in program: Program) -> Bool {
        guard slot.scope <= program.header.quantifier_count else { return false }
        if slot.is_fact == UInt8(ERPK_FACT_KEPT) { return slot.scope > 0 && slot.key == slot.scope &- 1 }
        guard slot.is_fact == UInt8(ERPK_FACT_QUANTIFIER) else { return slot.is_fact <= UInt8(ERPK_FACT_NAME) }
        return slot.key < program.header.quantifier_count && program.quantifier(slot.key).slot == index
    }

    /// No value is deeper than a rule may be, nor larger when written out: values of the prelude are shared, and explaining
    /// walks them as often as they are used; a quantifier is walked with its block. The register file serves as notes:
    /// `low` is a value's size, `high` its depth.
    static func isBounded(_ program: Program, notes: Registers) -> Bool {
        // Nested quantifiers come later than those around them.
        for index in stride(from: program.header.quantifier_count, to: 0, by: -1) {
            let quantifier = program.quantifier(index &- 1)
            guard isBounded(quantifier.first..<quantifier.last, program, notes) else { return false }
            let (one, other) = (notes[quantifier.where], notes[quantifier.body])
            notes[quantifier.slot].low = one.low &+ other.low &+ 1
            notes[quantifier.slot].high = one.high > other.high ? one.high : other.high
        }
        let blocks = program.header.quantifier_count > 0 ? program.quantifier(0).first : program.header.code_count
        return isBounded(0..<blocks, program, notes)
    }

    private static func isBounded(_ range: Range<UInt32>, _ program: Program, _ notes: Registers) -> Bool {
        let base = program.header.slot_count &+ program.header.constant_count
        for index in range {
            let code = program.code(index)
            guard isValue(code) else { continue }
            var depth: Int64 = 1
            var size: UInt64 = 1
            for position in 0..<UInt32(code.count) {
                let operand = notes[program.operand(code, position)]
                size = size &+ (operand.low > 1 ? operand.low : 1)
                if operand.high >= depth { depth = operand.high &+ 1 }
            }
            // Each level of quantifiers adds two values that the rule does not write.
            guard depth <= Int64(ERPK_MAX_DEPTH) &+ 4, size <= UInt64(ERPK_MAX_NODES) &* 2 else { return false }
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
            (header.atoms, header.atom_count, MemoryLayout<UInt32>.stride),
            (header.quantifiers, header.quantifier_count, MemoryLayout<erpk_quantifier>.stride),
            (header.probes, header.probe_count, MemoryLayout<erpk_probe>.stride), (header.bytes, header.byte_count, 1),
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
        let whole = Region(first: 0, last: program.header.prelude_count, scope: UInt32.max)
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

    private static func isSound(_ region: Region, in program: Program, _ argument: inout UInt32) -> Bool {
        guard region.first <= region.last, region.last <= program.header.code_count else { return false }
        for index in region.first..<region.last {
            guard isSound(program.code(index), at: index, region, in: program, &argument) else { return false }
        }
        return true
    }

    private static func isSound(
        _ code: erpk_code, at index: UInt32, _ region: Region, in program: Program, _ argument: inout UInt32
    ) -> Bool {
        guard let op = Operator(rawValue: code.op) else { return false }
        // A block may jump to its end: it is then known that its row does not count.
        let end = region.scope == 0 ? region.last : region.last &+ 1
        switch op {
        case .jump: return code.count == 0 && code.b > index && code.b < end
        case .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull:
            return code.count == 1 && isOperand(code.a, before: index, region, in: program) && code.b > index
                && code.b < end
        case .fetch:
            return code.count == 1 && code.a < program.header.slot_count && isReached(code.a, region, in: program)
        case .carried:
            guard index == region.first, region.scope > 0, region.scope <= program.header.quantifier_count,
                Int32(program.quantifier(region.scope &- 1).kind) == ERPK_Q_REDUCE,
                code.count == 0 || isKept(code.a, by: region, in: program)
            else { return false }
        case .keep: guard code.count == 2, isKept(code.a, by: region, in: program) else { return false }
        default: break
        }
        guard isArity(Int(code.count), of: op) else { return false }
        // What is no list is told by its name.
        if op == .elements || op == .isElement {
            guard (op == .elements ? code.a : code.b) < program.header.slot_count else { return false }
        }
        if code.count > 2 {
            guard code.a == argument, UInt32(code.count) <= program.header.argument_count &- argument else {
                return false
            }
            argument = argument &+ UInt32(code.count)
        }
        for position in 0..<UInt32(code.count) {
            guard isOperand(program.operand(code, position), before: index, region, in: program) else { return false }
        }
        return true
    }

    /// The list of `in` lies flat behind its needle.
    private static func isArity(_ count: Int, of op: Operator) -> Bool {
        count >= op.arity.0 && (op == .isIn || count <= op.arity.1)
    }

    /// A slot, a constant, for a rule a value of the prelude, or an earlier value of the same rule or block.
    private static func isOperand(_ register: UInt32, before index: UInt32, _ region: Region, in program: Program)
        -> Bool
    {
        let base = program.header.slot_count &+ program.header.constant_count
        guard register >= base else { return isReached(register, region, in: program) }
        let source = register &- base
        let isPrelude = region.scope == 0 && source < program.header.prelude_count
        guard source < index, source >= region.first || isPrelude else { return false }
        return isValue(program.code(source))
    }

    /// A quantifier is asked for by the rule or block right around it alone, so that no row waits for itself.
    private static func isReached(_ register: UInt32, _ region: Region, in program: Program) -> Bool {
        guard isQuantifier(register, in: program) else { return true }
        return program.slot(register).scope == region.scope
    }

    private static func isQuantifier(_ register: UInt32, in program: Program) -> Bool {
        register < program.header.slot_count && program.slot(register).is_fact == UInt8(ERPK_FACT_QUANTIFIER)
    }

    /// A block keeps values in slots of its own row, which blocks inside it read as any other of them.
    private static func isKept(_ register: UInt32, by region: Region, in program: Program) -> Bool {
        guard register < program.header.slot_count else { return false }
        let slot = program.slot(register)
        return slot.is_fact == UInt8(ERPK_FACT_KEPT) && slot.scope == region.scope
    }

    private static func isValue(_ code: erpk_code) -> Bool {
        Operator(rawValue: code.op)?.isControl == false
    }
}
