/// A model that replays prepared replies and remembers what it was asked; the only model used in tests.
public struct ScriptedModel: ModelClient, Sendable {
    private var remaining: ArraySlice<ModelReply>
    public private(set) var requests: [ModelRequest] = []

    public init(_ replies: [ModelReply]) {
        remaining = replies[...]
    }

    public mutating func reply(to request: ModelRequest) throws(ModelError) -> ModelReply {
        requests.append(request)
        guard let reply = remaining.popFirst() else {
            throw ModelError(.scriptExhausted, "the script holds no reply number \(requests.count)")
        }
        return reply
    }
}
