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
        var registers = FuzzRegisters(program)
        expect(registers.prepare(program))
    }

    /// Two rules of one program, judged on values from the rest of the input with all short cuts and with none.
    func evaluate(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let first = input.untilNul()
        let second = input.untilNul()
        let (program, faults) = catalogue.program([(first, UInt32(input.byte() & 7)), (second, 0)])
        var registers = FuzzRegisters(program)
        expect(registers.prepare(program))
        registers.poison()
        registers.fillColumns(program, from: &input)
        for rule in UInt32(0)..<2 {
            var short = registers
            let verdict = short.judge(program, rule: rule, full: false, facts: input)
            registers.poison()
            expect(registers.judge(program, rule: rule, full: true, facts: input) == verdict)
            guard faults[Int(rule)].code == ERPK_OK else { continue }
            expect(verdict != ERPK_BROKEN)
            for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
                let text = registers.explanation(program, rule: rule, what)
                if what == ERPK_EXPLAIN_TRACE { expectJSON(text) }
                if what == ERPK_EXPLAIN_VIOLATION { expectJSON([0x7B] + text + [0x7D]) }
            }
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
        guard registers.prepare(program) else { return }
        _ = registers.judge(program, rule: 0, full: false, facts: input)
        _ = registers.judge(program, rule: 0, full: true, facts: input)
        for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR { _ = registers.explanation(program, rule: 0, what) }
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
