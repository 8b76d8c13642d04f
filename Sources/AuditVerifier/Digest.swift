/// A SHA-256 value.
///
/// Four words instead of an array: a leaf takes several digests, and none of them may cost an allocation.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var fourth: UInt64 = 0

    static let byteCount = 32
    /// The row hash before the first position.
    public static let zero = Digest()

    private init() {}

    /// Reads 32 bytes; nil for any other number.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Digest.byteCount else { return nil }
        var index = bytes.startIndex
        func word() -> UInt64 {
            var value: UInt64 = 0
            for _ in 0..<8 {
                value = value << 8 | UInt64(bytes[index])
                index = bytes.index(after: index)
            }
            return value.bigEndian
        }
        first = word()
        second = word()
        third = word()
        fourth = word()
    }

    /// Reads 32 bytes from an offset that the caller has checked.
    init(_ bytes: Span<UInt8>, at offset: Int) {
        first = bigEndian(bytes, offset).bigEndian
        second = bigEndian(bytes, offset + 8).bigEndian
        third = bigEndian(bytes, offset + 16).bigEndian
        fourth = bigEndian(bytes, offset + 24).bigEndian
    }

    /// Reads 64 hexadecimal digits of lower case.
    public init?(hex: some StringProtocol) {
        guard let bytes = Hex.bytes(hex) else { return nil }
        self.init(bytes)
    }

    public var bytes: [UInt8] {
        [first, second, third, fourth].flatMap { word in
            let ordered = word.bigEndian
            return (0..<8).map { UInt8(truncatingIfNeeded: ordered >> (56 - 8 * $0)) }
        }
    }

    public var description: String { Hex.text(bytes) }

    /// Lets the crypto wrapper fill the value in place.
    static func filled(by fill: (UnsafeMutableRawBufferPointer) -> Void) -> Digest {
        var digest = Digest()
        withUnsafeMutableBytes(of: &digest, fill)
        return digest
    }
}

/// Eight bytes as a number; the offset has been checked by the caller.
func bigEndian(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in offset..<offset + 8 { value = value << 8 | UInt64(bytes[index]) }
    return value
}

/// Four bytes as a number; the offset has been checked by the caller.
func bigEndian32(_ bytes: Span<UInt8>, _ offset: Int) -> Int {
    Int(bytes[offset]) << 24 | Int(bytes[offset + 1]) << 16 | Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
}

/// At most eight bytes as a number.
func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
