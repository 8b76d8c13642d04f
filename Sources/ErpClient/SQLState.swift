/// A five-character SQLSTATE.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The first two characters, which name the class of the condition.
    public var category: Substring { rawValue.prefix(2) }

    public var description: String { rawValue }

    public static let cannotConnect = SQLState(rawValue: "08001")
    public static let connectionFailure = SQLState(rawValue: "08006")
    public static let protocolViolation = SQLState(rawValue: "08P01")
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    public static let undefinedFunction = SQLState(rawValue: "42883")
    public static let undefinedTable = SQLState(rawValue: "42P01")
    public static let serializationFailure = SQLState(rawValue: "40001")
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    public static let queryCanceled = SQLState(rawValue: "57014")
    public static let uniqueViolation = SQLState(rawValue: "23505")
    public static let dataException = SQLState(rawValue: "22000")
    /// The lease of a task is lost or was never ours.
    public static let leaseLost = SQLState(rawValue: "RP001")
    /// The agent is suspended, sleeping or terminated.
    public static let agentNotActive = SQLState(rawValue: "RP502")
    /// The payload of an event is malformed.
    public static let malformedPayload = SQLState(rawValue: "RP010")
}
