// Renders a judged rule from its program and registers: what failed, gap, values, trace. Cold path.

internal import CErpKernel

/// Reads what the evaluator left behind; run with `full` first, so that every register holds its value.
struct Explainer {
    let program: Program
    let registers: Registers
    var output: Output

    init(_ program: Program, _ registers: Registers, output: Output) {
        self.program = program
        self.registers = registers
        self.output = output
    }

    private var base: UInt32 { program.header.slot_count &+ program.header.constant_count }

    /// Returns the bytes the text needs.
    mutating func explain(_ rule: UInt32, _ what: Int32) -> Int {
        guard rule < program.header.rule_count else { return 0 }
        let entry = program.rule(rule)
        switch what {
        case ERPK_EXPLAIN_TRACE:
            let verdict = registers[entry.root]
            output.append("{\"verdict\": ")
            if entry.type == UInt32(ERPK_T_BOOL) { json(verdict) } else { output.append("null") }
            output.append(", \"value\": ")
            json(verdict)
            output.append(", \"trace\": ")
            trace(entry.root)
            output.append("}")
        case ERPK_EXPLAIN_VIOLATION: violation(entry)
        case ERPK_EXPLAIN_HINT: hint(entry)
        case ERPK_EXPLAIN_UNKNOWN:
            let slots = unknownSlots(below: entry.root)
            for (position, slot) in slots.enumerated() {
                if position > 0 { output.append(", ") }
                output.append(name(slot))
            }
            if slots.isEmpty { output.append(rendered(failing(entry).node)) }
        default: output.append(faultText(registers[entry.root]))
        }
        return output.count
    }

    // MARK: - Violation

    private mutating func violation(_ entry: erpk_entry) {
        let part = failing(entry)
        output.append("\"values\": {")
        var first = true
        for slot in 0..<program.header.slot_count where isShown(slot) && uses(entry, slot) {
            guard !hasTwin(slot, of: entry) else { continue }
            if !first { output.append(", ") }
            first = false
            string(name(slot))
            output.append(": ")
            json(registers[slot])
        }
        output.append("}")
        names("redacted", redactedSlots(of: entry))
        output.append(", \"failing\": ")
        string(rendered(part.node))
        output.append(", \"gap\": ")
        output.append(gap(part.node)?.text ?? [UInt8]("null"))
        witness(part.node)
        guard registers[entry.root].isNull else { return }
        names("unknown", unknownSlots(below: entry.root), evenNone: true)
    }

    private mutating func names(_ key: StaticString, _ slots: [UInt32], evenNone: Bool = false) {
        guard evenNone || !slots.isEmpty else { return }
        output.append(", \"")
        output.append(key)
        output.append("\": [")
        for (position, slot) in slots.enumerated() {
            if position > 0 { output.append(", ") }
            string(name(slot))
        }
        output.append("]")
    }

    private func redactedSlots(of entry: erpk_entry) -> [UInt32] {
        var found: [UInt32] = []
        for slot in 0..<program.header.slot_count where registers[slot].isRedacted && uses(entry, slot) {
            found.append(slot)
        }
        return distinct(found)
    }

    /// In the order of their names, one of each.
    private func distinct(_ slots: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        for slot in slots.sorted(by: { ByteText.precedes(name($0), name($1)) }) {
            if let last = result.last, name(last) == name(slot) { continue }
            result.append(slot)
        }
        return result
    }

    /// Whether another slot of the rule tells more about the same name of JSON, which has one for each type it is read as.
    private func hasTwin(_ slot: UInt32, of entry: erpk_entry) -> Bool {
        guard quantifier(slot) == nil, !isKept(slot) else { return false }
        let own = program.slot(slot)
        for other in 0..<program.header.slot_count where other != slot {
            let twin = program.slot(other)
            guard twin.key == own.key, twin.scope == own.scope, quantifier(other) == nil, !isKept(other),
                uses(entry, other)
            else {
                continue
            }
            let (mine, its) = (telling(slot), telling(other))
            if its > mine || its == mine && other < slot { return true }
        }
        return false
    }

    private func telling(_ slot: UInt32) -> Int {
        if program.slot(slot).type == UInt8(ERPK_T_JSON) { return 0 }
        return registers[slot].isValue ? 2 : 1
    }

    private mutating func hint(_ entry: erpk_entry) {
        let part = failing(entry)
        if registers[entry.root].isError {
            output.append("the rule cannot be computed for these values: ")
            output.append(rendered(part.node))
            return
        }
        output.append(entry.flags & UInt32(ERPK_RULE_FORBID) == 0 ? "needs: " : "must not be: ")
        output.append(rendered(part.node))
        if let gap = gap(part.node) {
            output.append(" (off by ")
            output.append(gap.text)
            output.append(")")
        }
    }

    /// Only what lies under unknown nodes made the rule unknown: a known node has absorbed the nulls below it.
    private func unknownSlots(below root: UInt32) -> [UInt32] {
        var found: [UInt32] = []
        collectUnknown(root, into: &found)
        return distinct(found)
    }

    func collectUnknown(_ node: UInt32, into found: inout [UInt32]) {
        guard registers[node].isNull, !isKept(node) else { return }
        if let quantifier = quantifier(node) {
            if collectUnknown(in: quantifier, into: &found) { return }
            // A list that is null has no row to tell.
            if quantifier.source != UInt32(ERPK_NO_REGISTER), registers[quantifier.source].isNull {
                return collectUnknown(quantifier.source, into: &found)
            }
        }
        if node < program.header.slot_count, !found.contains(node) { found.append(node) }
        guard let (_, code) = instruction(node) else { return }
        for index in 0..<UInt32(code.count) { collectUnknown(program.operand(code, index), into: &found) }
    }

    func uses(_ entry: erpk_entry, _ slot: UInt32) -> Bool { reads(entry.root, slot) }

    private func reads(_ node: UInt32, _ slot: UInt32) -> Bool {
        guard let (_, code) = instruction(node) else {
            guard node != slot, let quantifier = quantifier(node) else { return node == slot }
            return reads(quantifier.where, slot) || reads(quantifier.body, slot)
        }
        for position in 0..<UInt32(code.count) where reads(program.operand(code, position), slot) { return true }
        return false
    }

    /// The smallest part that decides. Where only a whole group can be blamed (an `or` with no true branch), the
    /// group is the answer.
    func failing(_ entry: erpk_entry) -> (node: UInt32, wanted: Bool) {
        var node = entry.root
        var wanted = entry.flags & UInt32(ERPK_RULE_FORBID) == 0
        while let (op, code) = instruction(node) {
            var next: UInt32?
            switch op {
            case .not:
                next = code.a
                wanted.toggle()
            case .implies where wanted: next = code.b
            case .and where wanted || code.count == 1, .or where !wanted || code.count == 1:
                next = culprit(code, wanted: wanted)
            default: break
            }
            guard let next else { break }
            node = next
        }
        return (node, wanted)
    }

    /// The first operand that is plainly wrong, else the first unknown, else the first error.
    private func culprit(_ code: erpk_code, wanted: Bool) -> UInt32? {
        var best: UInt32?
        var rank = 3
        for index in 0..<UInt32(code.count) {
            let operand = program.operand(code, index)
            let value = registers[operand]
            let isKnown = value.isValue || value.isRedacted
            if isKnown, (value.low == 1) == wanted { continue }
            let own = isKnown ? 0 : (value.isError ? 2 : 1)
            if own < rank {
                rank = own
                best = operand
            }
        }
        return best
    }

    /// How far a comparison of two numbers is from equality, which is how far it is from holding; not told where one could
    /// tell a redacted value from it.
    private func gap(_ node: UInt32) -> Decimal? {
        guard let (op, code) = instruction(node), code.count == 2, code.kind == UInt8(ERPK_T_NUMBER) else { return nil }
        guard !readsRedacted(node) else { return nil }
        let (left, right) = (registers[code.a], registers[code.b])
        guard left.isValue, right.isValue else { return nil }
        switch op {
        case .less, .lessOrEqual, .equal, .notEqual, .greater, .greaterOrEqual: break
        default: return nil
        }
        guard let difference = left.decimal.adding(right.decimal.negated) else { return nil }
        return difference.coefficient < 0 ? difference.negated : difference
    }

    func readsRedacted(_ node: UInt32) -> Bool {
        guard let (_, code) = instruction(node) else { return registers[node].isRedacted }
        for index in 0..<UInt32(code.count) where readsRedacted(program.operand(code, index)) { return true }
        return false
    }

    func instruction(_ node: UInt32) -> (Operator, erpk_code)? {
        guard node >= base, node &- base < program.header.code_count else { return nil }
        var code = program.code(node &- base)
        guard let op = Operator(rawValue: code.op) else { return nil }
        // It reads nothing; its operand is where it is put.
        if op == .carried { code.count = 0 }
        return (op, code)
    }

    // MARK: - Trace

    mutating func trace(_ node: UInt32) {
        if let (op, code) = instruction(node), op == .isTrue { return trace(code.a) }
        let value = registers[node]
        output.append("{\"label\": ")
        string(rendered(node))
        output.append(", \"value\": ")
        json(value)
        if node < program.header.slot_count, quantifier(node) == nil, !isKept(node) {
            output.append(", \"path\": ")
            string(name(node))
        }
        output.append(", \"pass\": ")
        if isBoolean(node) { json(value) } else { output.append("null") }
        if value.isError {
            output.append(", \"error\": {\"code\": \"RP")
            output.append(decimalText(Int(value.failure)))
            output.append("\", \"message\": ")
            string(faultText(value))
            output.append("}")
        }
        output.append(", \"children\": [")
        if let (_, code) = instruction(node) {
            for index in 0..<UInt32(code.count) {
                if index > 0 { output.append(", ") }
                trace(program.operand(code, index))
            }
        } else if let quantifier = quantifier(node) {
            traceWitness(of: quantifier)
        }
        output.append("]}")
    }

    private func isBoolean(_ node: UInt32) -> Bool {
        guard let (op, code) = instruction(node) else {
            if node < program.header.slot_count { return program.slot(node).type == UInt8(ERPK_T_BOOL) }
            return registers[node].type == UInt8(ERPK_T_BOOL)
        }
        switch op.family {
        case .arithmetic: return false
        case .conditional: return code.kind == UInt8(ERPK_T_BOOL)
        default: return true
        }
    }
}
