import CErpKernel
import Testing

@testable import ErpKernel

/// Quoted constants: what each type reads, and shows again.
struct LiteralTests {
    private func shown(_ text: String, _ type: Int32) -> String? {
        var reader = LiteralReader(Array(text.utf8))
        return reader.read(type).map { String(decoding: momentText($0), as: UTF8.self) }
    }

    @Test(
        "dates are read and shown alike",
        arguments: ["2000-01-01", "1999-12-31", "2024-02-29", "0001-01-01", "9999-12-31", "1900-03-01"])
    func date(_ text: String) {
        #expect(shown(text, ERPK_T_DATE) == text)
    }

    @Test(
        "days count from 2000",
        arguments: [("2000-01-01", 0), ("2000-03-01", 60), ("1999-12-31", -1), ("2026-01-01", 9497)])
    func days(_ text: String, _ days: Int) {
        var reader = LiteralReader(Array(text.utf8))
        #expect(reader.read(ERPK_T_DATE)?.integer == Int128(days))
    }

    @Test(
        "what is no date is refused",
        arguments: ["2023-02-29", "2024-13-01", "2024-1-1", "24-01-01", "2024-01-01x", "", "today"])
    func noDate(_ text: String) {
        #expect(shown(text, ERPK_T_DATE) == nil)
    }

    @Test("a zone is needed, and turned to UTC")
    func timestamptz() {
        #expect(shown("2026-03-31T10:00:00+02:00", ERPK_T_TIMESTAMPTZ) == "2026-03-31T08:00:00+00:00")
        #expect(shown("2026-03-31 00:30Z", ERPK_T_TIMESTAMPTZ) == "2026-03-31T00:30:00+00:00")
        #expect(shown("2026-03-31T10:00:00", ERPK_T_TIMESTAMPTZ) == nil)
        #expect(shown("1999-12-31T23:59:59.5", ERPK_T_TIMESTAMP) == "1999-12-31T23:59:59.500000")
    }

    @Test("uuids keep the order of their bytes")
    func uuid() {
        let low = "00000000-0000-0000-0000-000000000001"
        let high = "ffffffff-0000-0000-0000-000000000000"
        #expect(shown(high, ERPK_T_UUID) == high)
        var first = LiteralReader(Array(low.utf8))
        var second = LiteralReader(Array(high.utf8))
        guard let left = first.read(ERPK_T_UUID), let right = second.read(ERPK_T_UUID) else {
            Issue.record("unread")
            return
        }
        #expect(left.order(against: right) == -1)
    }
}
