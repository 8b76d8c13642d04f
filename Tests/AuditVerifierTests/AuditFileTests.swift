import Foundation
import Testing

@testable import AuditVerifier

/// Exports and checkpoints that another program has written (bench/audit-file.py, signed by openssl).
struct AuditFileTests {
    static let cases: [String] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let text = try? String(contentsOf: folder.appending(path: "../vectors/audit_files.jsonl"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }()

    @Test("the files are there")
    func present() {
        #expect(AuditFileTests.cases.count == 6)
    }

    @Test("every file gets its verdict", arguments: AuditFileTests.cases)
    func verdict(_ line: String) throws {
        let json = try #require(JSON(Array(line.utf8)))
        let export = try #require(json["export"]?.string.flatMap { Base64.bytes($0) })
        let key = try PublicKey(pem: Array(try #require(json["key"]?.string).utf8))
        let notes = ByteArraySource(Array(try #require(json["notes"]?.string).utf8))
        let result = Result { () throws(CheckFault) in
            let checkpoints = CheckpointReader(notes, keys: [key])
            var verifier = try ExportVerifier(ByteArraySource(export), checkpoints: checkpoints)
            return try verifier.verify()
        }
        let told =
            switch result {
            case .success: "valid"
            case .failure(.tampered): "tampered"
            case .failure(.incomplete): "incomplete"
            case .failure(.unusable): "unusable"
            }
        #expect(told == json["verdict"]?.string, "\(json["name"]?.string ?? "")")
        #expect(result.position == json["position"]?.count, "\(json["name"]?.string ?? "")")
    }
}
