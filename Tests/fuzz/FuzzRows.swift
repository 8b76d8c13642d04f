import CErpKernel

extension FuzzRegisters {
    /// Up to four rows of the input through the block of a quantifier, as the shim does it; with `full` every row is read and
    /// the row that tells most stays in the slots.
    mutating func quantify(_ number: UInt32, _ full: UInt32, _ input: FuzzInput) {
        expect(number < header.quantifier_count)
        let quantifier: erpk_quantifier = read(header.quantifiers, Int(number))
        var input = input
        var fold = erpk_fold()
        var collected: [erpk_value] = []
        var witness: (row: FuzzInput, facts: FuzzInput)?
        if quantifier.initial != ERPK_NO_REGISTER {
            expect(quantifier.initial < header.register_count)
            fold.value = file[Int(quantifier.initial)]
        }
        let isThere = self.isThere(quantifier)
        for _ in 0..<(isThere ? input.byte() % 5 : 0) {
            let start = input
            fillRow(number, from: &input)
            block(number, full, input, &fold)
            if fold.flags & UInt32(ERPK_ROW_WITNESS) != 0 { witness = (start, input) }
            if fold.flags & UInt32(ERPK_ROW_COLLECT) != 0 { collected.append(file[Int(quantifier.body)]) }
            if fold.flags & UInt32(ERPK_ROW_DECIDED) != 0, full == 0 { break }
        }
        if !collected.isEmpty { fold.rows = distinct(&collected) }
        if isThere { erpk_fold_result(program, number, &fold, &file[Int(quantifier.slot)]) }
        guard full != 0 else { return }
        if let witness {
            var (row, scratch) = (witness.row, erpk_fold())
            fillRow(number, from: &row)
            block(number, full, witness.facts, &scratch)
        } else {
            for index in 0..<Int(header.slot_count) where slot(index).scope == number + 1 { file[index] = erpk_value() }
        }
    }

    /// Whether the rows are a table's or there is a list of them; if not, the quantifier is what the list is.
    private mutating func isThere(_ quantifier: erpk_quantifier) -> Bool {
        guard quantifier.source != ERPK_NO_REGISTER else { return true }
        expect(quantifier.source < header.register_count)
        let list = file[Int(quantifier.source)]
        if list.isList { return true }
        file[Int(quantifier.slot)] =
            list.isValue ? .misfit(quantifier.source) : list.isError ? list : .null(ERPK_T_JSON)
        return false
    }

    private mutating func fillRow(_ number: UInt32, from input: inout FuzzInput) {
        for index in 0..<Int(header.slot_count) {
            let slot = slot(index)
            guard slot.scope == number + 1 else { continue }
            file[index] = slot.is_fact == 0 ? input.value(Int32(slot.type), slot: index) : erpk_value()
        }
    }

    private mutating func block(_ number: UInt32, _ full: UInt32, _ facts: FuzzInput, _ fold: inout erpk_fold) {
        var run = erpk_run()
        run.rule = number
        run.full = full
        for _ in 0...(header.slot_count &+ header.code_count) {
            let outcome = erpk_row(program, &file, &run, &fold)
            if !goOn(outcome, &run, facts) { return expect(outcome == ERPK_PASSED) }
        }
        expect(false)
    }

    /// How many are left, each greater than the one before.
    private func distinct(_ values: inout [erpk_value]) -> UInt64 {
        let count = Int(erpk_distinct(&values, UInt32(values.count)))
        expect(count > 0 && count <= values.count)
        for index in 1..<max(count, 1) { expect(values[index - 1].order(against: values[index]) < 0) }
        return UInt64(count)
    }
}
