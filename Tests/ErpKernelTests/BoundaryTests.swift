import CErpKernel
import Testing

@testable import ErpKernel

/// The C ABI at its edges.
struct BoundaryTests {
    private func refused(_ ast: String) -> Int32 {
        if case .refused(let code) = RuleBench.run(ast: Array(ast.utf8), resolve: { _ in .null(ERPK_T_NULL) }) {
            return code
        }
        return ERPK_OK
    }

    @Test("the library and the header agree on the ABI version")
    func abiVersion() {
        #expect(erpk_abi_version() == ERPK_ABI_VERSION)
    }

    @Test("64 levels pass and 65 do not")
    func depth() {
        func nested(_ levels: Int) -> String {
            String(repeating: "{\"!\":", count: levels - 1) + "true" + String(repeating: "}", count: levels - 1)
        }
        #expect(refused(nested(64)) == ERPK_OK)
        #expect(refused(nested(65)) == ERPK_LIMIT)
        #expect(refused(nested(5_000)) == ERPK_LIMIT)
        #expect(refused(String(repeating: "[", count: 30_000)) == ERPK_LIMIT)
    }

    @Test("4,096 nodes pass and 4,097 do not")
    func nodes() {
        func wide(_ nodes: Int) -> String {
            "{\"and\":[" + Array(repeating: "true", count: nodes - 1).joined(separator: ",") + "]}"
        }
        #expect(refused(wide(4_096)) == ERPK_OK)
        #expect(refused(wide(4_097)) == ERPK_LIMIT)
    }

    @Test("64 KiB pass and one byte more does not")
    func size() {
        func padded(_ bytes: Int) -> String { "true" + String(repeating: " ", count: bytes - 4) }
        #expect(refused(padded(65_536)) == ERPK_OK)
        #expect(refused(padded(65_537)) == ERPK_LIMIT)
    }

    @Test(
        "what is not JSON is malformed",
        arguments: ["", "{", "[1,", "{\"a\"}", "nul", "\"\\u0000\"", "\"\\ud800\"", "1 2", "-", "{\"a\":1,}", "\"a"])
    func malformed(_ text: String) {
        #expect(refused(text) == ERPK_MALFORMED)
    }

    @Test("a program that was tampered with is refused or runs; it never traps")
    func tampered() {
        var random = SplitMix(state: 7)
        let program = RuleBenchProgram.sample()
        for _ in 0..<20_000 {
            var bytes = program
            for _ in 0..<(1 + random.next() % 3) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            RuleBenchProgram.run(bytes)
        }
    }

    @Test("a program with quantifiers that was tampered with is refused or runs; it never traps")
    func tamperedQuantifier() {
        var random = SplitMix(state: 11)
        let rule = """
            {"and":[{"exists":{"in":"r","as":"e","where":{"and":[{"==":[{"var":"e.a"},1]},{">":[{"var":"e.a"},0]}]},\
            "satisfies":{"<":[{"sum":{"in":"r","as":"f","of":{"var":"f.a"}}},9]}}},\
            {"<":[{"count":{"in":"r","as":"e"}},3]}]}
            """
        let scene = BenchScene()
        for (scope, name) in [("=1", "r"), ("=2", "r"), ("=3", "r"), ("1", "e.a"), ("2", "f.a")] {
            _ = scene.add(
                Array(scope.utf8), Array(name.utf8), [0x61], { _ in nil }, { _ in [{ _ in .bool(true) }] })
        }
        let program = scene.program(Array(rule.utf8))
        #expect(RuleBenchProgram.isAccepted(program))
        for _ in 0..<20_000 {
            var bytes = program
            for _ in 0..<(1 + random.next() % 3) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            RuleBenchProgram.run(bytes)
        }
    }

    @Test("a constant that would be written with four billion zeros is refused")
    func tamperedDisplay() {
        var program = RuleBenchProgram.sample()
        let header = program.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
        #expect(RuleBenchProgram.isAccepted(program))
        let display = Int(header.constants) + 4
        program.replaceSubrange(display..<(display + 4), with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(!RuleBenchProgram.isAccepted(program))
    }

    @Test("a program whose values double too often is refused: explaining it would double with every use")
    func tamperedTree() {
        // x0 = 1 + 1, x1 = x0 + x0, … as no parsed rule can write it
        for (doublings, accepted) in [(8, true), (20, false)] {
            var ast = "1"
            for step in 0..<doublings { ast = "{\"+\":[\(ast),\(step)]}" }
            var program = RuleBenchProgram.sample("{\"==\":[\(ast),1]}")
            let header = program.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
            for index in 0..<doublings {
                let code = Int(header.code) + index * MemoryLayout<erpk_code>.stride
                program.replaceSubrange((code + 8)..<(code + 12), with: program[(code + 4)..<(code + 8)])
            }
            #expect(RuleBenchProgram.isAccepted(program) == accepted)
        }
    }

    @Test("random bytes and mutated rules never trap")
    func fuzz() {
        var random = SplitMix(state: 42)
        let seeds = VectorTests.lines.compactMap { try? RuleBench(line: $0) }.map {
            RuleBench.render($0.document, $0.document.member(0, "ast") ?? -1)
        }
        for round in 0..<20_000 {
            var ast = seeds[round % seeds.count]
            for _ in 0..<(1 + random.next() % 6) where !ast.isEmpty {
                let index = Int(random.next() % UInt64(ast.count))
                switch random.next() % 4 {
                case 0: ast[index] = UInt8(truncatingIfNeeded: random.next())
                case 1: ast.remove(at: index)
                case 2: ast.insert(contentsOf: ast[index..<min(ast.count, index + Int(random.next() % 24))], at: index)
                default: ast[index] = Array("0123456789.-e\"{}[],:tfn".utf8)[Int(random.next() % 23)]
                }
            }
            let value: erpk_value =
                random.next() % 2 == 0 ? .number(Decimal(Int128(random.next()), scale: 3)) : .null(ERPK_T_NULL)
            _ = RuleBench.run(ast: ast, resolve: { _ in value }, rows: { _ in [{ _ in value }, { _ in value }] })
        }
    }
}

/// A small generator with a fixed sequence, so that a failure repeats.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A compiled program to damage.
enum RuleBenchProgram {
    static let rule =
        "{\"and\":[{\"<\":[{\"+\":[1,2,3]},9]},{\"in\":[\"a\",[\"b\",\"c\"]]},{\"if\":[true,{\"!\":false},false]}]}"

    static func sample(_ text: String = rule) -> [UInt8] {
        let ast = Array(text.utf8)
        var program = [UInt8](repeating: 0, count: 8_192)
        var needed: UInt32 = 0
        var fault = erpk_fault()
        ast.withUnsafeBufferPointer { ast in
            var rule = erpk_rule(
                ast: ast.baseAddress, ast_length: UInt32(ast.count), flags: 0, names: nil, name_count: 0)
            _ = erpk_compile(&rule, 1, &program, UInt32(program.count), &needed, &fault)
        }
        return [UInt8](program[0..<Int(needed)])
    }

    static func isAccepted(_ bytes: [UInt8]) -> Bool {
        let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: erpk_program.self) }
        var registers = [erpk_value](repeating: erpk_value(), count: Int(header.register_count))
        return erpk_prepare(bytes, UInt32(bytes.count), &registers, header.register_count) == ERPK_OK
    }

    static func run(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { program in
            var registers = [erpk_value](repeating: erpk_value(), count: 4_096)
            guard let header = Program(prepared: program.baseAddress)?.header, header.register_count <= 4_096,
                erpk_prepare(program.baseAddress, UInt32(bytes.count), &registers, header.register_count) == ERPK_OK
            else { return }
            var run = erpk_run()
            _ = erpk_evaluate(program.baseAddress, &registers, &run)
            for quantifier in 0..<header.quantifier_count {
                var row = erpk_run()
                var fold = erpk_fold()
                row.rule = quantifier
                _ = erpk_row(program.baseAddress, &registers, &row, &fold)
                erpk_fold_result(program.baseAddress, quantifier, &fold, &registers[0])
            }
            for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
                _ = erpk_explain(program.baseAddress, registers, 0, what, nil, 0)
            }
        }
    }
}
