import CErpKernel

/// The fuzzer's bytes, read front to back; past the end come zeros.
struct FuzzInput {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func integer() -> UInt64 {
        (0..<8).reduce(0) { value, _ in value << 8 | UInt64(byte()) }
    }

    /// Everything up to the first NUL, which is taken too: a rule never holds one.
    mutating func untilNul() -> UnsafeBufferPointer<UInt8> {
        let end = bytes[position...].firstIndex(of: 0) ?? bytes.count
        defer { position = min(end + 1, bytes.count) }
        return UnsafeBufferPointer(rebasing: bytes[position..<end])
    }

    /// At most `count` bytes, still owned by the fuzzer.
    mutating func slice(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        let end = min(position + count, bytes.count)
        defer { position = end }
        return UnsafeBufferPointer(rebasing: bytes[position..<end])
    }

    /// A value as the shim could hand it over for that slot of that type; a JSON value may be of another type.
    mutating func value(_ type: Int32, slot: Int) -> erpk_value {
        let kind = byte()
        if kind % 8 == 7 { return .null(type) }
        if kind == 0xFE {
            var misfit = erpk_value.error(ERPK_E_TYPE)
            misfit.length = UInt32(slot)
            return misfit
        }
        switch type {
        case ERPK_T_BOOL: return .bool(kind & 1 == 1)
        case ERPK_T_NUMBER: return number(kind)
        case ERPK_T_TEXT, ERPK_T_OPAQUE:
            // Mostly short, so that the input lasts for many; a few are longer than an explanation shows.
            let text = slice(kind < 0xF0 ? Int(kind % 24) : Int(kind) * 2)
            return .text(text.baseAddress, length: UInt32(text.count), type: type)
        case ERPK_T_DATE: return .integer(Int128(Int32(truncatingIfNeeded: integer())), type: type)
        case ERPK_T_TIMESTAMP, ERPK_T_TIMESTAMPTZ: return .integer(Int128(Int64(bitPattern: integer())), type: type)
        case ERPK_T_UUID: return .integer(Int128(Int64(bitPattern: integer())) << 64 | Int128(integer()), type: type)
        case ERPK_T_JSON: return .integer(Int128(kind & 1), type: type)
        default: return .null(type)
        }
    }

    /// Small, of 64 bits, or whatever numeric's text says; what does not fit is an error, as in `values.c`.
    private mutating func number(_ kind: UInt8) -> erpk_value {
        switch kind % 8 {
        case 0...2: return .integer(Int128(Int8(bitPattern: byte())), type: ERPK_T_NUMBER)
        case 3: return .integer(Int128(Int64(bitPattern: integer())), type: ERPK_T_NUMBER)
        default:
            let text = slice(Int(kind) / 4)
            var value = erpk_value()
            guard erpk_parse(ERPK_T_NUMBER, text.baseAddress, UInt32(text.count), &value) == ERPK_OK else {
                return .error(kind % 2 == 0 ? ERPK_E_OVERFLOW : ERPK_E_NOT_FINITE)
            }
            return value
        }
    }
}
