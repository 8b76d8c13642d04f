import CErpKernel

/// A program's register file, driven as the shim does it.
struct FuzzRegisters {
    let program: [UInt8]
    let header: erpk_program
    var file: [erpk_value]
    private let memory = FuzzMemory()

    /// The most registers a program of a few rules within the limits has; a damaged count asks for no more memory.
    private static let most: UInt32 = 100_000

    init(_ program: [UInt8]) {
        self.program = program
        header = program.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
        file = [erpk_value](repeating: erpk_value(), count: Int(min(header.register_count, Self.most)))
    }

    mutating func prepare() -> Bool {
        header.register_count <= Self.most
            && erpk_prepare(program, UInt32(program.count), &file, header.register_count) == ERPK_OK
    }

    /// Whoever reads a register before its instruction wrote it reads from page zero; facts have to be fetched again.
    mutating func poison() {
        for index in 0..<Int(header.slot_count) where slot(index).is_fact != 0 || slot(index).scope != 0 {
            file[index] = erpk_value()
        }
        let poison = erpk_value.text(UnsafePointer(bitPattern: 1), length: 4_096, type: ERPK_T_TEXT)
        for index in Int(header.slot_count &+ header.constant_count)..<file.count { file[index] = poison }
    }

    func slot(_ index: Int) -> erpk_slot { read(header.slots, index) }

    func read<T>(_ table: UInt32, _ index: Int) -> T {
        program.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: Int(table) + index * MemoryLayout<T>.stride, as: T.self)
        }
    }

    mutating func fillColumns(from input: inout FuzzInput) {
        for index in 0..<Int(header.slot_count) {
            let slot = slot(index)
            let isColumn = slot.is_fact == 0 && slot.scope == 0
            if isColumn { file[index] = input.value(Int32(slot.type), slot: index) }
        }
    }

    /// The states of all atoms.
    mutating func screen(_ run: inout erpk_run) -> [UInt64] {
        var key = [UInt64](repeating: 0, count: Int(header.atom_count / 32) + 1)
        erpk_screen(program, &file, &run, &key)
        return key
    }

    /// Judges one rule, fetching each fact at most once.
    mutating func judge(rule: UInt32, full: Bool, facts: FuzzInput) -> Int32 {
        var run = erpk_run()
        run.rule = rule
        run.full = full ? 1 : 0
        let outcome = judge(&run, facts: facts)
        return run.rule == rule ? outcome : ERPK_PASSED
    }

    mutating func judge(_ run: inout erpk_run, facts: FuzzInput) -> Int32 {
        for _ in 0...(header.slot_count &+ header.code_count) {
            let outcome = erpk_evaluate(program, &file, &run)
            guard goOn(outcome, &run, facts) else { return outcome }
        }
        expect(false)
        return ERPK_BROKEN
    }

    /// Gives what the kernel stopped for; false when it did not.
    mutating func goOn(_ outcome: Int32, _ run: inout erpk_run, _ facts: FuzzInput) -> Bool {
        switch outcome {
        case ERPK_NEED_CALL: call(run)
        case ERPK_NEED_SPACE:
            expect(run.space > 0 && run.space <= UInt32(ERPK_MAX_TEXT_BYTES))
            run.buffer = memory.room(Int(run.space))
        case ERPK_NEED_FACT:
            expect(run.slot < header.slot_count)
            fetch(Int(run.slot), run.full, facts)
        default: return false
        }
        return true
    }

    /// What only PostgreSQL computes has some value of its type.
    private mutating func call(_ run: erpk_run) {
        for operand in [run.operands.0, run.operands.1] { expect(operand < header.register_count) }
        expect(run.result < header.register_count)
        switch Int32(run.call) {
        case ERPK_CALL_DATE: file[Int(run.result)] = .integer(9_000, type: ERPK_T_DATE)
        case ERPK_CALL_ELEMENTS: file[Int(run.result)] = .integer(2, type: ERPK_T_NUMBER)
        default: file[Int(run.result)] = .bool(run.result % 2 == 0)
        }
    }

    private mutating func fetch(_ index: Int, _ full: UInt32, _ facts: FuzzInput) {
        let slot = slot(index)
        // By the key, so that the order of fetching does not matter.
        var facts = facts
        _ = facts.slice(Int(slot.key % 8) * 4)
        if slot.is_fact == UInt8(ERPK_FACT_QUANTIFIER) {
            quantify(slot.key, full, facts)
        } else {
            file[index] = facts.value(Int32(slot.type), slot: index)
        }
    }

    /// The text, asked for twice: with no room, and with the room it said it needs.
    func explanation(rule: UInt32, _ what: Int32) -> [UInt8] {
        let needed = erpk_explain(program, file, rule, what, nil, 0)
        var text = [UInt8](repeating: 0, count: Int(needed))
        expect(erpk_explain(program, file, rule, what, &text, needed) == needed)
        return text
    }
}
