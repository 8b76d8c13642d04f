import Foundation
import Testing

@testable import ErpModel

/// The files below Tests/vectors that the clients and the providers' own libraries are both held to.
enum ModelVectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../vectors")

    /// A recorded reply and what must be read from it.
    struct Reply: CustomTestStringConvertible {
        let stream: String
        let expected: JSONText

        var testDescription: String { stream }
        var bytes: [UInt8] { ModelVectors.bytes("model_streams/\(stream).sse") }
        var assembler: any ReplyAssembler { stream.hasPrefix("anthropic") ? AnthropicAssembler() : ChatAssembler() }
    }

    static let replies: [Reply] = lines("model_replies.jsonl").map { line in
        Reply(stream: line["stream"]?.string ?? "", expected: line)
    }

    static func bytes(_ path: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: path))).map { Array($0) } ?? []
    }

    static func lines(_ path: String) -> [JSONText] {
        String(decoding: bytes(path), as: UTF8.self).split(separator: "\n").map { JSONText(trusted: String($0)) }
    }
}

/// Says of a reply what the vectors say.
func summary(_ reply: ModelReply) -> [String] {
    var calls: [String] = []
    var opaque = 0
    for message in reply.messages {
        switch message {
        case .toolCall(let id, let name, let arguments): calls.append("\(id) \(name) \(arguments)")
        case .opaque: opaque += 1
        default: break
        }
    }
    let stop: String =
        switch reply.stopReason {
        case .endOfTurn: "end"
        case .toolUse: "tools"
        case .maximumTokens: "limit"
        case .refusal: "refusal"
        case .stopSequence: "sequence"
        case .other(let word): word
        }
    let usage = reply.usage
    return [reply.text] + calls + [
        stop, "\(usage.inputTokens) \(usage.outputTokens) \(usage.cacheReadTokens) \(usage.cacheWriteTokens)",
        reply.model ?? "", "\(opaque)",
    ]
}

/// What the vectors say of a reply.
func summary(_ expected: JSONText) -> [String] {
    func text(_ name: String) -> String { expected[name]?.string ?? "" }
    func number(_ name: String) -> String { expected[name]?.text ?? "" }
    let calls = (expected["calls"]?.elements ?? []).map { call in
        ["id", "name", "arguments"].map { call[$0]?.string ?? "" }.joined(separator: " ")
    }
    let usage = ["input", "output", "cache_read", "cache_write"].map(number).joined(separator: " ")
    return [text("text")] + calls + [text("stop"), usage, text("model"), number("opaque")]
}

/// Feeds events, then the end of the connection, and gives the step that decided.
func assemble(_ assembler: any ReplyAssembler, _ events: [ServerSentEvent]) -> AssemblyStep {
    var assembler = assembler
    for event in events {
        let step = assembler.handle(event)
        if step != .more { return step }
    }
    return assembler.end()
}
