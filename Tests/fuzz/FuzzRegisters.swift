import CErpKernel

/// A program's register file, driven as the shim does it.
struct FuzzRegisters {
    private let header: erpk_program
    private var file: [erpk_value]

    /// The most registers a program of a few rules within the limits has; a damaged count asks for no more memory.
    private static let most: UInt32 = 100_000

    init(_ program: [UInt8]) {
        header = program.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
        file = [erpk_value](repeating: erpk_value(), count: Int(min(header.register_count, Self.most)))
    }

    mutating func prepare(_ program: [UInt8]) -> Bool {
        header.register_count <= Self.most
            && erpk_prepare(program, UInt32(program.count), &file, header.register_count) == ERPK_OK
    }

    /// Whoever reads a register before its instruction wrote it reads from page zero.
    mutating func poison() {
        let poison = erpk_value.text(UnsafePointer(bitPattern: 1), length: 4_096, type: ERPK_T_TEXT)
        for index in Int(header.slot_count &+ header.constant_count)..<file.count { file[index] = poison }
    }

    private func slot(_ program: [UInt8], _ index: Int) -> erpk_slot {
        program.withUnsafeBytes {
            $0.loadUnaligned(
                fromByteOffset: Int(header.slots) + index * MemoryLayout<erpk_slot>.stride, as: erpk_slot.self)
        }
    }

    mutating func fillColumns(_ program: [UInt8], from input: inout FuzzInput) {
        for index in 0..<Int(header.slot_count) {
            let slot = slot(program, index)
            if slot.is_fact == 0 { file[index] = input.value(Int32(slot.type)) }
        }
    }

    /// Judges one rule, fetching each fact at most once.
    mutating func judge(_ program: [UInt8], rule: UInt32, full: Bool, facts: FuzzInput) -> Int32 {
        var run = erpk_run()
        run.rule = rule
        run.full = full ? 1 : 0
        for _ in 0...(header.slot_count &+ header.code_count) {
            let outcome = erpk_evaluate(program, &file, &run)
            if outcome == ERPK_NEED_CALL || outcome == ERPK_NEED_SPACE {
                answer(outcome, &run)
                continue
            }
            guard outcome == ERPK_NEED_FACT else { return run.rule == rule ? outcome : ERPK_PASSED }
            let slot = slot(program, Int(run.slot))
            // By the key, so that the order of fetching does not matter.
            var facts = facts
            _ = facts.slice(Int(slot.key % 8) * 4)
            file[Int(run.slot)] = facts.value(Int32(slot.type))
        }
        expect(false)
        return ERPK_BROKEN
    }

    /// What only PostgreSQL computes has some value of its type; texts get the room they ask for.
    private mutating func answer(_ outcome: Int32, _ run: inout erpk_run) {
        if outcome == ERPK_NEED_SPACE {
            expect(run.space > 0 && run.space <= UInt32(ERPK_MAX_TEXT_BYTES))
            // The inputs are small and the process is short-lived.
            run.buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: Int(run.space))
            return
        }
        for operand in [run.operands.0, run.operands.1] { expect(operand < header.register_count) }
        expect(run.result < header.register_count)
        file[Int(run.result)] =
            run.call == UInt32(ERPK_CALL_DATE) ? .integer(9_000, type: ERPK_T_DATE) : .bool(run.result % 2 == 0)
    }

    /// The text, asked for twice: with no room, and with the room it said it needs.
    func explanation(_ program: [UInt8], rule: UInt32, _ what: Int32) -> [UInt8] {
        let needed = erpk_explain(program, file, rule, what, nil, 0)
        var text = [UInt8](repeating: 0, count: Int(needed))
        expect(erpk_explain(program, file, rule, what, &text, needed) == needed)
        return text
    }
}
