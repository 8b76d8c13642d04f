internal import ErpClient

/// What a worker does about an error that PostgreSQL raised.
enum ErrorDisposition: Equatable {
    /// Send the same statement again after a short, random pause.
    case retry
    /// The server lacks a resource (disk, memory, connections): send it again after a longer pause.
    case retrySlowly
    /// The connection is gone or going.
    case reconnect
    /// The task belongs to somebody else by now.
    case leaseLost
    /// Nothing the worker does will help; a person must look.
    case giveUp

    init(_ sqlState: SQLState) {
        switch sqlState {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .queryCanceled: self = .retry
        case .leaseLost: self = .leaseLost
        default: self = ErrorDisposition.byCategory(sqlState)
        }
    }

    private static func byCategory(_ sqlState: SQLState) -> ErrorDisposition {
        switch sqlState.category {
        case "08", "57": .reconnect
        case "53", "58": .retrySlowly
        default: .giveUp
        }
    }
}
