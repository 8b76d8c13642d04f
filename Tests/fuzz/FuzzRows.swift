import CErpKernel

extension FuzzRegisters {
    /// Up to four rows of the input through the block of a quantifier, and what they amount to, in the memory of the row around.
    /// With `keep` the row that tells most is left in the slots, else none. The memory of a row ends with it.
    mutating func quantify(_ number: UInt32, keep: Bool, into outer: FuzzMemory, _ input: FuzzInput) -> erpk_value {
        expect(number < header.quantifier_count)
        let quantifier = read(header.quantifiers, number, as: erpk_quantifier.self)
        let kind = Int32(quantifier.kind)
        var fold = erpk_fold()
        if kind == ERPK_Q_REDUCE {
            expect(quantifier.initial < header.register_count)
            fold.value = file[Int(quantifier.initial)]
        }
        let around = memory
        defer { memory = around }
        var witness: FuzzInput?
        var result = notAList(quantifier)
        if result == nil {
            witness = readRows(number, quantifier, &fold, into: outer, input)
            var value = erpk_value()
            erpk_fold_result(program.bytes, number, &fold, &value)
            result = outer.owned(kind == ERPK_Q_LIST ? outer.withList(value) : value)
        }
        memory = whole
        frames.append(Frame(number: number, memory: whole))
        leave(keep && kind != ERPK_Q_REDUCE ? witness : nil, of: number)
        frames.removeLast()
        return result ?? erpk_value()
    }

    /// What there is where no list is to be read.
    private func notAList(_ quantifier: erpk_quantifier) -> erpk_value? {
        guard quantifier.source != ERPK_NO_REGISTER else { return nil }
        expect(quantifier.source < header.register_count)
        let list = file[Int(quantifier.source)]
        if list.isList, list.bytes != nil || isDamaged { return nil }
        expect(isDamaged || list.state != UInt8(ERPK_S_ABSENT))
        return list.isValue ? .misfit(quantifier.source) : list.isError ? list : .null(0)
    }

    /// Adds the rows to the fold; where the one that tells most begins.
    private mutating func readRows(
        _ number: UInt32, _ quantifier: erpk_quantifier, _ fold: inout erpk_fold, into outer: FuzzMemory,
        _ input: FuzzInput
    ) -> FuzzInput? {
        var input = input
        var witness: FuzzInput?
        var collected: [erpk_value] = []
        // A text that is kept lives until another is.
        var kept = FuzzMemory()
        for _ in 0..<input.byte() % 5 {
            let start = input
            memory = FuzzMemory()
            frames.append(Frame(number: number, memory: memory))
            fillRow(number, from: &input)
            block(number, quantifier, full: readsAll, input, &fold)
            frames.removeLast()
            if fold.flags & UInt32(ERPK_ROW_KEPT) != 0 {
                let next = FuzzMemory()
                fold.value = next.owned(fold.value)
                kept = next
            }
            if fold.flags & UInt32(ERPK_ROW_COLLECT) != 0 { collect(quantifier, &collected, into: outer) }
            if fold.flags & UInt32(ERPK_ROW_WITNESS) != 0 { witness = start }
            if fold.flags & UInt32(ERPK_ROW_DECIDED) != 0, !readsAll { break }
        }
        if !collected.isEmpty { fold.rows = distinct(&collected) }
        withExtendedLifetime(kept) { fold.value = outer.owned(fold.value) }
        return witness
    }

    /// Of a list a map's values are read, and JSON is looked up again by its name; else it is the element.
    private func collect(_ quantifier: erpk_quantifier, _ collected: inout [erpk_value], into outer: FuzzMemory) {
        let isList = Int32(quantifier.kind) == ERPK_Q_LIST
        guard !isList || Int32(quantifier.flags) & ERPK_Q_MAPPED != 0 else { return }
        expect(quantifier.body < header.register_count)
        let value = outer.owned(file[Int(quantifier.body)])
        guard isList else { return collected.append(value) }
        let isName = quantifier.body < header.slot_count && slots[Int(quantifier.body)].is_fact <= UInt8(ERPK_FACT_NAME)
        expect(isDamaged || !value.isValue || value.type != UInt8(ERPK_T_JSON) || isName)
    }

    private mutating func fillRow(_ number: UInt32, from input: inout FuzzInput) {
        for (index, slot) in slots.enumerated() where slot.scope == number + 1 {
            if slot.is_fact == 0 {
                file[index] = memory.withList(memory.owned(input.value(Int32(slot.type), slot: index)))
            } else {
                file[index].state = UInt8(ERPK_S_ABSENT)
            }
        }
    }

    private mutating func block(
        _ number: UInt32, _ quantifier: erpk_quantifier, full: Bool, _ facts: FuzzInput, _ fold: inout erpk_fold
    ) {
        let base = header.slot_count &+ header.constant_count
        poison(Int(base &+ quantifier.first)..<Int(base &+ quantifier.last))
        var run = erpk_run()
        run.rule = number
        run.full = full ? 1 : 0
        for _ in 0...(header.slot_count &+ header.code_count) {
            let outcome = erpk_row(program.bytes, &file, &run, &fold)
            if !goOn(outcome, &run, facts) { return expect(outcome == ERPK_PASSED) }
        }
        expect(false)
    }

    /// Leaves a row in the slots, each value of it computed, or none.
    private mutating func leave(_ witness: FuzzInput?, of number: UInt32) {
        guard var row = witness else {
            for (index, slot) in slots.enumerated() where slot.scope == number + 1 {
                file[index].state = UInt8(ERPK_S_ABSENT)
            }
            return
        }
        let quantifier = read(header.quantifiers, number, as: erpk_quantifier.self)
        let showed = showsRow
        showsRow = true
        fillRow(number, from: &row)
        var scratch = erpk_fold()
        block(number, quantifier, full: true, row, &scratch)
        showsRow = showed
    }

    /// Reads the rule's quantifiers once more for the rows that tell most; what they amount to stays as it was judged.
    mutating func showWitnesses(rule: UInt32, _ facts: FuzzInput) {
        for number in 0..<header.quantifier_count {
            let quantifier = read(header.quantifiers, number, as: erpk_quantifier.self)
            let index = Int(quantifier.slot)
            let judged = file[index]
            guard quantifier.rule == rule, quantifier.parent == 0, judged.state != UInt8(ERPK_S_ABSENT) else {
                continue
            }
            var facts = facts
            _ = facts.slice(Int(slots[index].key % 8) * 4)
            _ = quantify(number, keep: true, into: whole, facts)
            file[index] = judged
        }
    }

    /// How many are left, each greater than the one before.
    private func distinct(_ values: inout [erpk_value]) -> UInt64 {
        let count = Int(erpk_distinct(&values, UInt32(values.count)))
        expect(count > 0 && count <= values.count)
        for index in 1..<max(count, 1) { expect(values[index - 1].order(against: values[index]) < 0) }
        return UInt64(count)
    }
}
