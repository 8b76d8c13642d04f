import Foundation
import Testing

@testable import ErpKernel

/// The list of operators that docs/rules.md and the portable engine are made of is the kernel's own.
struct OperatorListTests {
    /// Spellings of sql/functions/erp/rule_operators.sql but for those that range over rows and lists, in lower case.
    static let listed: Set<String> = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../sql/functions/erp/rule_operators.sql")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        var found: Set<String> = []
        for row in text.matches(of: /\('\{(?<spellings>[^}]*)\}', '[^']*', '(?<kind>[a-z]+)'/) {
            guard !["quantifier", "list"].contains(row.kind) else { continue }
            for spelling in row.spellings.split(separator: ",") { found.insert(spelling.lowercased()) }
        }
        return found
    }()

    @Test("the kernel knows every operator that is listed, in any case")
    func known() {
        #expect(Self.listed.count > 60)
        for spelling in Self.listed {
            #expect(Operator.named([UInt8](spelling.utf8)) != nil, "\(spelling)")
            #expect(Operator.named([UInt8](spelling.uppercased().utf8)) != nil, "\(spelling)")
        }
    }

    @Test("every operator of the kernel is listed")
    func listed() {
        var index = 0
        while let (spelling, _) = Operator.spelling(index) {
            #expect(Self.listed.contains("\(spelling)".lowercased()), "\(spelling)")
            index += 1
        }
    }
}
