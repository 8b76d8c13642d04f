/// A value read from the text form PostgreSQL sends.
public protocol PostgresDecodable {
    /// Creates the value, or returns nil when the text is not one.
    init?(postgresText text: String)
}

extension String: PostgresDecodable {
    public init?(postgresText text: String) { self = text }
}

extension Int64: PostgresDecodable {
    public init?(postgresText text: String) { self.init(text) }
}

extension Int32: PostgresDecodable {
    public init?(postgresText text: String) { self.init(text) }
}

extension Int16: PostgresDecodable {
    public init?(postgresText text: String) { self.init(text) }
}

extension Double: PostgresDecodable {
    public init?(postgresText text: String) { self.init(text) }
}

extension Bool: PostgresDecodable {
    public init?(postgresText text: String) {
        switch text {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

/// An exact decimal in the digits PostgreSQL sent; never a binary fraction.
public struct PostgresNumeric: PostgresDecodable, Hashable, Sendable, CustomStringConvertible {
    public let digits: String

    public init?(postgresText text: String) {
        digits = text
    }

    public var description: String { digits }
}

/// A date, time, timestamp or interval in the ISO form PostgreSQL sent.
public struct PostgresTime: PostgresDecodable, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(postgresText text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// A JSON document as text; PostgreSQL has validated it.
public struct PostgresJSON: PostgresDecodable, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(postgresText text: String) {
        self.text = text
    }

    public var description: String { text }
}

/// A UUID in its canonical text.
public struct PostgresUUID: PostgresDecodable, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(postgresText text: String) {
        guard text.utf8.count == 36 else { return nil }
        self.text = text
    }

    public var description: String { text }
}

/// A value of a type without a Swift counterpart (arrays, ranges, enumerations), as PostgreSQL wrote it.
public struct PostgresText: PostgresDecodable, Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(postgresText text: String) {
        self.text = text
    }

    public var description: String { text }
}
