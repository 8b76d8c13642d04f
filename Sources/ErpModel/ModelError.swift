/// Why a model gave no reply.
public struct ModelError: Error, Equatable, Sendable {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String

        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        public static let misconfigured = Code(rawValue: "misconfigured")
        public static let unreachable = Code(rawValue: "unreachable")
        public static let timedOut = Code(rawValue: "timed_out")
        public static let cancelled = Code(rawValue: "cancelled")
        public static let overloaded = Code(rawValue: "overloaded")
        public static let overBudget = Code(rawValue: "over_budget")
        public static let unauthorized = Code(rawValue: "unauthorized")
        public static let rejected = Code(rawValue: "rejected")
        public static let malformedReply = Code(rawValue: "malformed_reply")
        /// The reply ended at its token limit inside a tool call.
        public static let truncated = Code(rawValue: "truncated")
        public static let tooLarge = Code(rawValue: "too_large")
        public static let scriptExhausted = Code(rawValue: "script_exhausted")
    }

    public let code: Code
    public var message: String
    public var httpStatus: Int?
    public var requestID: String?
    /// How long the server asks to be left alone.
    public var retryAfterMilliseconds: Int64?
    /// Whether the same call may succeed a little later.
    public var isTransient = false

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
