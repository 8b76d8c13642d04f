import Testing

@testable import ErpModel

@Suite("Server-sent events")
struct EventStreamTests {
    private func events(_ text: String) -> [ServerSentEvent] {
        var stream = EventStream()
        return stream.read(Array(text.utf8))
    }

    @Test("lines end with LF, CR or CRLF", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) {
        let text = ["event: a", "data: 1", "data: 2", "", ": comment", "data:3", "", ""].joined(separator: end)
        #expect(events(text) == [ServerSentEvent(name: "a", data: "1\n2"), ServerSentEvent(name: "", data: "3")])
    }

    @Test("an event without data, an unknown field and an unfinished event are nothing")
    func nothing() {
        #expect(events("event: a\n\nretry: 5\nid: 7\nnonsense\n\n").isEmpty)
        #expect(events("data: 1\n").isEmpty)
        #expect(events("data: 1").isEmpty)
        #expect(events("").isEmpty)
    }

    @Test("a byte order mark is skipped, one space after the colon too, empty data is data")
    func edges() {
        #expect(events("\u{FEFF}data:  x\n\n") == [ServerSentEvent(name: "", data: " x")])
        #expect(events("data\n\n") == [ServerSentEvent(name: "", data: "")])
        #expect(events("event: a\n\ndata: x\n\n") == [ServerSentEvent(name: "", data: "x")])
    }

    @Test("split at any byte, the events are the same", arguments: ["anthropic_cut_text", "vllm_tools"])
    func splits(name: String) {
        let bytes = ModelVectors.bytes("model_streams/\(name).sse")
        var whole = EventStream()
        let expected = whole.read(bytes)
        #expect(expected.count > 4)
        for split in 0...bytes.count {
            var stream = EventStream()
            let found = stream.read(Array(bytes[..<split])) + stream.read(Array(bytes[split...]))
            #expect(found == expected, "split at \(split)")
        }
    }

    @Test("an event of megabytes and a hundred thousand lines are read")
    func large() {
        let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var stream = EventStream()
        #expect(stream.read(Array("data: ".utf8)).isEmpty)
        for _ in 0..<4 { #expect(stream.read(megabyte).isEmpty) }
        #expect(stream.read(Array("\n\n".utf8)).first?.data.utf8.count == 4 << 20)
        let lines = Array(String(repeating: ":\n", count: 100_000).utf8)
        #expect(stream.read(lines).isEmpty)
    }
}
