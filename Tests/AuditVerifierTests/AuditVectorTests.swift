import Foundation
import Testing

@testable import AuditVerifier

/// The published vectors, which the writer in the database gives too, recomputed by the verifier's own code.
struct AuditVectorTests {
    static let vectors: [JSON] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try? String(contentsOf: folder.appending(path: "../vectors/audit.jsonl"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").compactMap { JSON(Array($0.utf8)) }
    }()

    private let hasher = Hasher()

    private static func vectors(of kind: String) -> [JSON] { vectors.filter { $0[kind] != nil } }

    private func bytes(_ json: JSON?) throws -> [UInt8] { try #require(json?.string.flatMap { Hex.bytes($0) }) }

    private func digest(_ json: JSON?) throws -> Digest { try #require(Digest(bytes(json))) }

    @Test("there are more than thirty, and every one is of a kind that is checked here")
    func present() {
        let kinds = ["value", "image", "layout", "payload", "leaf", "row", "tree"]
        #expect(AuditVectorTests.vectors.count > 30)
        #expect(kinds.map { AuditVectorTests.vectors(of: $0).count }.reduce(0, +) == AuditVectorTests.vectors.count)
    }

    /// What a value is read as, where PostgreSQL's text is the one this tool shows.
    private func expected(_ value: JSON) -> String? {
        if value["text"] == .null { return "NULL" }
        let alike = [
            "boolean", "smallint", "integer", "bigint", "oid", "xid8", "numeric", "text", "name", "bytea", "date",
            "uuid",
        ]
        return alike.contains(value["type"]?.string ?? "") ? value["text"]?.string : nil
    }

    @Test("every value is read as what it is", arguments: vectors(of: "value"))
    func value(_ vector: JSON) throws {
        let encoded = try bytes(vector["hex"])
        let head = try ValueHead(encoded.span, at: 0)
        #expect(head.end == encoded.count)
        if let expected = vector["value"].flatMap(expected) { #expect(head.described(encoded) == expected) }
    }

    @Test("every image has its columns", arguments: vectors(of: "image"))
    func image(_ vector: JSON) throws {
        guard case .array(let columns) = vector["image"] else { return }
        let leaf = try bytes(AuditVectorTests.vectors(of: "leaf").first?["hex"])
        let salted = [UInt8](repeating: 0, count: 16) + (try bytes(vector["hex"]))
        let lines = LeafDescription(FoundLeaf(position: 1, row: nil, encoding: leaf, saltedPayload: salted)).lines
        let shown = lines.filter { $0.hasPrefix("  column ") }
        #expect(shown.count == columns.count)
        for (index, column) in columns.enumerated() {
            if let expected = expected(column) { #expect(shown[index] == "  column \(index + 1) = \(expected)") }
        }
    }

    @Test("every layout has its hash", arguments: vectors(of: "layout"))
    func layout(_ vector: JSON) throws {
        guard let layout = vector["layout"], case .array(let pairs) = layout["columns"] else { return }
        let columns = pairs.compactMap { $0.strings?.first.map(jsonString) }.joined(separator: ", ")
        let types = pairs.compactMap { $0.strings?.last.map(jsonString) }.joined(separator: ", ")
        let table = jsonString(try #require(layout["table"]?.string))
        let json = #"{"table": \#(table), "columns": [\#(columns)], "types": [\#(types)]}"#
        #expect(try Layout(json: Array(json.utf8)).hash(hasher) == digest(vector["hash"]))
    }

    @Test("every payload has its hash", arguments: vectors(of: "payload"))
    func payload(_ vector: JSON) throws {
        let salted = try bytes(vector["payload"]?["salt"]) + bytes(vector["payload"]?["payload"])
        #expect(try hasher.hash(salted) == digest(vector["hash"]))
    }

    @Test("every leaf has its fields and its hash", arguments: vectors(of: "leaf"))
    func leaf(_ vector: JSON) throws {
        guard let leaf = vector["leaf"], case .object(let fields) = leaf else { return }
        let encoding = try bytes(vector["hex"])
        #expect(try hasher.leaf(encoding.span) == digest(vector["hash"]))
        let head = try LeafHead(encoding.span, ledger: try #require(uuidBytes(leaf["ledger"]?.string ?? "")))
        #expect(head.payload == leaf["payload"]?.string.flatMap { Digest(hex: $0) })
        let lines = LeafDescription(FoundLeaf(position: 1, row: nil, encoding: encoding, saltedPayload: nil)).lines
        #expect(fields.count == LeafField.allCases.count)
        for field in fields where field.name != "claimed_at" {
            let value =
                switch field.value {
                case .text(let text): ["layout", "payload"].contains(field.name) ? "\\x" + text : text
                case .number(let digits): digits
                default: "NULL"
                }
            #expect(lines.contains("\(field.name.replacing("_", with: " ")): \(value)"), "\(field.name)")
        }
    }

    @Test("every step of the chain has its row hash", arguments: vectors(of: "row"))
    func row(_ vector: JSON) throws {
        let row = try hasher.row(digest(vector["row"]?["previous"]), digest(vector["row"]?["leaf"]))
        #expect(try row == digest(vector["hash"]))
    }

    @Test("every tree has its peaks and its root", arguments: vectors(of: "tree"))
    func tree(_ vector: JSON) throws {
        var tree = MerkleTree()
        for leaf in try #require(vector["tree"]?.strings) { tree.append(try #require(Digest(hex: leaf)), hasher) }
        #expect(try tree.peaks.flatMap(\.bytes) == bytes(vector["frontier"]))
        #expect(try tree.root(hasher) == digest(vector["root"]))
    }
}
