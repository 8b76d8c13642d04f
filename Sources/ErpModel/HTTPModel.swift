/// A language model behind a server: streams its reply, so that a model that thinks for long is told from a dead one.
public struct HTTPModel: ModelClient {
    private let endpoint: ModelEndpoint

    /// - Parameters:
    ///   - environment: where the key is.
    ///   - interrupt: a descriptor that becomes readable when a call is to be broken off.
    public init(
        _ settings: ModelSettings,
        environment: ModelEnvironment = .process,
        interrupt: Int32? = nil
    ) throws(ModelError) {
        endpoint = try ModelEndpoint(settings, environment, interrupt: interrupt)
    }

    public func reply(to request: ModelRequest) throws(ModelError) -> ModelReply {
        let settings = endpoint.settings
        let isAnthropic = settings.provider == .anthropic
        let body = isAnthropic ? AnthropicMessages.body(request, settings) : ChatCompletions.body(request, settings)
        let path = isAnthropic ? AnthropicMessages.path : ChatCompletions.path
        let (reply, attempts) = try endpoint.call(path, body) { head, next throws(ModelError) in
            var assembler: any ReplyAssembler = isAnthropic ? AnthropicAssembler() : ChatAssembler()
            return try HTTPModel.assemble(head, &assembler, next)
        }
        var counted = reply
        counted.attempts = attempts
        counted.model = reply.model ?? settings.model
        return counted
    }

    private static func assemble(
        _ head: HTTPHead,
        _ assembler: inout any ReplyAssembler,
        _ next: () throws(ModelError) -> [UInt8]?
    ) throws(ModelError) -> ModelReply {
        let requestID = ProviderFailure.requestID(head)
        guard head["content-type"]?.hasPrefix("text/event-stream") == true else {
            var error = ModelError(.malformedReply, "the server sends no stream of events")
            error.requestID = requestID
            throw error
        }
        var stream = EventStream()
        while true {
            let bytes = try next()
            var step = AssemblyStep.more
            if let bytes {
                for event in stream.read(bytes) where step == .more { step = assembler.handle(event) }
            } else {
                step = assembler.end()
            }
            switch step {
            case .more: continue
            case .done(var reply):
                reply.requestID = requestID
                return reply
            case .fail(var error):
                error.requestID = requestID
                throw error
            }
        }
    }
}
