import Testing

@testable import ErpModel

/// The requests of Tests/vectors/model_requests.jsonl, which Tests/e2e/model_clients.sh holds against the providers' own
/// types: what is written here is what was checked there.
@Suite("Requests to providers")
struct RequestTests {
    private static let stock = ModelTool(
        name: "check_stock",
        description: "Tells what is on hand.",
        inputSchema: JSONText(trusted: #"{"type":"object","properties":{"sku":{"type":"string"}},"required":["sku"]}"#)
    )
    private static let limit = ModelTool(
        name: "credit_limit", description: "A customer's limit.", inputSchema: JSONText(trusted: #"{"type":"object"}"#))

    static let plain = ModelRequest(
        system: "You are \"exact\".", messages: [.user("Grüße\n😀")], tools: [], maximumTokens: 64)
    static let bare = ModelRequest(system: "", messages: [.user("x"), .user("y")], tools: [limit], maximumTokens: 1)
    static let loop = ModelRequest(
        system: "s",
        messages: [
            .user("Order 7"),
            .opaque(JSONText(trusted: #"{"type":"thinking","thinking":"hm","signature":"sig"}"#)),
            .assistant("I look at "), .assistant("both."),
            .toolCall(id: "a", name: "check_stock", arguments: JSONText(trusted: #"{"sku":"A\"1"}"#)),
            .toolCall(id: "b", name: "credit_limit", arguments: .emptyObject),
            .toolResult(id: "a", JSONText(trusted: #"{"on_hand":5}"#), isError: false),
            .user("and quickly"),
            .toolResult(id: "b", JSONText(trusted: #"{"ok":false,"sqlstate":"RP301"}"#), isError: true),
            .toolCall(id: "c", name: "check_stock", arguments: JSONText(trusted: #"{"sku":"B"}"#)),
            .toolResult(id: "c", .emptyObject, isError: false),
            .user(""),
        ],
        tools: [stock, limit],
        maximumTokens: 4_096
    )

    private func settings(_ provider: String, _ more: String = "") throws -> ModelSettings {
        let json = #"{"provider":"\#(provider)","model":"m-1","url":"https://model.example/v1"\#(more)}"#
        return try ModelSettings(json, url: nil)
    }

    private func bodies(_ provider: String) throws -> [(name: String, body: JSONText)] {
        let settings = try settings(provider)
        let temperature = provider == "anthropic" ? "" : #","temperature":0.20"#
        let tuned = try self.settings(
            provider, temperature + #","cache":false,"body":{"metadata":{"user_id":"sales"}}"#)
        let write = provider == "anthropic" ? AnthropicMessages.body : ChatCompletions.body
        return [
            ("plain", write(Self.plain, settings)), ("bare", write(Self.bare, settings)),
            ("loop", write(Self.loop, settings)), ("tuned", write(Self.loop, tuned)),
        ]
    }

    @Test("a request is written as it was checked", arguments: ["anthropic", "openai", "compatible"])
    func written(provider: String) throws {
        let checked = ModelVectors.lines("model_requests.jsonl").filter { $0["provider"]?.string == provider }
        let bodies = try bodies(provider)
        #expect(checked.count == bodies.count)
        for (name, body) in bodies {
            #expect(JSONText(validating: body.text) != nil)
            #expect(checked.first { $0["name"]?.string == name }?["body"] == body, "\(provider) \(name)")
        }
    }

    @Test("a request for embeddings is written as it was checked")
    func embeddings() throws {
        let checked = ModelVectors.lines("model_requests.jsonl").filter { $0["provider"]?.string == "embeddings" }
        #expect(checked.map { $0["body"] } == [HTTPEmbedder.body(["Grüße", "b"], try settings("openai"))])
    }

    @Test("what is set in body goes with each request, the temperature in the digits given")
    func tuned() throws {
        #expect(try bodies("anthropic").last?.body["metadata"]?["user_id"]?.string == "sales")
        #expect(try bodies("openai").last?.body["temperature"]?.text == "0.20")
    }

    @Test("only the end of what is stable and the end of the conversation are marked for the cache")
    func cacheMarks() throws {
        let bodies = try bodies("anthropic")
        #expect(bodies.map { $0.body.text.split(separator: "cache_control").count - 1 } == [2, 2, 2, 0])
        #expect(bodies[2].body["system"]?.elements.last?["cache_control"] != nil)
        #expect(bodies[1].body["tools"]?.elements.last?["cache_control"] != nil)
    }
}
