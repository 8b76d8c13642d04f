import Testing

@testable import AuditVerifier

struct ValueTests {
    private func described(_ type: UInt8, _ bytes: [UInt8]) throws -> String {
        let encoded = TestLedger.value(type, bytes)
        return try ValueHead(encoded.span, at: 0).described(encoded)
    }

    @Test(
        "dates and moments are told as PostgreSQL's calendar counts them",
        arguments: [
            (6, 0, "1970-01-01"), (6, -1, "1969-12-31"), (6, 20_778, "2026-11-21"), (6, 11_016, "2000-02-29"),
            (6, -719_468, "0000-03-01"), (6, Int64.max, "infinity"), (6, Int64.min, "-infinity"),
            (7, -1, "1969-12-31T23:59:59.999999Z"), (7, Int64.max, "infinity"), (10, 0, "1970-01-01T00:00:00.000000"),
        ]
    )
    func time(_ type: Int, _ number: Int64, _ text: String) throws {
        #expect(try described(UInt8(type), bigEndianBytes(number)) == text)
    }

    @Test("values of every other type are readable, and nothing moves the cursor of a terminal")
    func others() throws {
        #expect(try described(0, []) == "NULL")
        #expect(try described(1, [1]) == "true")
        #expect(try described(2, bigEndianBytes(Int64(-5))) == "-5")
        #expect(try described(3, Array("10336.0000".utf8)) == "10336.0000")
        #expect(try described(4, Array("a\u{1B}[2J".utf8)) == "a\\u{1b}[2J")
        #expect(try described(5, [0xDE, 0xAD]) == "\\xdead")
        #expect(try described(11, [0, 6] + Array("int4[]{1,2}".utf8)) == "{1,2} (int4[])")
        #expect(try described(11, [0, 99, 1]) == "\\x006301")
    }

    @Test("a value of a wrong length or an unknown type is refused")
    func refused() {
        for encoded: [UInt8] in [
            [], [4, 0, 0, 0], [4, 0, 0, 0, 1], TestLedger.value(2, [1]), TestLedger.value(0, [1]),
            TestLedger.value(1, [2]),
            TestLedger.value(12, []), [4, 0xFF, 0xFF, 0xFF, 0xFF],
        ] {
            #expect(throws: FormatFault.self, "\(encoded)") { try ValueHead(encoded.span, at: 0) }
        }
    }

    @Test("base64 and hexadecimal digits are read in their only form")
    func digits() {
        for (text, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            #expect(Base64.text(Array(text.utf8)) == encoded)
            #expect(Base64.bytes(encoded) == Array(text.utf8))
        }
        for wrong in ["Zg=", "Zh==", "Z===", "====", "Zm9\n", "Zg==Zg=="] {
            #expect(Base64.bytes(wrong) == nil, "\(wrong)")
        }
        #expect(Hex.bytes("00ff") == [0, 255])
        #expect(Hex.bytes("0") == nil)
        #expect(Hex.bytes("0F") == nil)
    }

    @Test("JSON is read as far as exports need it")
    func json() {
        #expect(
            JSON(Array(#" {"a": [1, "x\u00e9\ud83d\ude00\n"], "b": null} "#.utf8))?["a"]
                == .array([.number("1"), .text("xé😀\n")]))
        for wrong in [
            "", "{", "[1,]", #"{"a":1,"a":2}"#, #""\ud83d""#, "1 2", "tru", String(repeating: "[", count: 99),
        ] {
            #expect(JSON(Array(wrong.utf8)) == nil, "\(wrong)")
        }
        #expect(jsonString("a\"\\\n") == #""a\"\\\u000a""#)
    }
}
