// What makes a flat program sound. Checked once when it is prepared, so that the evaluator may trust it.

internal import CErpKernel

/// The invariants of `erpk_program`.
enum ProgramLayout {
    static var magic: UInt32 { 0x4552_5001 }

    /// Every table lies inside the program, every operand was computed before its use, every jump leads forward
    /// inside its rule, and every text lies in the byte table.
    static func isSound(_ program: Program) -> Bool {
        let header = program.header
        guard fits(header.slots, header.slot_count, MemoryLayout<erpk_slot>.stride, header),
            fits(header.constants, header.constant_count, MemoryLayout<erpk_value>.stride, header),
            fits(header.code, header.code_count, MemoryLayout<erpk_code>.stride, header),
            fits(header.arguments, header.argument_count, MemoryLayout<UInt32>.stride, header),
            fits(header.rules, header.rule_count, MemoryLayout<erpk_entry>.stride, header),
            fits(header.bytes, header.byte_count, 1, header)
        else { return false }
        let registers = UInt64(header.slot_count) &+ UInt64(header.constant_count) &+ UInt64(header.code_count)
        guard registers == UInt64(header.register_count) else { return false }
        for index in 0..<header.slot_count {
            let slot = program.slot(index)
            guard inBytes(UInt64(slot.name), slot.name_length, header) else { return false }
        }
        for index in 0..<header.constant_count {
            let value = program.constant(index)
            guard !isText(value) || inBytes(value.low, value.length, header) else { return false }
        }
        for index in 0..<header.rule_count {
            guard isSound(program.rule(index), in: program) else { return false }
        }
        return true
    }

    static func isText(_ value: erpk_value) -> Bool {
        value.isValue && (value.type == UInt8(ERPK_T_TEXT) || value.type == UInt8(ERPK_T_OPAQUE))
    }

    private static func fits(_ offset: UInt32, _ count: UInt32, _ stride: Int, _ header: erpk_program) -> Bool {
        UInt64(offset) &+ UInt64(count) &* UInt64(stride) <= UInt64(header.size)
    }

    private static func inBytes(_ offset: UInt64, _ length: UInt32, _ header: erpk_program) -> Bool {
        offset <= UInt64(header.byte_count) && offset &+ UInt64(length) <= UInt64(header.byte_count)
    }

    private static func isSound(_ rule: erpk_entry, in program: Program) -> Bool {
        let header = program.header
        guard rule.first <= rule.last, rule.last <= header.code_count, rule.root < header.register_count else {
            return false
        }
        for index in rule.first..<rule.last {
            guard isSound(program.code(index), at: index, rule, in: program) else { return false }
        }
        return true
    }

    private static func isSound(_ code: erpk_code, at index: UInt32, _ rule: erpk_entry, in program: Program) -> Bool {
        let header = program.header
        guard let op = Operator(rawValue: code.op) else { return false }
        let own = header.slot_count &+ header.constant_count &+ index
        switch op {
        case .jump: return code.b > index && code.b < rule.last
        case .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull: return code.a < own && code.b > index && code.b < rule.last
        case .fetch: return code.a < header.slot_count
        default: break
        }
        guard code.count >= 1 else { return false }
        if code.count > 2, UInt64(code.a) &+ UInt64(code.count) > UInt64(header.argument_count) { return false }
        for position in 0..<UInt32(code.count) where program.operand(code, position) >= own { return false }
        return true
    }
}
