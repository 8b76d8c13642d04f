import CErpKernel

/// The four targets. What they take from an input is told in docs/fuzzing.md.
struct KernelFuzz {
    private let catalogue = FuzzCatalogue()

    /// Arbitrary bytes as a rule: scanned and compiled, both with one verdict about its form.
    func compile(_ bytes: UnsafeBufferPointer<UInt8>) {
        var fault = erpk_fault()
        var needed: UInt32 = 0
        var listing = [UInt8](repeating: 0, count: 64)
        let status = erpk_scan(bytes.baseAddress, UInt32(bytes.count), &listing, UInt32(listing.count), &needed, &fault)
        expect(status == fault.code)
        let (program, faults) = catalogue.program([(bytes, 0)])
        // Whatever scanning refuses, compiling refuses alike.
        expect(status == ERPK_OK || faults.first?.code == status)
        let literals = erpk_scan_literals(
            bytes.baseAddress, UInt32(bytes.count), &listing, UInt32(listing.count), &needed)
        expect(literals == status)
        var registers = FuzzRegisters(program)
        expect(registers.prepare())
    }

    /// Two rules of one program, judged on values from the rest of the input with all short cuts and with none.
    func evaluate(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let first = input.untilNul()
        let second = input.untilNul()
        let (program, faults) = catalogue.program([(first, UInt32(input.byte() & 7)), (second, 0)])
        var registers = FuzzRegisters(program)
        expect(registers.prepare())
        registers.poison()
        registers.fillColumns(from: &input)
        for rule in UInt32(0)..<2 {
            var short = registers
            let verdict = short.judge(rule: rule, full: false, facts: input)
            registers.poison()
            expect(registers.judge(rule: rule, full: true, facts: input) == verdict)
            guard faults[Int(rule)].code == ERPK_OK else { continue }
            expect(verdict != ERPK_BROKEN)
            for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
                let text = registers.explanation(rule: rule, what)
                if what == ERPK_EXPLAIN_TRACE { expectJSON(text) }
                if what == ERPK_EXPLAIN_VIOLATION { expectJSON([0x7B] + text + [0x7D]) }
            }
        }
        screen(program, input)
    }

    /// Of two rows with equal states of the atoms, every closed rule thinks the same; and a row that all closed rules let
    /// pass is judged alike without them.
    private func screen(_ program: [UInt8], _ input: FuzzInput) {
        var input = input
        var seen: (key: [UInt64], verdicts: [Int32])?
        for _ in 0..<2 {
            var registers = FuzzRegisters(program)
            expect(registers.prepare())
            registers.fillColumns(from: &input)
            let before = registers
            var screened = erpk_run()
            let key = registers.screen(&screened)
            var verdicts: [Int32] = []
            for rule in UInt32(0)..<registers.header.rule_count {
                let entry: erpk_entry = registers.read(registers.header.rules, Int(rule))
                guard entry.is_closed != 0 else { continue }
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

    /// A compiled program with bytes changed: refused when it is prepared, or harmless when run and explained.
    func program(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        var (program, _) = catalogue.program([(input.untilNul(), UInt32(ERPK_RULE_ANY_TYPE))])
        while !input.isAtEnd {
            let offset = Int(input.byte()) << 8 | Int(input.byte())
            program[offset % program.count] = input.byte()
        }
        var registers = FuzzRegisters(program)
        guard registers.prepare() else { return }
        var run = erpk_run()
        _ = registers.screen(&run)
        _ = registers.judge(rule: 0, full: false, facts: input)
        _ = registers.judge(rule: 0, full: true, facts: input)
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
