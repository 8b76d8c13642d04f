import Foundation
import Testing

@testable import ErpKernel

/// The cases that the portable engine has to answer alike.
struct VectorTests {
    static let lines: [String] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../vectors")
        let texts = ["rules", "scalar", "relations"].map { name in
            (try? String(contentsOf: folder.appending(path: name + ".jsonl"), encoding: .utf8)) ?? ""
        }
        // A line beyond the reader's own limit is for the other harness; BoundaryTests has the limits.
        return texts.joined().split(separator: "\n").map(String.init).filter { $0.utf8.count < 60_000 }
    }()

    @Test("the vectors are there")
    func present() {
        #expect(VectorTests.lines.count > 400)
    }

    @Test("every vector gives its verdict", arguments: VectorTests.lines)
    func verdict(_ line: String) throws {
        let bench = try RuleBench(line: line)
        guard bench.document.member(0, "target") == nil, bench.document.member(0, "columns") == nil else { return }
        // What only PostgreSQL computes is compared there.
        guard bench.document.member(0, "engine") == nil else { return }
        #expect(bench.run() == bench.expected, "\(bench.text("name"))")
    }
}
