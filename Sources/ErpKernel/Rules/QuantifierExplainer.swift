// Quantifiers in explanations: their formula, and the row that tells most about the outcome, whose values the caller
// left in the quantifier's slots; absent where no row does.

internal import CErpKernel

extension Explainer {
    /// The quantifier whose value a register holds.
    func quantifier(_ node: UInt32) -> erpk_quantifier? {
        guard node < program.header.slot_count else { return nil }
        let slot = program.slot(node)
        guard slot.is_fact == UInt8(ERPK_FACT_QUANTIFIER), slot.key < program.header.quantifier_count else {
            return nil
        }
        return program.quantifier(slot.key)
    }

    /// Whether a block keeps a value there for the blocks inside it.
    func isKept(_ node: UInt32) -> Bool {
        node < program.header.slot_count && program.slot(node).is_fact == UInt8(ERPK_FACT_KEPT)
    }

    private func number(of quantifier: erpk_quantifier) -> UInt32 { program.slot(quantifier.slot).key }

    /// What the values of a refusal show: not those of other rows, and of quantifiers what they found.
    func isShown(_ slot: UInt32) -> Bool {
        guard program.slot(slot).scope == 0 else { return false }
        guard let quantifier = quantifier(slot) else { return true }
        return !Quantifier.isLogical(Int32(quantifier.kind)) && Int32(quantifier.kind) != ERPK_Q_LIST
    }

    private func hasWitness(_ quantifier: erpk_quantifier) -> Bool {
        let scope = number(of: quantifier) &+ 1
        for slot in 0..<program.header.slot_count where program.slot(slot).scope == scope {
            if registers[slot].state != UInt8(ERPK_S_ABSENT) { return true }
        }
        return false
    }

    /// The nulls of the row that left it unknown; false when none of them shows.
    func collectUnknown(in quantifier: erpk_quantifier, into found: inout [UInt32]) -> Bool {
        guard hasWitness(quantifier) else { return false }
        let before = found.count
        collectUnknown(quantifier.where, into: &found)
        collectUnknown(quantifier.body, into: &found)
        return found.count > before
    }

    /// The values of the row that decided a `forall`.
    mutating func witness(_ node: UInt32) {
        guard let quantifier = quantifier(node), Int32(quantifier.kind) == ERPK_Q_FORALL, hasWitness(quantifier)
        else { return }
        output.append(", \"witness\": {")
        let scope = number(of: quantifier) &+ 1
        var first = true
        for slot in 0..<program.header.slot_count where program.slot(slot).scope == scope {
            guard self.quantifier(slot) == nil, !isKept(slot), registers[slot].state != UInt8(ERPK_S_ABSENT) else {
                continue
            }
            if !first { output.append(", ") }
            first = false
            string(name(slot))
            output.append(": ")
            json(registers[slot])
        }
        output.append("}")
    }

    mutating func traceWitness(of quantifier: erpk_quantifier) {
        guard hasWitness(quantifier) else { return }
        var written = false
        for (node, left) in [(quantifier.where, ERPK_Q_NO_WHERE), (quantifier.body, ERPK_Q_NO_BODY)] {
            guard Int32(quantifier.flags) & left == 0 else { continue }
            if written { output.append(", ") }
            written = true
            trace(node)
        }
    }

    /// `exists e in erp.lines where ..: ..`, `sum(e.amount for e in erp.lines where ..)`.
    func write(_ quantifier: erpk_quantifier, to text: inout [UInt8], wrapped: Bool) {
        let isLogical = Quantifier.isLogical(Int32(quantifier.kind))
        if wrapped, isLogical { text.append("(") }
        text.append(Quantifier.spelling(Int32(quantifier.kind)))
        text.append(isLogical ? " " : "(")
        if !isLogical, Int32(quantifier.flags) & ERPK_Q_NO_BODY == 0 {
            write(quantifier.body, to: &text, wrapped: false)
            text.append(" for ")
        }
        append(quantifier.alias, quantifier.alias_length, to: &text)
        if quantifier.alias_length > 0 { text.append(" in ") }
        if quantifier.source == UInt32(ERPK_NO_REGISTER) {
            append(quantifier.relation, quantifier.relation_length, to: &text)
        } else {
            write(quantifier.source, to: &text, wrapped: false)
        }
        if Int32(quantifier.flags) & ERPK_Q_NO_WHERE == 0 {
            text.append(" where ")
            write(quantifier.where, to: &text, wrapped: false)
        }
        if isLogical, Int32(quantifier.flags) & ERPK_Q_NO_BODY == 0 {
            text.append(": ")
            write(quantifier.body, to: &text, wrapped: false)
        }
        if !isLogical || wrapped { text.append(")") }
    }

    private func append(_ offset: UInt32, _ length: UInt32, to text: inout [UInt8]) {
        text += ByteView(program.text(offset), count: Int(length)).copied()
    }
}
