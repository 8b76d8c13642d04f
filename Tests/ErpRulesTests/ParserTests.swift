import Testing

@testable import ErpRules

@Suite struct ParserTests {
    private func parse(_ text: String) throws -> RuleNode {
        RuleParser(references: ["small": .object([.init("var", .string("is_small"))])])
            .parse(try #require(JSONValue(text)))
    }

    @Test(
        "the three surface forms mean the same",
        arguments: [
            #"{"<=": [{"var": "total"}, 100]}"#,
            #"{"op": "<=", "left": {"field": "total"}, "right": {"literal": 100}}"#,
            #"{"type": "comparison", "operator": "LE", "left": {"type": "field", "name": "total"}, "right": {"type": "literal", "value": 100}}"#,
        ])
    func forms(text: String) throws {
        #expect(try parse(text) == .call("<=", [.name(RuleName(.row, ["total"])), .number("100")]))
    }

    @Test("what is not known is a free value, never an error")
    func unknownOperator() throws {
        #expect(try parse(#"{"soundex": ["a", 1]}"#) == .opaque("soundex", #"{"soundex": ["a", 1]}"#))
        #expect(try parse(#"{"in": ["a", {"var": "notes"}]}"#) == .opaque("in", #"{"in": ["a", {"var": "notes"}]}"#))
    }

    @Test("a reference stands for the condition it names")
    func reference() throws {
        #expect(try parse(#"{"not": {"rule_ref": "small"}}"#) == .call("not", [.name(RuleName(.row, ["is_small"]))]))
    }

    @Test("a node writes itself as it is read")
    func roundTrip() throws {
        let text = #"{"and": [{"in": [{"var": "old.a"}, ["x", "y"]]}, {"==": [{"var": "b"}, null]}, {"!": [true]}]}"#
        let node = try parse(text)
        #expect(RuleParser().parse(node.json) == node)
    }

    @Test(
        "a number is one exact decimal, however it is written",
        arguments: [("1.50", "1.5"), ("-0.0", "0"), ("12e2", "1200"), ("1.5E-3", "0.0015"), ("007", "7")])
    func decimals(written: String, wanted: String) {
        #expect(Decimal(written)?.text == wanted)
    }

    @Test("malformed JSON is none", arguments: ["{", "[1,]", "{\"a\" 1}", "nul", "\"\u{01}\"", "1 2", ""])
    func malformed(text: String) {
        #expect(JSONValue(text) == nil)
    }

    @Test("JSON deeper than 128 levels is none")
    func deep() {
        #expect(JSONValue(String(repeating: "[", count: 10_000)) == nil)
        #expect(JSONValue(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) != nil)
    }

    @Test("strings keep their escapes and surrogate pairs")
    func strings() {
        #expect(JSONValue(#""a\n\"\u00e9\ud83d\ude00""#)?.text == "a\n\"é😀")
    }

    @Test("a CHECK constraint is read as PostgreSQL prints it")
    func checks() throws {
        let list = try SQLCondition.parse("(status = ANY (ARRAY['a'::text, 'b'::text]))")
        #expect(list == .call("in", [.name(RuleName(.row, ["status"])), .call("list", [.quoted("a"), .quoted("b")])]))
        let range = try SQLCondition.parse("((a >= (0)::numeric) AND (NOT (b IS NULL)))")
        #expect(
            range
                == .call(
                    "and",
                    [
                        .call(">=", [.name(RuleName(.row, ["a"])), .number("0")]),
                        .call("not", [.call("is_null", [.name(RuleName(.row, ["b"]))])]),
                    ]))
    }

    @Test(
        "what SQL means otherwise is not read",
        arguments: [
            "a ~ 'x'", "length(a) > 3", "a::integer = 1", "a / 2 > 1", "a > ", "a IN (1, NULL)", "(a = 1", "x = 'y",
        ])
    func refused(sql: String) {
        #expect(throws: RuleSyntaxError.self) { try SQLCondition.parse(sql) }
    }

    @Test("days and moments are counted as PostgreSQL does")
    func moments() {
        #expect(Moments.days("1970-01-01") == 0)
        #expect(Moments.days("2000-02-29") == 11_016)
        #expect(Moments.days("2001-02-29") == nil)
        #expect(Moments.date(-719_162) == "0001-01-01")
        #expect(Moments.microseconds("1970-01-02T01:00:00.5+01:00", zoned: true) == 86_400_500_000)
        #expect(Moments.timestamp(-1) == "1969-12-31T23:59:59.999999")
        #expect(Moments.duration("-P1DT2H") == -93_600_000_000)
        #expect(Moments.duration("P1M") == nil)
    }

    @Test("a question reads as a sentence or as JSON")
    func questions() throws {
        let sentence = try Question(sentence: "can finance_agent INSERT erp_invoices with gross_total > 10000")
        let json = try Question(
            json: try #require(
                JSONValue(
                    #"{"agent": "finance_agent", "table": "erp_invoices", "operation": "INSERT", "can": {">": [{"var": "gross_total"}, 10000]}}"#
                )))
        #expect(sentence.condition == json.condition)
        #expect(sentence.agent == json.agent && sentence.operations == [.insert])
        #expect(throws: RuleSyntaxError.self) { try Question(sentence: "can finance_agent MERGE erp_invoices") }
    }
}
