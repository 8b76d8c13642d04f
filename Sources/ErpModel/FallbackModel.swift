/// Models asked in turn: the next one when the one before gave no reply.
///
/// A call that was broken off is not passed on. When all fail, the error tells each model's reason and carries the last.
public struct FallbackModel: ModelClient {
    private var models: [any ModelClient]

    public init(_ models: [any ModelClient]) {
        self.models = models
    }

    public mutating func reply(to request: ModelRequest) throws(ModelError) -> ModelReply {
        var reasons: [String] = []
        var last = ModelError(.misconfigured, "there is no model")
        for index in models.indices {
            do throws(ModelError) {
                return try models[index].reply(to: request)
            } catch {
                guard error.code != .cancelled else { throw error }
                reasons.append(error.message)
                last = error
            }
        }
        if reasons.count > 1 { last.message = reasons.joined(separator: "; then ") }
        throw last
    }
}
