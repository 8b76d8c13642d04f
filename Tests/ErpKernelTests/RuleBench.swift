import CErpKernel

@testable import ErpKernel

/// Drives the kernel through its C ABI as the shim does, with names resolved from JSON.
struct RuleBench {
    enum Outcome: Equatable {
        case verdict(Bool?)
        case refused(Int32)
    }

    let document: JSONDocument
    let root: Int

    init(line: String) throws {
        let bytes = Array(line.utf8)
        document = try bytes.withUnsafeBufferPointer {
            var reader = JSONReader(ByteView($0.baseAddress, count: $0.count))
            return try reader.read()
        }
        root = 0
    }

    func text(_ key: StaticString) -> String {
        String(decoding: document[document.member(root, key) ?? -1].text, as: UTF8.self)
    }

    /// What the line expects.
    var expected: Outcome {
        if document.member(root, "error") != nil { return .refused(Int32(text("error").dropFirst(2)) ?? 0) }
        let verdict = document[document.member(root, "verdict") ?? -1]
        return .verdict(verdict.kind == .bool ? verdict.text.equals("true") : nil)
    }

    func run() -> Outcome {
        RuleBench.run(ast: RuleBench.render(document, document.member(root, "ast") ?? -1), resolve: resolve)
    }

    /// Compiles and evaluates one rule.
    static func run(ast: [UInt8], resolve: ([UInt8]) -> erpk_value?) -> Outcome {
        var listing = [UInt8](repeating: 0, count: 65_536)
        var needed: UInt32 = 0
        var fault = erpk_fault()
        let status = erpk_scan(ast, UInt32(ast.count), &listing, UInt32(listing.count), &needed, &fault)
        guard status == ERPK_OK else { return .refused(status) }
        let words = listing[0..<Int(needed)].split(separator: 0, omittingEmptySubsequences: false).map { [UInt8]($0) }
        var values: [erpk_value] = []
        var names: [[UInt8]] = []
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            guard let value = resolve(words[index]) else { return .refused(ERPK_UNKNOWN_NAME) }
            names.append(words[index])
            values.append(value)
        }
        return judge(ast, names, values)
    }

    private static func judge(_ ast: [UInt8], _ names: [[UInt8]], _ values: [erpk_value]) -> Outcome {
        let pool = names.flatMap { $0 }
        var program = [UInt8](repeating: 0, count: 1_000_000)
        var needed: UInt32 = 0
        var fault = erpk_fault()
        pool.withUnsafeBufferPointer { pool in
            ast.withUnsafeBufferPointer { ast in
                var offset = 0
                var resolved: [erpk_name] = []
                for (key, name) in names.enumerated() {
                    resolved.append(
                        erpk_name(
                            text: pool.baseAddress.map { $0 + offset }, length: UInt32(name.count), key: UInt32(key),
                            type: values[key].type, is_fact: 0))
                    offset += name.count
                }
                resolved.withUnsafeBufferPointer { resolved in
                    var rule = erpk_rule(
                        ast: ast.baseAddress, ast_length: UInt32(ast.count), flags: 0, names: resolved.baseAddress,
                        name_count: UInt32(resolved.count))
                    _ = erpk_compile(&rule, 1, &program, UInt32(program.count), &needed, &fault)
                }
            }
        }
        guard fault.code == ERPK_OK else { return .refused(fault.code) }
        return evaluate(program, needed, values)
    }

    private static func evaluate(_ program: [UInt8], _ size: UInt32, _ values: [erpk_value]) -> Outcome {
        program.withUnsafeBufferPointer { program in
            let header = Program(prepared: program.baseAddress)?.header ?? erpk_program()
            var registers = [erpk_value](repeating: erpk_value(), count: Int(header.register_count))
            guard erpk_prepare(program.baseAddress, size, &registers, header.register_count) == ERPK_OK else {
                return .refused(ERPK_INTERNAL)
            }
            for index in 0..<header.slot_count {
                let key = Program(prepared: program.baseAddress)?.slot(index).key ?? 0
                registers[Int(index)] = values[Int(key)]
            }
            var run = erpk_run()
            let outcome = erpk_evaluate(program.baseAddress, &registers, &run)
            var explanation = [UInt8](repeating: 0, count: 64)
            for what in ERPK_EXPLAIN_TRACE...ERPK_EXPLAIN_ERROR {
                _ = erpk_explain(program.baseAddress, registers, 0, what, &explanation, UInt32(explanation.count))
            }
            switch outcome {
            case ERPK_PASSED: return .verdict(true)
            case ERPK_VIOLATED: return .verdict(false)
            case ERPK_UNKNOWN: return .verdict(nil)
            default: return .refused(ERPK_ARITHMETIC)
            }
        }
    }

    // MARK: - Names

    private static let attributes: [[UInt8]] = [
        "agent.kind", "agent.id", "agent.role_name", "agent.display_name", "agent.financial_authority_limit",
        "agent.operational_status", "tx.now", "tx.operation", "tx.user",
    ].map { (name: String) in Array(name.utf8) }

    private func resolve(_ name: [UInt8]) -> erpk_value? {
        var path = name.split(separator: 0x2E).map { [UInt8]($0) }
        let context = document.member(root, "context") ?? -1
        if path.count > 1, path.first?.equals("agent") == true || path.first?.equals("tx") == true,
            !RuleBench.attributes.contains(name)
        {
            return nil
        }
        if path.first?.equals("new") == true, path.count > 1 {
            path.removeFirst()
            let operation = document.member(document.member(context, "tx") ?? -1, "operation") ?? -1
            if document[operation].text.equals("DELETE") { return .null(ERPK_T_NULL) }
        }
        if let facts = document.member(context, "facts") {
            let key = [UInt8](path.joined(separator: [0x2E]))
            for child in document.children(facts) where document[child].key == key { return value(child) }
        }
        var node = document.member(root, "record") ?? -1
        if path.first?.equals("old") == true {
            (node, path) = (document.member(context, "old") ?? -1, [[UInt8]](path.dropFirst()))
        }
        if path.first?.equals("agent") == true {
            (node, path) = (document.member(context, "agent") ?? -1, [[UInt8]](path.dropFirst()))
        }
        if path.first?.equals("tx") == true {
            (node, path) = (document.member(context, "tx") ?? -1, [[UInt8]](path.dropFirst()))
        }
        for step in path { node = document.children(node).first { document[$0].key == step } ?? -1 }
        return value(node, isInstant: name == [UInt8]("tx.now"))
    }

    private func value(_ index: Int, isInstant: Bool = false) -> erpk_value {
        let node = document[index]
        if isInstant {
            var reader = LiteralReader(node.text)
            return reader.read(ERPK_T_TIMESTAMPTZ) ?? .null(ERPK_T_TIMESTAMPTZ)
        }
        switch node.kind {
        case .bool: return .bool(node.text.equals("true"))
        case .number:
            var value = erpk_value()
            return erpk_parse(ERPK_T_NUMBER, node.text, UInt32(node.text.count), &value) == ERPK_OK ? value : overflow
        case .string:
            // The tests are short-lived: the text stays for the process.
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: node.text.count + 1)
            copy.initialize(from: node.text, count: node.text.count)
            return .text(UnsafePointer(copy), length: UInt32(node.text.count), type: ERPK_T_TEXT)
        case .object, .array: return .text(nil, length: 0, type: ERPK_T_OPAQUE)
        case .null: return .null(ERPK_T_NULL)
        }
    }

    private var overflow: erpk_value {
        var value = erpk_value.error(ERPK_E_OVERFLOW)
        value.type = UInt8(ERPK_T_NUMBER)
        return value
    }

    /// A JSON value as text again.
    static func render(_ document: JSONDocument, _ index: Int) -> [UInt8] {
        let node = document[index]
        let children = document.children(index)
        switch node.kind {
        case .null: return [UInt8]("null")
        case .bool, .number: return node.text
        case .string: return quoted(node.text)
        case .array: return [0x5B] + [UInt8](children.map { render(document, $0) }.joined(separator: [0x2C])) + [0x5D]
        case .object:
            let members = children.map { quoted(document[$0].key) + [0x3A] + render(document, $0) }
            return [0x7B] + [UInt8](members.joined(separator: [0x2C])) + [0x7D]
        }
    }

    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        [0x22] + text.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : $0 < 0x20 ? [UInt8]("\\u00") + hex($0) : [$0] }
            + [0x22]
    }

    private static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
