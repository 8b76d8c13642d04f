// Texts by code points and by bytes, without copying them.

internal import CErpKernel

extension ByteView {
    /// Bytes that begin a code point of UTF-8.
    var codePoints: Int {
        var result = 0
        for index in 0..<count where self[index] & 0xC0 != 0x80 { result &+= 1 }
        return result
    }

    /// Where code point number `position` begins, or the end.
    func offset(ofCodePoint position: Int) -> Int {
        var left = position
        for index in 0..<count where self[index] & 0xC0 != 0x80 {
            if left <= 0 { return index }
            left &-= 1
        }
        return count
    }

    func isEqual(to other: ByteView, at offset: Int) -> Bool {
        guard offset >= 0, other.count <= count, offset <= count &- other.count else { return false }
        for index in 0..<other.count where self[offset &+ index] != other[index] { return false }
        return true
    }

    /// By a rolling sum of the bytes (Rabin and Karp), so that long texts take linear time.
    func contains(_ part: ByteView) -> Bool {
        guard part.count > 0 else { return true }
        guard part.count <= count else { return false }
        let base: UInt64 = 0x0100_0000_01B3
        var (wanted, sum, top): (UInt64, UInt64, UInt64) = (0, 0, 1)
        for index in 0..<part.count {
            wanted = wanted &* base &+ UInt64(part[index])
            sum = sum &* base &+ UInt64(self[index])
            if index > 0 { top = top &* base }
        }
        var offset = 0
        while true {
            if sum == wanted, isEqual(to: part, at: offset) { return true }
            guard offset < count &- part.count else { return false }
            sum = (sum &- UInt64(self[offset]) &* top) &* base &+ UInt64(self[offset &+ part.count])
            offset &+= 1
        }
    }

    /// Begin and end without blanks, tabs and line ends.
    var trimmed: (first: Int, end: Int) {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
        var (first, end) = (0, count)
        while first < end, isSpace(self[first]) { first &+= 1 }
        while end > first, isSpace(self[end &- 1]) { end &-= 1 }
        return (first, end)
    }
}

/// A pattern of LIKE.
enum LikePattern {
    /// A backslash at the end escapes nothing.
    static func endsInEscape(_ pattern: [UInt8]) -> Bool {
        var escapes = 0
        for byte in pattern.reversed() {
            guard byte == 0x5C else { break }
            escapes &+= 1
        }
        return escapes % 2 == 1
    }
}
