/// What an assembler makes of an event.
enum AssemblyStep: Equatable {
    case more
    case done(ModelReply)
    case fail(ModelError)
}

/// Puts a reply together from the events of a stream: a state machine without I/O.
///
/// After `.done` or `.fail` it is used up.
protocol ReplyAssembler {
    mutating func handle(_ event: ServerSentEvent) -> AssemblyStep
    /// The connection has ended.
    mutating func end() -> AssemblyStep
}

extension AssemblyStep {
    static func malformed(_ what: String) -> AssemblyStep {
        .fail(ModelError(.malformedReply, "the model's reply is malformed: \(what)"))
    }

    /// The server, or the network, gave up within a reply.
    static let brokenOff: AssemblyStep = {
        var error = ModelError(.unreachable, "the reply broke off before its end")
        error.isTransient = true
        return .fail(error)
    }()
}

/// A tool call that is arriving.
struct ArrivingCall: Equatable {
    var id: String
    var name: String
    var arguments: [UInt8] = []

    /// The finished call; an error when its arguments are no JSON object or it names no tool.
    func message(_ stopReason: StopReason) -> Result<ModelMessage, ModelError> {
        let text = String(decoding: arguments, as: UTF8.self)
        let isEmpty = arguments.allSatisfy(JSONScanner.isSpace)
        guard let json = isEmpty ? .emptyObject : JSONText(validating: text), json.isObject else {
            if stopReason == .maximumTokens {
                return .failure(ModelError(.truncated, "the reply was cut off at its token limit in a call of \(name)"))
            }
            return .failure(ModelError(.malformedReply, "the arguments of the call of \(name) are no JSON object"))
        }
        guard !name.isEmpty else { return .failure(ModelError(.malformedReply, "a tool call names no tool")) }
        return .success(.toolCall(id: id, name: name, arguments: json))
    }
}
