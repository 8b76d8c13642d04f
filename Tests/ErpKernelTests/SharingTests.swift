import CErpKernel
import Testing

@testable import ErpKernel

/// Many rules in one program give the verdicts they give alone.
struct SharingTests {
    /// Compiles rules over number columns a, b, c, … and keeps the program with its registers.
    private final class Judge {
        let program: [UInt8]
        var registers: [erpk_value]
        var header: erpk_program { program.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) } }

        init(_ rules: [String], columns: Int = 8, facts: Set<Int> = []) {
            let names = (0..<columns).map { [UInt8]("abcdefghijklmnop".utf8)[$0] }
            var bytes = [UInt8](repeating: 0, count: 16_000_000)
            var needed: UInt32 = 0
            var faults = [erpk_fault](repeating: erpk_fault(), count: rules.count)
            let asts = rules.map { [UInt8]($0.utf8) }
            let pool = asts.flatMap { $0 }
            names.withUnsafeBufferPointer { names in
                let resolved = (0..<columns).map { column in
                    erpk_name(
                        text: names.baseAddress.map { $0 + column }, length: 1, key: UInt32(column),
                        type: UInt8(ERPK_T_NUMBER), is_fact: facts.contains(column) ? 1 : 0, scope: 0)
                }
                resolved.withUnsafeBufferPointer { resolved in
                    pool.withUnsafeBufferPointer { pool in
                        var offset = 0
                        let texts = asts.map { ast in
                            defer { offset += ast.count }
                            return erpk_rule(
                                ast: pool.baseAddress.map { [offset] in $0 + offset }, ast_length: UInt32(ast.count),
                                flags: 0,
                                names: resolved.baseAddress, name_count: UInt32(columns))
                        }
                        _ = erpk_compile(texts, UInt32(texts.count), &bytes, UInt32(bytes.count), &needed, &faults)
                    }
                }
            }
            program = Array(bytes[0..<Int(needed)])
            registers = []
            registers = [erpk_value](repeating: erpk_value(), count: Int(header.register_count))
            #expect(faults.allSatisfy { $0.code == ERPK_OK })
            #expect(erpk_prepare(program, needed, &registers, header.register_count) == ERPK_OK)
        }

        func load(_ row: [erpk_value]) {
            program.withUnsafeBufferPointer { bytes in
                guard let program = Program(prepared: bytes.baseAddress) else { return }
                for slot in 0..<header.slot_count { registers[Int(slot)] = row[Int(program.slot(slot).key)] }
            }
        }

        /// The first rule that does not pass, and how.
        func verdict(_ run: inout erpk_run) -> (rule: UInt32, outcome: Int32) {
            let outcome = erpk_evaluate(program, &registers, &run)
            return (run.rule, outcome)
        }

        func key() -> [UInt64] {
            var run = erpk_run()
            var key = [UInt64](repeating: 0, count: Int(header.atom_count + 31) / 32 + 1)
            erpk_screen(program, &registers, &run, &key)
            return key
        }
    }

    private static func atom(_ index: Int) -> String {
        let field = Array("abcdefgh")[index % 8]
        return index % 3 == 0
            ? "{\"<=\":[{\"var\":\"\(field)\"},\(index)]}"
            : "{\">\":[{\"+\":[{\"var\":\"\(field)\"},{\"/\":[1,{\"var\":\"a\"}]}]},\(index)]}"
    }

    private static func rules(_ count: Int, over atoms: Int) -> [String] {
        (0..<count).map { number in
            let (one, other) = (atom(number % atoms), atom((number / atoms + number) % atoms))
            return [
                "{\"or\":[\(one),\(other)]}", "{\"implies\":[\(one),\(other)]}",
                "{\"and\":[\(one),{\"not\":\(other)}]}", one,
            ][number % 4]
        }
    }

    private static func value(_ random: inout SplitMix) -> erpk_value {
        switch random.next() % 8 {
        case 0: .null(ERPK_T_NUMBER)
        case 1: .error(ERPK_E_NOT_FINITE)
        default: .number(Decimal(Int128(random.next() % 60), scale: 0))
        }
    }

    @Test("a thousand rules over a hundred conditions compute a hundred conditions")
    func manyRules() {
        let judge = Judge(SharingTests.rules(1_000, over: 100))
        #expect(judge.header.rule_count == 1_000)
        #expect(judge.header.closed_count == 1_000)
        #expect(judge.header.atom_count == 100)
        // each condition is a comparison, two of three with a sum over one shared quotient
        #expect(judge.header.prelude_count <= 201)
    }

    @Test("rules that share parts fail where the first of them fails alone")
    func sameVerdicts() {
        let rules = SharingTests.rules(60, over: 12)
        let together = Judge(rules)
        let alone = rules.map { Judge([$0]) }
        var random = SplitMix(state: 7)
        var failures = 0
        for _ in 0..<400 {
            let row = (0..<8).map { _ in SharingTests.value(&random) }
            together.load(row)
            var run = erpk_run()
            for (number, judge) in alone.enumerated() {
                judge.load(row)
                var single = erpk_run()
                let expected = judge.verdict(&single).outcome
                guard expected != ERPK_PASSED else { continue }
                let found = together.verdict(&run)
                #expect(found.rule == UInt32(number) && found.outcome == expected)
                failures += 1
                run.rule += 1
                run.step = 0
            }
            #expect(together.verdict(&run).outcome == ERPK_PASSED)
        }
        #expect(failures > 1_000)
    }

    @Test("rows with the same key get the same verdict")
    func keys() {
        let judge = Judge(SharingTests.rules(40, over: 6))
        var random = SplitMix(state: 11)
        var verdicts: [[UInt64]: String] = [:]
        for _ in 0..<3_000 {
            judge.load((0..<8).map { _ in SharingTests.value(&random) })
            let key = judge.key()
            var run = erpk_run()
            let found = "\(judge.verdict(&run))"
            if let known = verdicts[key] { #expect(known == found) }
            verdicts[key] = found
        }
        #expect(verdicts.count > 10)
    }

    @Test("a rule that asks for a fact is judged also where the others are passed over")
    func openRules() {
        let judge = Judge(
            ["{\"<=\":[{\"var\":\"a\"},5]}", "{\"<=\":[{\"var\":\"b\"},5]}", "{\"<=\":[{\"var\":\"c\"},5]}"], facts: [1]
        )
        #expect(judge.header.closed_count == 2)
        judge.load((0..<8).map { _ in .number(Decimal(9, scale: 0)) })
        var run = erpk_run()
        run.started = 1
        run.screened = 1
        #expect(judge.verdict(&run) == (1, ERPK_VIOLATED))
        run.rule += 1
        #expect(judge.verdict(&run).outcome == ERPK_PASSED)
    }
}
