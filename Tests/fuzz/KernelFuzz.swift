import CErpKernel

/// The targets. What they take from an input is told in docs/fuzzing.md.
struct KernelFuzz {
    private let catalogue = FuzzCatalogue()

    /// Arbitrary bytes as a rule: scanned and compiled, both with one verdict about its form.
    func compile(_ bytes: UnsafeBufferPointer<UInt8>) {
        var fault = erpk_fault()
        var needed: UInt32 = 0
        var listing = [UInt8](repeating: 0, count: 64)
        let status = erpk_scan(bytes.baseAddress, UInt32(bytes.count), &listing, UInt32(listing.count), &needed, &fault)
        expect(status == fault.code)
        let program = FuzzProgram(catalogue, [(bytes, 0)])
        // Whatever scanning refuses, compiling refuses alike.
        expect(status == ERPK_OK || program.faults.first?.code == status)
        let literals = erpk_scan_literals(
            bytes.baseAddress, UInt32(bytes.count), &listing, UInt32(listing.count), &needed)
        expect(literals == status)
        expect(FuzzRegisters(program) != nil)
    }

    /// Two rules of one program, judged on values from the rest of the input as the gate does it, and each again alone without
    /// short cuts.
    func evaluate(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let (first, second, flags) = (input.untilNul(), input.untilNul(), input.byte())
        let program = FuzzProgram(catalogue, [(first, UInt32(flags & 7)), (second, 0)])
        guard var registers = FuzzRegisters(program) else { return expect(false) }
        registers.fillColumns(from: &input)
        let outcomes = walk(registers, flags, input)
        for rule in UInt32(0)..<2 where program.faults[Int(rule)].code == ERPK_OK {
            var alone = registers
            alone.readsAll = flags & 8 != 0
            expect(alone.judge(rule: rule, full: true, facts: input) == outcomes[Int(rule)])
            guard outcomes[Int(rule)] == ERPK_PASSED, flags & 16 != 0 else { continue }
            alone.showWitnesses(rule: rule, input)
            expectJSON(alone.explanation(rule: rule, ERPK_EXPLAIN_TRACE))
        }
        screen(registers, input)
    }

    /// One run from rule to rule, as of a row with shadow rules; each rule that does not hold is judged again in full and explained.
    private func walk(_ row: FuzzRegisters, _ flags: UInt8, _ facts: FuzzInput) -> [Int32] {
        var registers = row
        var run = erpk_run()
        var outcomes = [Int32](repeating: ERPK_PASSED, count: Int(row.header.rule_count))
        while true {
            let outcome = registers.judge(&run, facts: facts)
            if outcome == ERPK_PASSED { return outcomes }
            let rule = run.rule
            outcomes[Int(rule)] = outcome
            expect((outcome == ERPK_BROKEN) == (row.program.faults[Int(rule)].code != ERPK_OK))
            if outcome != ERPK_BROKEN {
                run.full = 1
                run.step = 0
                expect(registers.judge(&run, facts: facts) == outcome)
                expect(run.rule == rule)
                run.full = 0
                registers.showWitnesses(rule: rule, facts)
                explain(flags & 32 == 0 ? registers : registers.redacted(0x55), rule)
            }
            run.rule += 1
            run.step = 0
        }
    }

    private func explain(_ registers: FuzzRegisters, _ rule: UInt32) {
        for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
            let text = registers.explanation(rule: rule, what)
            if what == ERPK_EXPLAIN_TRACE { expectJSON(text) }
            if what == ERPK_EXPLAIN_VIOLATION { expectJSON([0x7B] + text + [0x7D]) }
        }
    }

    /// Of two rows with equal states of the atoms, every closed rule thinks the same; and a row that all closed rules let
    /// pass is judged alike without them.
    private func screen(_ row: FuzzRegisters, _ input: FuzzInput) {
        guard row.header.closed_count > 0 else { return }
        var input = input
        var seen: (key: [UInt64], verdicts: [Int32])?
        for number in 0..<2 {
            var registers = row
            if number > 0 { registers.fillColumns(from: &input) }
            let before = registers
            var screened = erpk_run()
            let key = registers.screen(&screened)
            var verdicts: [Int32] = []
            for rule in UInt32(0)..<row.header.rule_count where row.rule(rule).is_closed != 0 {
                var single = before
                verdicts.append(single.judge(rule: rule, full: false, facts: input))
            }
            if let seen, seen.key == key { expect(seen.verdicts == verdicts) }
            seen = (key, verdicts)
            guard verdicts.allSatisfy({ $0 == ERPK_PASSED }) else { continue }
            screened.screened = 1
            var (whole, all) = (before, erpk_run())
            let outcome = whole.judge(&all, facts: input)
            expect(registers.judge(&screened, facts: input) == outcome)
            expect(screened.rule == all.rule)
        }
    }

    /// The smallest change that lets a refused row pass: it does, and it is told in both forms.
    func repair(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let (rule, flags, mask) = (input.untilNul(), input.byte(), input.byte())
        let program = FuzzProgram(catalogue, [(rule, UInt32(flags & 3))])
        guard var registers = FuzzRegisters(program) else { return expect(false) }
        registers.fillColumns(from: &input)
        let untouched = registers
        guard registers.judge(rule: 0, full: true, facts: input) == ERPK_VIOLATED else { return }
        registers.showWitnesses(rule: 0, input)
        let shown = flags & 4 == 0 ? registers : registers.redacted(mask)
        let kept = flags & 8 == 0 ? 0 : mask
        var change = registers.repair(shown: shown, untouched: untouched, kept: kept, input)
        if flags & 12 != 0, mask == 0xFF { expect(change.found == 0) }
        guard change.found != 0 else { return }
        expectJSON([0x7B] + shown.text(of: &change, ERPK_CHANGE_JSON) + [0x7D])
        expect(!shown.text(of: &change, ERPK_CHANGE_TEXT).isEmpty)
    }

    /// A compiled program with bytes changed: refused when it is prepared, or harmless when run and explained.
    func program(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        var program = FuzzProgram(catalogue, [(input.untilNul(), UInt32(ERPK_RULE_ANY_TYPE))])
        while !input.isAtEnd {
            let offset = Int(input.byte()) << 8 | Int(input.byte())
            program.bytes[offset % program.bytes.count] = input.byte()
        }
        guard var registers = FuzzRegisters(program, isDamaged: true) else { return }
        var run = erpk_run()
        _ = registers.screen(&run)
        _ = registers.judge(rule: 0, full: false, facts: input)
        _ = registers.judge(rule: 0, full: true, facts: input)
        registers.showWitnesses(rule: 0, input)
        for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR { _ = registers.explanation(rule: 0, what) }
    }

    /// Arbitrary bytes as JSON: what is read and written again reads the same.
    func json(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let document = read(bytes) else { return }
        let text = JSONWriter(document).text
        guard text.count <= Int(ERPK_MAX_RULE_BYTES) else { return }
        let again = text.withUnsafeBufferPointer { read($0) }
        expect(again.map { JSONWriter($0).text == text } == true)
    }

    private func read(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONDocument? {
        var reader = JSONReader(ByteView(bytes.baseAddress, count: bytes.count))
        return try? reader.read()
    }

    /// Well formed, or too large for this reader to tell.
    private func expectJSON(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(ByteView(bytes.baseAddress, count: bytes.count))
            do throws(RuleFault) { _ = try reader.read() } catch { expect(error.code == ERPK_LIMIT) }
        }
    }
}
