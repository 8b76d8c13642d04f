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
        RuleBench.run(ast: RuleBench.render(document, document.member(root, "ast") ?? -1), resolve: resolve, rows: rows)
    }

    /// Compiles and evaluates one rule; without rows there are no relations.
    static func run(
        ast: [UInt8], resolve: ([UInt8]) -> erpk_value?, rows: ([UInt8]) -> [RowOfValues]? = { _ in nil }
    ) -> Outcome {
        var listing = [UInt8](repeating: 0, count: 262_144)
        var needed: UInt32 = 0
        var fault = erpk_fault()
        let status = erpk_scan(ast, UInt32(ast.count), &listing, UInt32(listing.count), &needed, &fault)
        guard status == ERPK_OK else { return .refused(status) }
        let scene = BenchScene()
        let words = listing[0..<Int(needed)].split(separator: 0, omittingEmptySubsequences: false).map { [UInt8]($0) }
        for index in stride(from: 0, to: words.count - 3, by: 4) {
            let code = scene.add(words[index], words[index + 1], words[index + 2], resolve, rows)
            if code != ERPK_OK { return .refused(code) }
        }
        return scene.judge(ast)
    }

    // MARK: - Names

    private static let attributes: [[UInt8]] = [
        "agent.kind", "agent.id", "agent.role_name", "agent.display_name", "agent.financial_authority_limit",
        "agent.operational_status", "tx.now", "tx.as_of", "tx.today", "tx.operation", "tx.user",
    ].map { (name: String) in Array(name.utf8) }

    private func resolve(_ name: [UInt8]) -> erpk_value? {
        var path = (name == [UInt8]("tx.as_of") ? [UInt8]("tx.now") : name).split(separator: 0x2E).map { [UInt8]($0) }
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
        for step in path { node = member(node, step) }
        if name == [UInt8]("tx.today") { return moment(node, ERPK_T_DATE) }
        let isInstant = name == [UInt8]("tx.now") || name == [UInt8]("tx.as_of")
        return isInstant ? moment(node, ERPK_T_TIMESTAMPTZ) : value(node)
    }

    /// The rows that the context gives for a relation.
    private func rows(_ relation: [UInt8]) -> [RowOfValues]? {
        let given = document.member(document.member(root, "context") ?? -1, "relations") ?? -1
        guard let list = document.children(given).first(where: { document[$0].key == relation }) else { return nil }
        return document.children(list).map { row in
            { member in
                var node = row
                for step in member.split(separator: 0x2E) {
                    node = self.member(node, [UInt8](step))
                }
                return value(node)
            }
        }
    }

    private func member(_ index: Int, _ step: [UInt8]) -> Int {
        let children = document.children(index)
        if document[index].kind == .array {
            guard let position = Int(String(decoding: step, as: UTF8.self)) else { return -1 }
            return children.indices.contains(position) ? children[position] : -1
        }
        return children.first { document[$0].key == step } ?? -1
    }

    /// Nil for a text that is none, as a name that cannot be resolved.
    private func moment(_ index: Int, _ type: Int32) -> erpk_value? {
        if document[index].kind == .null { return .null(type) }
        var reader = LiteralReader(document[index].text)
        return reader.read(type)
    }

    private func value(_ index: Int) -> erpk_value {
        let node = document[index]
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
        case .object, .array: return .integer(0, type: ERPK_T_JSON)
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
