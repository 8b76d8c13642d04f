/// What a reply that is no reply means.
enum ProviderFailure {
    /// Longest reason kept.
    static let longestReason = 500

    /// Reads a status other than 200.
    ///
    /// Worth another try: 408, 409, 425, 429 and all from 500 on, 529 among them, unless the server says it is not.
    static func error(_ head: HTTPHead, _ body: [UInt8], _ key: ModelKey?, now: Int64) -> ModelError {
        let reason = reason(body, key)
        var error = ModelError(code(head.status, reason), "HTTP \(head.status): \(reason.text)")
        error.httpStatus = head.status
        error.requestID = requestID(head)
        error.retryAfterMilliseconds = RetryAfter.milliseconds(head, now: now)
        switch head["x-should-retry"] {
        case "true": error.isTransient = true
        case "false": error.isTransient = false
        default: error.isTransient = error.code == .overloaded
        }
        return error
    }

    /// Reads a transport's failure.
    static func error(_ failure: HTTPFailure, _ requestID: String?) -> ModelError {
        let code: ModelError.Code =
            switch failure.kind {
            case .unreachable, .insecure: .unreachable
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .tooLarge: .tooLarge
            }
        var error = ModelError(code, failure.message)
        error.requestID = requestID
        error.isTransient = failure.kind == .unreachable || failure.kind == .timedOut
        return error
    }

    /// The provider's number for the call.
    static func requestID(_ head: HTTPHead) -> String? {
        (head["request-id"] ?? head["x-request-id"]).map { String($0.prefix(100)) }
    }

    private static func code(_ status: Int, _ reason: (type: String?, text: String)) -> ModelError.Code {
        switch status {
        case 401, 403: .unauthorized
        case 402: .overBudget
        case 429 where reason.type == "insufficient_quota": .overBudget
        case 408, 409, 425, 429, 500...: .overloaded
        default: .rejected
        }
    }

    /// `{"error":{"type","message"}}`, `{"error":"…"}`, or the beginning of whatever it is, in one line without the key.
    private static func reason(_ body: [UInt8], _ key: ModelKey?) -> (type: String?, text: String) {
        let text = String(decoding: body.prefix(65_536), as: UTF8.self)
        let error = JSONText(validating: text)?["error"]
        let type = error?["code"]?.string ?? error?["type"]?.string
        let found = error?["message"]?.string ?? error?.string ?? text
        let line = String(found.map { $0.isNewline ? " " : $0 }.prefix(longestReason))
        let said = line.isEmpty ? "no reason is given" : line
        return (type, key?.removed(from: said) ?? said)
    }
}
