/// Where the bytes of an export or a checkpoint file come from.
public protocol ByteSource {
    /// Puts bytes into the buffer from `start` on and returns how many; 0 at the end.
    mutating func read(into buffer: inout [UInt8], from start: Int) throws(SourceFault) -> Int
}

/// A source that cannot be read.
public struct SourceFault: Error, Equatable, Sendable {
    public let message: String

    public init(message: String) {
        self.message = message
    }
}

/// Bytes in memory as a source.
public struct ByteArraySource: ByteSource {
    private let bytes: [UInt8]
    private var next = 0

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    public mutating func read(into buffer: inout [UInt8], from start: Int) -> Int {
        let count = min(bytes.count - next, buffer.count - start)
        for index in 0..<count { buffer[start + index] = bytes[next + index] }
        next += count
        return count
    }
}

/// A window that slides over a source: never more than its buffer is held, whatever lengths the file claims.
struct Input {
    static let windowBytes = 1 << 20

    private var source: any ByteSource
    private var buffer = [UInt8](repeating: 0, count: Input.windowBytes)
    private var start = 0
    private var end = 0
    private var hasEnded = false

    init(_ source: any ByteSource) {
        self.source = source
    }

    /// Makes the next `count` bytes available at once; false when the source ends before, or they exceed the window.
    mutating func holds(_ count: Int) throws(CheckFault) -> Bool {
        guard end - start < count else { return true }
        guard count <= buffer.count else { return false }
        if start > 0 {
            for index in start..<end { buffer[index - start] = buffer[index] }
            end -= start
            start = 0
        }
        while end < count, !hasEnded {
            let read = try fill()
            end += read
            hasEnded = read == 0
        }
        return end >= count
    }

    private mutating func fill() throws(CheckFault) -> Int {
        do throws(SourceFault) {
            return try source.read(into: &buffer, from: end)
        } catch {
            throw .unusable(error.message)
        }
    }

    /// Passes over bytes that `holds` has made available.
    mutating func skip(_ count: Int) { start += count }

    /// Shows bytes that `holds` has made available.
    func withAvailable<Result, Failure: Error>(
        _ count: Int,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(buffer.span.extracting(start..<start + count))
    }

    /// Hands `count` bytes on in pieces, however many they are; false when the source ends before.
    mutating func drain(_ count: Int, _ body: (Span<UInt8>) -> Void) throws(CheckFault) -> Bool {
        var left = count
        while left > 0 {
            guard try holds(1) else { return false }
            let piece = min(left, end - start)
            body(buffer.span.extracting(start..<start + piece))
            start += piece
            left -= piece
        }
        return true
    }

    /// The bytes up to a newline, without it; nil at the end of the source or when a line exceeds the window.
    mutating func line() throws(CheckFault) -> [UInt8]? {
        var length = 0
        while try holds(length + 1) {
            if buffer[start + length] == 0x0A {
                defer { start += length + 1 }
                return Array(buffer[start..<start + length])
            }
            length += 1
        }
        return nil
    }

    /// True when nothing follows.
    mutating func isAtEnd() throws(CheckFault) -> Bool { try !holds(1) }
}
