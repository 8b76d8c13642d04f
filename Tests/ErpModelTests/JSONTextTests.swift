import Testing

@testable import ErpModel

@Suite("JSON text")
struct JSONTextTests {
    @Test("a member is found at the top level only")
    func member() {
        let json = JSONText(trusted: #"{"a": {"b": 1}, "b": [2, {"b": 3}], "c": "x"}"#)
        #expect(json["b"]?.text == #"[2, {"b": 3}]"#)
        #expect(json["a"]?["b"]?.integer == 1)
        #expect(json["c"]?.string == "x")
        #expect(json["d"] == nil)
        #expect(json["c"]?["b"] == nil)
    }

    @Test("the last of two equal names wins")
    func duplicates() {
        #expect(JSONText(trusted: #"{"a":1,"a":2}"#)["a"]?.integer == 2)
    }

    @Test("brackets and quotes inside strings are text")
    func hostileStrings() {
        let json = JSONText(trusted: #"{"a": "}]\"{[", "b\\\"": 7, "c": "\\"}"#)
        #expect(json["a"]?.string == #"}]"{["#)
        #expect(json[#"b\""#]?.integer == 7)
        #expect(json["c"]?.string == #"\"#)
    }

    @Test("escapes are read, surrogate pairs joined")
    func escapes() {
        #expect(JSONText(trusted: #""a\u00e9\n\ud83d\ude00\u0041\/""#).string == "aé\n😀A/")
    }

    @Test("numbers keep their digits")
    func numbers() {
        let digits = "123456789012345678901234567890.10"
        let json = JSONText(trusted: "{\"n\": \(digits)}")
        #expect(json["n"]?.text == digits)
        #expect(json["n"]?.integer == nil)
    }

    @Test("elements of an array come in order")
    func elements() {
        #expect(JSONText(trusted: #"[1, "a,b", [2,3], {}]"#).elements.map(\.text) == ["1", #""a,b""#, "[2,3]", "{}"])
        #expect(JSONText(trusted: "[ ]").elements.isEmpty)
    }

    @Test("depth costs no stack")
    func depth() {
        let depth = 200_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(JSONText(validating: text)?.elements.count == 1)
        #expect(JSONText(trusted: "{\"a\":\(text),\"b\":2}")["b"]?.integer == 2)
    }

    @Test(
        "well-formed text is accepted",
        arguments: ["0", "-1.5e+10", "true", " null ", #""\u12aF""#, "[]", "{}", #"{"a":[1,{"b":null}]}"#]
    )
    func valid(text: String) {
        #expect(JSONText(validating: text) != nil)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "01", "1.", "+1", "tru", "[1,]", "[1 2]", "{a:1}", #"{"a"}"#, #"{"a":1,}"#, "[}", "{]", #""\x""#,
            "\"\n\"", "1 2", #""a"#, "[", #"{"a":1"#, "-", "]", ",",
        ]
    )
    func invalid(text: String) {
        #expect(JSONText(validating: text) == nil)
    }

    @Test("what is built can be read back")
    func building() {
        let hostile = "quote \" backslash \\ newline \n bell \u{7} nul \0 emoji 😀"
        let json = JSONText.object([("a\"b", .string(hostile)), ("n", .integer(-5)), ("none", .string(nil))])
        #expect(JSONText(validating: json.text) == json)
        #expect(json["a\"b"]?.string == hostile.replacing("\0", with: "\u{FFFD}"))
        #expect(json["n"]?.integer == -5)
        #expect(json["none"]?.isNull == true)
    }

    @Test("members are added to an object, and replace what is none")
    func adding() {
        #expect(JSONText(trusted: #"{"a":1}"#).adding([("b", .integer(2))]).text == #"{"a":1,"b":2}"#)
        #expect(JSONText(trusted: "{ }").adding([("b", .integer(2))]).text == #"{"b":2}"#)
        #expect(JSONText.null.adding([("b", .integer(2))]).text == #"{"b":2}"#)
        #expect(JSONText(trusted: #"{"a":1}"#).adding([]).text == #"{"a":1}"#)
    }
}
