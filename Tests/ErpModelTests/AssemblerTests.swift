import Testing

@testable import ErpModel

@Suite("Replies put together from events")
struct AssemblerTests {
    @Test("the recorded replies are there")
    func vectors() {
        #expect(ModelVectors.replies.count >= 12)
    }

    @Test("a recorded reply is read, byte by byte too", arguments: ModelVectors.replies)
    func recorded(reply: ModelVectors.Reply) {
        var stream = EventStream()
        let events = reply.bytes.flatMap { stream.read([$0]) }
        guard case .done(let read) = assemble(reply.assembler, events) else {
            Issue.record("no reply")
            return
        }
        #expect(summary(read) == summary(reply.expected))
    }

    /// Without its last event a reply is cut; a chat completion may lack its mark of the end, but not its reason.
    @Test("a reply cut after any event but the last is no reply", arguments: ModelVectors.replies)
    func cut(reply: ModelVectors.Reply) {
        var stream = EventStream()
        let events = stream.read(reply.bytes)
        let end = events.firstIndex { $0.data.contains("message_stop") || $0.data.contains(#""finish_reason":""#) }
        for count in 0..<(end ?? 0) {
            #expect(assemble(reply.assembler, Array(events.prefix(count))) == .brokenOff, "cut after \(count)")
        }
        #expect(end != nil)
    }

    @Test("signed reasoning comes back as it was sent")
    func reasoning() throws {
        var stream = EventStream()
        let events = stream.read(ModelVectors.bytes("model_streams/anthropic_thinking.sse"))
        guard case .done(let reply) = assemble(AnthropicAssembler(), events) else {
            Issue.record("no reply")
            return
        }
        let first = JSONText(
            trusted: #"{"type":"thinking","thinking":"The limit is 25000.","signature":"EqQBCgIYAhIM"}"#)
        let second = JSONText(trusted: #"{"type":"redacted_thinking","data":"EmwKAhgB"}"#)
        #expect(reply.messages.prefix(2) == [.opaque(first), .opaque(second)])
    }

    private static let begun =
        #"{"type":"message_start","message":{"model":"m","usage":{"input_tokens":1,"output_tokens":1}}}"#
    private static let call =
        #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"pay","input":{}}}"#
    private static let closed = #"{"type":"content_block_stop","index":0}"#
    private static func stopped(_ reason: String) -> [String] {
        [
            #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"},"usage":{"output_tokens":5}}"#,
            #"{"type":"message_stop"}"#,
        ]
    }
    private static func delta(_ json: String) -> String {
        #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":\#(JSONText.string(json))}}"#
    }

    private func code(_ step: AssemblyStep) -> ModelError.Code? {
        if case .fail(let error) = step { error.code } else { nil }
    }

    private func read(_ assembler: any ReplyAssembler, _ lines: [String]) -> AssemblyStep {
        assemble(assembler, lines.map { ServerSentEvent(name: "", data: $0) })
    }

    @Test(
        "an event that is malformed or comes at a wrong time ends a message",
        arguments: [
            ["{"], ["7"], ["[]"], [#"{"kind":"x"}"#], [closed], [call], [delta("{}")], [begun, begun],
            [begun, call, call], [begun, #"{"type":"message_stop"}"#], [begun, call, #"{"type":"message_stop"}"#],
            [begun, call, #"{"type":"content_block_stop","index":1}"#], [begun, #"{"type":"content_block_start"}"#],
            [begun, call, #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta"}}"#],
            [begun, call, #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}}"#],
        ]
    )
    func malformed(lines: [String]) {
        #expect(code(read(AnthropicAssembler(), lines)) == .malformedReply)
    }

    @Test("unknown events, blocks and deltas are skipped, an unknown reason is kept")
    func unknown() {
        let lines =
            [
                Self.begun, #"{"type":"message_future","x":[1]}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"hologram"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"hologram_delta"}}"#, Self.closed,
            ] + Self.stopped("bored")
        let usage = ModelUsage(inputTokens: 1, outputTokens: 5)
        #expect(
            read(AnthropicAssembler(), lines)
                == .done(ModelReply(messages: [], stopReason: .other("bored"), usage: usage, model: "m")))
    }

    @Test(
        "arguments must be one JSON object",
        arguments: ["{", "[1]", "7", "{} {}", #"{"a":}"#, "null", "{'a':1}", #"{"a":1},"#]
    )
    func arguments(json: String) {
        let anthropic = [Self.begun, Self.call, Self.delta(json), Self.closed]
        #expect(code(read(AnthropicAssembler(), anthropic + Self.stopped("tool_use"))) == .malformedReply)
        #expect(code(read(AnthropicAssembler(), anthropic + Self.stopped("max_tokens"))) == .truncated)
        let part = #"{"index":0,"id":"c","function":{"name":"pay","arguments":\#(JSONText.string(json))}}"#
        for (reason, wanted) in [("tool_calls", ModelError.Code.malformedReply), ("length", .truncated)] {
            let line = #"{"choices":[{"delta":{"tool_calls":[\#(part)]},"finish_reason":"\#(reason)"}]}"#
            #expect(code(read(ChatAssembler(), [line, "[DONE]"])) == wanted)
        }
    }

    @Test(
        "a chunk that is malformed ends a completion",
        arguments: [
            ["{"], ["7"], ["[DONE]"], [#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#],
            [
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}}]}"#,
                #"{"choices":[{"finish_reason":"stop"}]}"#, "[DONE]",
            ],
        ]
    )
    func malformedChunks(lines: [String]) {
        #expect(code(read(ChatAssembler(), lines)) == .malformedReply)
    }

    @Test("a proxy that changes the id within a call does not split it")
    func changingIDs() {
        func line(_ id: String, _ name: String, _ arguments: String) -> String {
            let function = #"{"name":"\#(name)","arguments":\#(JSONText.string(arguments))}"#
            return #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"\#(id)","function":\#(function)}]}}]}"#
        }
        let lines = [
            line("a", "pay", ""), line("b", "", #"{"to":"#), line("c", "", "1}"),
            #"{"choices":[{"finish_reason":"stop"}]}"#,
        ]
        let call = ModelMessage.toolCall(id: "a", name: "pay", arguments: JSONText(trusted: #"{"to":1}"#))
        #expect(read(ChatAssembler(), lines) == .done(ModelReply(messages: [call], stopReason: .toolUse)))
    }

    @Test("counts beyond reason do not trap")
    func hugeCounts() {
        let most = Int64.max
        let huge = #"{"input_tokens":\#(most),"cache_read_input_tokens":\#(most),"output_tokens":-5}"#
        let lines = [#"{"type":"message_start","message":{"usage":\#(huge)}}"#] + Self.stopped("end_turn")
        guard case .done(let reply) = read(AnthropicAssembler(), lines) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.usage == ModelUsage(inputTokens: 1 << 41, outputTokens: 5, cacheReadTokens: 1 << 40))
    }

    @Test("an error within the stream is told, and tried again where it may pass")
    func errors() {
        func error(_ type: String) -> AssemblyStep {
            read(AnthropicAssembler(), [Self.begun, #"{"type":"error","error":{"type":"\#(type)","message":"m"}}"#])
        }
        var overloaded = ModelError(.overloaded, "overloaded_error: m")
        overloaded.isTransient = true
        #expect(error("overloaded_error") == .fail(overloaded))
        #expect(error("invalid_request_error") == .fail(ModelError(.rejected, "invalid_request_error: m")))
        overloaded.message = "the server gave up: no memory"
        #expect(read(ChatAssembler(), [#"{"error":{"message":"no memory"}}"#]) == .fail(overloaded))
        #expect(read(ChatAssembler(), [#"{"error":"no memory"}"#]) == .fail(overloaded))
    }
}
