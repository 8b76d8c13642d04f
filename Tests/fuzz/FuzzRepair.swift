import CErpKernel

extension FuzzRegisters {
    /// How the kernel may change a slot: only the new row's columns of types that can be compared, and that the write changed.
    private func changeable(_ slot: erpk_slot, kept: UInt8) -> erpk_value {
        var column = erpk_value.null(0)
        column.scale = -1
        guard slot.is_fact != UInt8(ERPK_FACT_QUANTIFIER), slot.scope == 0 else { return column }
        let number = self.column(slot)
        guard number > 0 else { return column }
        column.low = UInt64(number)
        switch Int32(slot.type) {
        case ERPK_T_NULL, ERPK_T_JSON, ERPK_T_OPAQUE: return column
        default: break
        }
        guard slot.is_fact == 0, kept >> (number % 8) & 1 == 0 else { return column }
        column.state = UInt8(ERPK_S_VALUE)
        if slot.type == UInt8(ERPK_T_NUMBER) { column.scale = FuzzCatalogue.scale(ofColumn: number) }
        return column
    }

    /// Whether the column could store it: integers have 64 bits, texts ten characters.
    private func fits(_ value: erpk_value, _ column: erpk_value) -> Bool {
        if value.type == UInt8(ERPK_T_TEXT) { return value.length <= 10 }
        return column.scale != 0 || value.scale == 0 && Int64(exactly: value.integer) != nil
    }

    /// A row with the proposed value in all names of its column and nothing looked up yet.
    private func changed(_ columns: [erpk_value], _ slot: UInt32, to value: erpk_value) -> FuzzRegisters {
        var trial = self
        for (index, other) in slots.enumerated() {
            if other.is_fact != 0 || other.scope > 0 {
                trial.file[index].state = UInt8(ERPK_S_ABSENT)
            } else if columns[index].isValue, columns[index].low == columns[Int(slot)].low {
                trial.file[index] = value
            }
        }
        return trial
    }

    /// Searches for a change of the row that rule 0 was found to refuse, told from what `shown` shows. What is found is of the
    /// column's type and decimals, fits, was the last that passed, and lets a row pass that was never judged. The columns whose
    /// bit of `kept` is set, of eight in turn, are no candidates.
    func repair(shown: FuzzRegisters, untouched: FuzzRegisters, kept: UInt8, _ facts: FuzzInput) -> erpk_repair {
        let columns = slots.map { changeable($0, kept: kept) }
        var (repair, trial, steps) = (erpk_repair(), self, 0)
        var last: (slot: UInt32, value: erpk_value)?
        while erpk_repair_next(program.bytes, shown.file, columns, trial.file, 0, &repair) == ERPK_REPAIR_EVALUATE {
            steps += 1
            expect(steps <= 64 && repair.slot < header.slot_count)
            let column = columns[Int(repair.slot)]
            expect(column.isValue && shown.file[Int(repair.slot)].isValue)
            expect(repair.value.isValue && repair.value.type == slots[Int(repair.slot)].type)
            let isProbe = repair.step == 1
            repair.passed = 0
            guard isProbe || fits(repair.value, column) else { continue }
            trial = changed(columns, repair.slot, to: repair.value)
            guard trial.judge(rule: 0, full: true, facts: facts) == ERPK_PASSED else { continue }
            repair.passed = 1
            if isProbe { continue }
            expect(column.scale < 0 || repair.value.scale <= column.scale)
            if let last, last.slot == repair.slot { expectNearer(repair.value, than: last.value, repair.slot) }
            last = (repair.slot, repair.value)
        }
        expect((last != nil) == (repair.found != 0))
        guard let last else { return repair }
        expect(last.slot == repair.best_slot && last.value.order(against: repair.best) == 0)
        var fresh = untouched.changed(columns, repair.best_slot, to: repair.best)
        expect(fresh.judge(rule: 0, full: false, facts: facts) == ERPK_PASSED)
        return repair
    }

    /// Of two values that pass the one that is told lies nearer to the row's.
    private func expectNearer(_ value: erpk_value, than other: erpk_value, _ slot: UInt32) {
        let own = file[Int(slot)]
        guard own.type == UInt8(ERPK_T_NUMBER), let (near, far) = distances(value, other, own.decimal) else { return }
        expect(near.order(against: far) < 0)
    }

    private func distances(_ value: erpk_value, _ other: erpk_value, _ own: Decimal) -> (Decimal, Decimal)? {
        guard let near = value.decimal.adding(own.negated), let far = other.decimal.adding(own.negated) else {
            return nil
        }
        return (near.coefficient < 0 ? near.negated : near, far.coefficient < 0 ? far.negated : far)
    }

    /// The change as JSON or in words, asked for twice.
    func text(of repair: inout erpk_repair, _ what: Int32) -> [UInt8] {
        let needed = erpk_repair_text(program.bytes, file, &repair, what, nil, 0)
        var text = [UInt8](repeating: 0, count: Int(needed))
        expect(erpk_repair_text(program.bytes, file, &repair, what, &text, needed) == needed)
        return text
    }

    /// Hides the slots whose bit of the mask is set, of eight in turn, as from a user who may not read them.
    func redacted(_ mask: UInt8) -> FuzzRegisters {
        var shown = self
        for index in slots.indices where mask >> (index % 8) & 1 == 1 && shown.file[index].isValue {
            shown.file[index].state = UInt8(ERPK_S_REDACTED)
        }
        return shown
    }
}
