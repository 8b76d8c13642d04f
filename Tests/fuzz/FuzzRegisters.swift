import CErpKernel

/// A program's register file, driven as the shim does it: `evaluate.c`, `gate.c` and `calls.c` here, `relations.c` in FuzzRows,
/// `repair.c` in FuzzRepair.
struct FuzzRegisters {
    /// A quantifier whose row is being read, with the memory of that row.
    struct Frame {
        let number: UInt32
        let memory: FuzzMemory
    }

    let program: FuzzProgram
    let header: erpk_program
    let slots: [erpk_slot]
    /// Of a damaged program only its bounds are asked, not its sense.
    let isDamaged: Bool
    var file: [erpk_value]
    var frames: [Frame] = []
    /// Whether the rows that tell most are wanted of the quantifiers that are read now.
    var showsRow = false
    /// Reads rows behind the one that decides too, and each without short cuts.
    var readsAll = false
    /// Of the row that is read, else of the whole evaluation.
    var memory: FuzzMemory
    let whole = FuzzMemory()

    /// The most registers a program of a few rules within the limits has; a damaged count asks for no more memory.
    private static let most: UInt32 = 100_000

    /// Nil where the kernel refuses the program.
    init?(_ program: FuzzProgram, isDamaged: Bool = false) {
        self.program = program
        self.isDamaged = isDamaged
        memory = whole
        let header = program.bytes.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
        self.header = header
        guard header.register_count <= Self.most else { return nil }
        file = [erpk_value](repeating: erpk_value(), count: Int(header.register_count))
        let size = UInt32(program.bytes.count)
        guard erpk_prepare(program.bytes, size, &file, header.register_count) == ERPK_OK else { return nil }
        slots = program.bytes.withUnsafeBytes { bytes in
            (0..<Int(header.slot_count)).map { index in
                bytes.loadUnaligned(
                    fromByteOffset: Int(header.slots) + index * MemoryLayout<erpk_slot>.stride, as: erpk_slot.self)
            }
        }
        poison(Int(header.slot_count &+ header.constant_count)..<file.count)
    }

    /// Whoever reads a register before its instruction wrote it reads from page zero; a damaged program may.
    mutating func poison(_ registers: Range<Int>) {
        if isDamaged { return }
        let poison = erpk_value.text(UnsafePointer(bitPattern: 1), length: 4_096, type: ERPK_T_TEXT)
        for index in registers { file[index] = poison }
    }

    func read<T>(_ table: UInt32, _ index: UInt32, as type: T.Type) -> T {
        program.bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: Int(table) + Int(index) * MemoryLayout<T>.stride, as: type)
        }
    }

    func rule(_ number: UInt32) -> erpk_entry { read(header.rules, number, as: erpk_entry.self) }

    /// The number of the new row's column that a name stands for, 0 for any other.
    func column(_ slot: erpk_slot) -> Int {
        let isName = slot.is_fact < UInt8(ERPK_FACT_QUANTIFIER) && Int(slot.key) < program.columns.count
        return isName ? program.columns[Int(slot.key)] : 0
    }

    /// Two names of one column read the same.
    mutating func fillColumns(from input: inout FuzzInput) {
        var known: [Int: erpk_value] = [:]
        for (index, slot) in slots.enumerated() where slot.is_fact == 0 && slot.scope == 0 {
            let column = column(slot)
            let value = known[column] ?? whole.withList(input.value(Int32(slot.type), slot: index))
            if column > 0 { known[column] = value }
            file[index] = value
        }
    }

    /// The states of all atoms.
    mutating func screen(_ run: inout erpk_run) -> [UInt64] {
        var key = [UInt64](repeating: 0, count: max(Int(header.atom_count &+ 31) / 32, 1))
        erpk_screen(program.bytes, &file, &run, &key)
        return key
    }

    /// Judges one rule alone, fetching each fact at most once.
    mutating func judge(rule: UInt32, full: Bool, facts: FuzzInput) -> Int32 {
        var run = erpk_run()
        run.rule = rule
        run.full = full ? 1 : 0
        run.alone = 1
        let outcome = judge(&run, facts: facts)
        expect(run.rule == rule)
        return outcome
    }

    /// Judges rules from `run.rule` on until one does not pass.
    mutating func judge(_ run: inout erpk_run, facts: FuzzInput) -> Int32 {
        for _ in 0...(header.slot_count &+ header.code_count) {
            let outcome = erpk_evaluate(program.bytes, &file, &run)
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
            fetch(Int(run.slot), facts)
        default: return false
        }
        return true
    }

    /// What only PostgreSQL computes has some value of its type; it reads its operands without asking what they are.
    private mutating func call(_ run: erpk_run) {
        for operand in [run.operands.0, run.operands.1] { expect(operand < header.register_count) }
        expect(run.result < header.register_count)
        let (left, right) = (file[Int(run.operands.0)], file[Int(run.operands.1)])
        let isText = right.isValue && right.type == UInt8(ERPK_T_TEXT)
        switch Int32(run.call) {
        case ERPK_CALL_DATE:
            expect(isDamaged || isText && left.isValue && left.type == UInt8(ERPK_T_TIMESTAMPTZ))
            file[Int(run.result)] = .integer(9_000, type: ERPK_T_DATE)
        case ERPK_CALL_ELEMENTS, ERPK_CALL_ELEMENT:
            expect(isDamaged || right.isList && right.bytes?.pointee == 0)
            file[Int(run.result)] =
                Int32(run.call) == ERPK_CALL_ELEMENTS
                ? .integer(2, type: ERPK_T_NUMBER) : .bool(run.result % 2 == 0)
        default:
            expect(isDamaged || isText && left.isValue && left.type == UInt8(ERPK_T_TEXT))
            file[Int(run.result)] = .bool(run.result % 2 == 0)
        }
    }

    private mutating func fetch(_ index: Int, _ facts: FuzzInput) {
        let slot = slots[index]
        let frame = frames.last { $0.number &+ 1 == slot.scope }
        expect(isDamaged || slot.scope == 0 || frame != nil)
        let memory = frame?.memory ?? whole
        // By the key, so that the order of fetching does not matter.
        var facts = facts
        _ = facts.slice(Int(slot.key % 8) * 4)
        if slot.is_fact == UInt8(ERPK_FACT_QUANTIFIER) {
            let value = quantify(slot.key, keep: showsRow, into: memory, facts)
            file[index] = value
        } else {
            let value = facts.value(Int32(slot.type), slot: index)
            file[index] = memory.withList(memory.owned(value))
        }
    }

    /// The text, asked for twice: with no room, and with the room it said it needs.
    func explanation(rule: UInt32, _ what: Int32) -> [UInt8] {
        let needed = erpk_explain(program.bytes, file, rule, what, nil, 0)
        var text = [UInt8](repeating: 0, count: Int(needed))
        expect(erpk_explain(program.bytes, file, rule, what, &text, needed) == needed)
        return text
    }
}
