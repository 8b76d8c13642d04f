// Gathers the tables of a flat program while rules are compiled; ProgramWriter writes them out.

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
}
