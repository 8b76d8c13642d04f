// Gathers the tables of a flat program while rules are compiled, and writes them out.

internal import CErpKernel

/// Where a value lives before register numbers are known.
struct Reference: Equatable {
    /// `late`: a slot whose type is not known yet; none is left in a finished rule.
    enum Space: UInt8 { case slot, constant, code, late }
    let space: Space
    let index: Int
}

/// The tables of a program in the making; several rules share one.
struct ProgramBuilder {
    struct Instruction {
        let op: Operator
        let kind: Int32
        let arguments: [Reference]
        var target = 0
    }

    struct Constant {
        var value: erpk_value
        var text: [UInt8]
    }

    struct Slot {
        let key: UInt32
        let name: [UInt8]
        let type: UInt8
        let fact: UInt8
        let scope: UInt32

        /// Keys of names and numbers of quantifiers are counted apart.
        func holds(_ name: erpk_name, as type: UInt8) -> Bool {
            fact < UInt8(ERPK_FACT_QUANTIFIER) && key == name.key && self.type == type
        }
    }

    struct Rule {
        let flags: UInt32
        let broken: Int32
        let first: Int
        let last: Int
        var root: Reference
        let type: Int32

        func moved(first: Int, last: Int, root: Reference? = nil) -> Rule {
            Rule(flags: flags, broken: broken, first: first, last: last, root: root ?? self.root, type: type)
        }
    }

    private(set) var slots: [Slot] = []
    private(set) var constants: [Constant] = []
    private(set) var code: [Instruction] = []
    private(set) var rules: [Rule] = []
    /// How many instructions at the front are done before any rule.
    private(set) var preludeCount = 0
    var quantifiers: [Quantifier] = []
    /// Code of the segments around the block at hand.
    private var outer: [[Instruction]] = []
    /// First slot of a name's key, -1 where there is none yet.
    private var slotOfKey: [Int] = []
    /// Names that take their type where they are used, and the slot each use settled on.
    private var late: [(name: erpk_name, quantifier: Int, slot: Int)] = []

    /// A name's slot of one type; only JSON has more than one.
    mutating func slot(_ name: erpk_name, as type: UInt8) -> Reference {
        let key = Int(name.key)
        // Keys are small running numbers of the caller; an absurd one only loses the sharing.
        let first = slotOfKey.at(key) ?? -1
        if first >= 0 {
            if slots.at(first)?.type == type { return Reference(space: .slot, index: first) }
            for (index, slot) in slots.enumerated() where slot.scope == 0 && slot.holds(name, as: type) {
                return Reference(space: .slot, index: index)
            }
        }
        slots.append(
            Slot(
                key: name.key, name: ByteView(name.text, count: Int(name.length)).copied(), type: type,
                fact: name.is_fact, scope: 0))
        if first < 0, key < 1_000_000 {
            while slotOfKey.count <= key { slotOfKey.append(-1) }
            slotOfKey.replace(at: key, with: slots.count &- 1)
        }
        return Reference(space: .slot, index: slots.count &- 1)
    }

    /// The slot of a name of a quantifier's row; equal names of one quantifier share it.
    mutating func slot(_ name: erpk_name, as type: UInt8, of quantifier: Int) -> Reference {
        let scope = UInt32(truncatingIfNeeded: quantifier &+ 1)
        for index in quantifiers.at(quantifier)?.slots ?? [] {
            if let slot = slots.at(index), slot.holds(name, as: type) {
                return Reference(space: .slot, index: index)
            }
        }
        let text = ByteView(name.text, count: Int(name.length)).copied()
        return add(Slot(key: name.key, name: text, type: type, fact: name.is_fact, scope: scope), to: quantifier)
    }

    /// The slot that will hold a quantifier's value; it belongs to the row around it.
    mutating func slot(ofQuantifier index: Int, type: Int32, parent: Int) -> Reference {
        let slot = Slot(
            key: UInt32(truncatingIfNeeded: index), name: [], type: UInt8(truncatingIfNeeded: type),
            fact: UInt8(ERPK_FACT_QUANTIFIER), scope: UInt32(truncatingIfNeeded: parent &+ 1))
        return add(slot, to: parent)
    }

    /// A slot in which a quantifier's block keeps a value for the blocks inside it.
    mutating func keptSlot(_ name: StaticString, type: Int32, of quantifier: Int) -> Reference {
        let slot = Slot(
            key: UInt32(truncatingIfNeeded: quantifier), name: [UInt8](name), type: UInt8(truncatingIfNeeded: type),
            fact: UInt8(ERPK_FACT_KEPT), scope: UInt32(truncatingIfNeeded: quantifier &+ 1))
        return add(slot, to: quantifier)
    }

    /// Keeps a value that the code around the block at hand has computed.
    mutating func keepOutside(_ value: Reference, in slot: Reference) {
        guard var around = outer.popLast() else { return }
        around.append(Instruction(op: .keep, kind: 0, arguments: [slot, value]))
        outer.append(around)
    }

    /// Keeps the accumulator of the block around the one at hand.
    mutating func keepCarried(in slot: Reference) {
        guard var around = outer.popLast() else { return }
        around.replace(at: 0, with: Instruction(op: .carried, kind: 0, arguments: [slot]))
        outer.append(around)
    }

    private mutating func add(_ slot: Slot, to quantifier: Int) -> Reference {
        slots.append(slot)
        if var owner = quantifiers.at(quantifier) {
            owner.slots.append(slots.count &- 1)
            quantifiers.replace(at: quantifier, with: owner)
        }
        return Reference(space: .slot, index: slots.count &- 1)
    }

    /// From here on code belongs to a quantifier's block.
    mutating func beginBlock() {
        outer.append(code)
        code = []
    }

    /// Returns the block's code and goes on with the code around it.
    mutating func endBlock() -> [Instruction] {
        let block = code
        code = outer.popLast() ?? []
        return block
    }

    /// A place for a name of JSON, which `settle` gives its slot.
    mutating func lateSlot(_ name: erpk_name, of quantifier: Int = -1) -> Reference {
        late.append((name, quantifier, -1))
        return Reference(space: .late, index: late.count &- 1)
    }

    mutating func settle(_ reference: Reference, as type: Int32) {
        guard reference.space == .late, let (name, owner, known) = late.at(reference.index), known < 0 else {
            return
        }
        let type = UInt8(truncatingIfNeeded: type)
        let slot = owner < 0 ? slot(name, as: type) : slot(name, as: type, of: owner)
        late.replace(at: reference.index, with: (name, owner, slot.index))
    }

    mutating func constant(_ value: erpk_value, text: [UInt8] = []) -> Reference {
        constants.append(Constant(value: value, text: text))
        return Reference(space: .constant, index: constants.count &- 1)
    }

    mutating func setConstant(_ reference: Reference, _ value: erpk_value, text: [UInt8] = []) {
        constants.replace(at: reference.index, with: Constant(value: value, text: text))
    }

    /// Lets a constant of a moment or uuid be shown with the name of its type; `length` means nothing else there.
    mutating func markTyped(_ reference: Reference) {
        guard var constant = constants.at(reference.index), constant.value.isValue else { return }
        switch Int32(constant.value.type) {
        case ERPK_T_DATE, ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ, ERPK_T_UUID: constant.value.length = 1
        default: return
        }
        constants.replace(at: reference.index, with: constant)
    }

    func constant(at reference: Reference) -> erpk_value? {
        reference.space == .constant ? constants.at(reference.index)?.value : nil
    }

    @discardableResult
    mutating func emit(_ op: Operator, _ arguments: [Reference], kind: Int32 = 0) -> Reference {
        code.append(Instruction(op: op, kind: kind, arguments: arguments))
        return Reference(space: .code, index: code.count &- 1)
    }

    /// Lets a jump lead to the instruction that comes next.
    mutating func land(_ jump: Reference) {
        guard var instruction = code.at(jump.index) else { return }
        instruction.target = code.count
        code.replace(at: jump.index, with: instruction)
    }

    mutating func finishRule(flags: UInt32, first: Int, root: Reference, type: Int32) {
        code = placed(code, from: first)
        for (index, quantifier) in quantifiers.enumerated() where quantifier.rule == rules.count {
            var settled = quantifier
            settled.code = placed(quantifier.code, from: 0)
            settled.body = quantifier.body.map { placed($0) }
            settled.source = quantifier.source.map { placed($0) }
            settled.initial = quantifier.initial.map { placed($0) }
            settled.slots = quantifiers.at(index)?.slots ?? settled.slots
            quantifiers.replace(at: index, with: settled)
        }
        let root = placed(root)
        rules.append(Rule(flags: flags, broken: 0, first: first, last: code.count, root: root, type: type))
    }

    /// Code whose names have their slots.
    private mutating func placed(_ code: [Instruction], from first: Int) -> [Instruction] {
        var result = code
        for index in first..<(code.count < first ? first : code.count) {
            guard let instruction = code.at(index), instruction.arguments.contains(where: { $0.space == .late }) else {
                continue
            }
            let settled = Instruction(
                op: instruction.op, kind: instruction.kind, arguments: instruction.arguments.map { placed($0) },
                target: instruction.target)
            result.replace(at: index, with: settled)
        }
        return result
    }

    /// Every name has a type by now: one without neighbours was asked for nothing but whether it is there.
    private mutating func placed(_ reference: Reference) -> Reference {
        guard reference.space == .late else { return reference }
        settle(reference, as: ERPK_T_JSON)
        return Reference(space: .slot, index: late.at(reference.index)?.slot ?? 0)
    }

    /// Forgets the code of a rule that failed; its slots, constants and empty quantifiers stay, unused.
    mutating func breakRule(flags: UInt32, first: Int, quantifiers kept: Int, code status: Int32) {
        if let whole = outer.first { code = whole }
        outer = []
        code.truncate(to: first)
        for index in kept..<(quantifiers.count < kept ? kept : quantifiers.count) { empty(index) }
        let root = constant(.null(ERPK_T_BOOL))
        rules.append(Rule(flags: flags, broken: status, first: first, last: first, root: root, type: ERPK_T_BOOL))
    }

    /// The same slots with other code.
    func replacing(
        constants: [Constant], code: [Instruction], rules: [Rule], quantifiers: [Quantifier], preludeCount: Int
    ) -> ProgramBuilder {
        var result = self
        result.constants = constants
        result.code = code
        result.rules = rules
        result.quantifiers = quantifiers
        result.preludeCount = preludeCount
        return result
    }

    /// Whether it is a slot that is filled when the evaluation asks for it.
    func isName(_ reference: Reference) -> Bool {
        reference.space == .slot && slots.at(reference.index)?.fact == UInt8(ERPK_FACT_NAME)
    }

    /// Whether it is a name of JSON in the row of a quantifier.
    func isOwnJSON(_ reference: Reference, of quantifier: Int) -> Bool {
        reference.space == .late && late.at(reference.index)?.quantifier == quantifier
    }

    /// The column of the quantifier's row and the value from outside of it that an instruction holds equal.
    func probe(_ reference: Reference, of quantifier: Int) -> (inner: Reference, outer: Reference)? {
        guard reference.space == .code, let instruction = code.at(reference.index), instruction.op == .equal,
            let left = instruction.arguments.first, let right = instruction.arguments.at(1)
        else { return nil }
        if isColumn(left, of: quantifier), isOutside(right, of: quantifier) { return (left, right) }
        if isColumn(right, of: quantifier), isOutside(left, of: quantifier) { return (right, left) }
        return nil
    }

    private func isColumn(_ reference: Reference, of quantifier: Int) -> Bool {
        guard reference.space == .slot, let slot = slots.at(reference.index) else { return false }
        return slot.scope == UInt32(truncatingIfNeeded: quantifier &+ 1) && slot.fact == UInt8(ERPK_FACT_NONE)
    }

    private func isOutside(_ reference: Reference, of quantifier: Int) -> Bool {
        guard reference.space == .slot, let slot = slots.at(reference.index) else {
            return reference.space == .constant
        }
        return slot.scope != UInt32(truncatingIfNeeded: quantifier &+ 1)
            && slot.fact != UInt8(ERPK_FACT_QUANTIFIER)
    }

    private mutating func empty(_ index: Int) {
        guard var quantifier = quantifiers.at(index) else { return }
        quantifier.code = []
        quantifier.probes = []
        quantifier.source = nil
        quantifier.initial = nil
        if quantifier.kind == ERPK_Q_REDUCE { quantifier.kind = ERPK_Q_EXISTS }
        quantifier.condition = constant(.bool(false))
        quantifier.body = quantifier.condition
        if quantifier.slot == nil {
            quantifier.slot = slot(ofQuantifier: index, type: ERPK_T_BOOL, parent: quantifier.parent)
        }
        quantifiers.replace(at: index, with: quantifier)
    }

    // MARK: - Writing

    private func register(_ reference: Reference?, from first: Int = 0) -> UInt32 {
        guard let reference else { return 0 }
        let base: Int
        switch reference.space {
        case .slot, .late: base = 0
        case .constant: base = slots.count
        case .code: base = slots.count &+ constants.count &+ first
        }
        return UInt32(truncatingIfNeeded: base &+ reference.index)
    }

    /// The tables are written in the order of the header; see `ProgramLayout`.
    func write(to output: inout Output) {
        var bytes: [UInt8] = []
        var slotTable = Table()
        for slot in slots {
            slotTable.append(slot.key)
            slotTable.append(UInt32(truncatingIfNeeded: bytes.count))
            slotTable.append(UInt32(truncatingIfNeeded: slot.name.count))
            slotTable.append(UInt32(slot.type) | UInt32(slot.fact) &<< 8)
            slotTable.append(slot.scope)
            bytes.append(contentsOf: slot.name)
        }
        var constantTable = Table()
        for constant in constants {
            var value = constant.value
            if value.isValue, value.type == UInt8(ERPK_T_TEXT) {
                value.length = UInt32(truncatingIfNeeded: constant.text.count)
                value.low = UInt64(bytes.count)
                bytes.append(contentsOf: constant.text)
            }
            constantTable.append(value)
        }
        var codeTable = Table()
        var argumentTable = Table()
        for instruction in code { append(instruction, from: 0, to: &codeTable, &argumentTable) }
        let screen = Screen(self)
        let chain = screen.chain
        var atomTable = Table()
        for atom in screen.atoms.elements { atomTable.append(register(atom)) }
        var ruleTable = Table()
        for (index, rule) in rules.enumerated() {
            ruleTable.append(rule.flags)
            ruleTable.append(UInt32(truncatingIfNeeded: rule.broken))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.first))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.last))
            ruleTable.append(register(rule.root))
            ruleTable.append(UInt32(truncatingIfNeeded: rule.type))
            ruleTable.append(UInt32(screen.isClosed.at(index) == true ? 1 : 0))
            ruleTable.append(UInt32(truncatingIfNeeded: chain.next.at(index) ?? rules.count))
        }
        var quantifierTable = Table()
        var probeTable = Table()
        var first = code.count
        var firsts: [Int] = []
        for quantifier in quantifiers {
            firsts.append(first)
            let initial = quantifier.initial.map { register($0, from: firsts.at(quantifier.parent) ?? 0) }
            append(quantifier, first, initial, to: &quantifierTable, &probeTable, &bytes)
            for instruction in quantifier.code { append(instruction, from: first, to: &codeTable, &argumentTable) }
            first = first &+ quantifier.code.count
        }
        let tables = [
            slotTable.bytes, constantTable.bytes, codeTable.bytes, argumentTable.bytes, ruleTable.bytes,
            atomTable.bytes, quantifierTable.bytes, probeTable.bytes, bytes,
        ]
        output.append(header(tables, argumentTable.bytes.count / 4, [screen.closedCount, chain.first]))
        for table in tables { output.append(table) }
    }

    private func append(
        _ quantifier: Quantifier, _ first: Int, _ initial: UInt32?, to table: inout Table, _ probes: inout Table,
        _ bytes: inout [UInt8]
    ) {
        table.append(
            UInt32(truncatingIfNeeded: quantifier.kind) & 0xFF | (quantifier.flags & 0xFF) &<< 8
                | UInt32(truncatingIfNeeded: quantifier.ordinal) &<< 16)
        table.append(UInt32(truncatingIfNeeded: quantifier.type))
        table.append(register(quantifier.slot))
        for number in [quantifier.rule, quantifier.parent &+ 1, first, first &+ quantifier.code.count] {
            table.append(UInt32(truncatingIfNeeded: number))
        }
        table.append(quantifier.source.map { register($0) } ?? UInt32(ERPK_NO_REGISTER))
        table.append(initial ?? UInt32(ERPK_NO_REGISTER))
        for reference in [quantifier.condition, quantifier.body] { table.append(register(reference, from: first)) }
        for text in [quantifier.relation, quantifier.alias] {
            table.append(UInt32(truncatingIfNeeded: bytes.count))
            table.append(UInt32(truncatingIfNeeded: text.count))
            bytes.append(contentsOf: text)
        }
        table.append(UInt32(truncatingIfNeeded: probes.bytes.count / MemoryLayout<erpk_probe>.size))
        table.append(UInt32(truncatingIfNeeded: quantifier.probes.count))
        for probe in quantifier.probes {
            probes.append(register(probe.inner))
            probes.append(register(probe.outer))
        }
    }

    private func append(
        _ instruction: Instruction, from first: Int, to code: inout Table, _ arguments: inout Table
    ) {
        let registers = instruction.arguments.map { register($0, from: first) }
        var a = registers.first ?? 0
        var b = registers.at(1) ?? 0
        switch instruction.op {
        case .jump, .jumpIfFalse, .jumpIfTrue, .jumpUnlessNull:
            b = UInt32(truncatingIfNeeded: first &+ instruction.target)
        default:
            if registers.count > 2 {
                a = UInt32(truncatingIfNeeded: arguments.bytes.count / 4)
                b = 0
                for register in registers { arguments.append(register) }
            }
        }
        code.append(
            UInt32(instruction.op.rawValue) | UInt32(truncatingIfNeeded: instruction.kind & 0xFF) &<< 8
                | UInt32(truncatingIfNeeded: registers.count) &<< 16)
        code.append(a)
        code.append(b)
    }

    /// Offsets follow the order of `tables`, which is the order in which they lie.
    private func header(_ tables: [[UInt8]], _ argumentCount: Int, _ screen: [Int]) -> [UInt8] {
        var offset = MemoryLayout<erpk_program>.size
        var offsets: [Int] = []
        for table in tables {
            offsets.append(offset)
            offset = offset &+ table.count
        }
        let facts = slots.reduce(0) { $1.fact != 0 ? $0 &+ 1 : $0 }
        let all = quantifiers.reduce(code.count) { $0 &+ $1.code.count }
        var header = Table()
        header.append(ProgramLayout.magic)
        let counts = [
            offset, slots.count, constants.count, all, argumentCount, rules.count, tables.last?.count ?? 0,
        ]
        let places = Array(offsets.prefix(5)) + [offsets.last ?? 0]
        let (atoms, probes) = (tables.at(5)?.count ?? 0, tables.at(7)?.count ?? 0)
        let sizes = [facts, slots.count &+ constants.count &+ all, preludeCount, atoms / 4, offsets.at(5) ?? 0]
        let rows = [quantifiers.count, probes / MemoryLayout<erpk_probe>.size, offsets.at(6) ?? 0, offsets.at(7) ?? 0]
        for number in counts + places + sizes + screen + [0] + rows {
            header.append(UInt32(truncatingIfNeeded: number))
        }
        return header.bytes
    }

    /// Bytes of one table in the byte order of the machine, as the C structs lie.
    private struct Table {
        var bytes: [UInt8] = []

        mutating func append(_ value: UInt32) {
            for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value &>> shift)) }
        }

        mutating func append(_ value: UInt64) {
            append(UInt32(truncatingIfNeeded: value))
            append(UInt32(truncatingIfNeeded: value &>> 32))
        }

        mutating func append(_ value: erpk_value) {
            append(
                UInt32(value.state) | UInt32(value.type) &<< 8
                    | UInt32(UInt16(bitPattern: value.scale)) &<< 16)
            append(value.length)
            append(UInt64(0))
            append(value.low)
            append(UInt64(bitPattern: value.high))
        }
    }
}
