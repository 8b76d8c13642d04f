internal import CErpKernel

extension erpk_value {
    static func null(_ type: Int32) -> erpk_value {
        erpk_value(
            state: UInt8(ERPK_S_NULL), type: UInt8(truncatingIfNeeded: type), scale: 0, length: 0, bytes: nil, low: 0,
            high: 0)
    }

    static func error(_ kind: Int32) -> erpk_value {
        erpk_value(
            state: UInt8(ERPK_S_ERROR), type: 0, scale: 0, length: 0, bytes: nil, low: UInt64(truncatingIfNeeded: kind),
            high: 0)
    }

    /// What is not of the type that slot wants.
    static func misfit(_ slot: UInt32) -> erpk_value {
        var value = error(ERPK_E_TYPE)
        value.length = slot
        return value
    }

    static func bool(_ value: Bool) -> erpk_value {
        erpk_value(
            state: UInt8(ERPK_S_VALUE), type: UInt8(ERPK_T_BOOL), scale: 0, length: 0, bytes: nil, low: value ? 1 : 0,
            high: 0)
    }

    static func integer(_ value: Int128, type: Int32) -> erpk_value {
        erpk_value(
            state: UInt8(ERPK_S_VALUE), type: UInt8(truncatingIfNeeded: type), scale: 0, length: 0, bytes: nil,
            low: UInt64(truncatingIfNeeded: value), high: Int64(truncatingIfNeeded: value >> 64))
    }

    static func text(_ bytes: UnsafePointer<UInt8>?, length: UInt32, type: Int32) -> erpk_value {
        erpk_value(
            state: UInt8(ERPK_S_VALUE), type: UInt8(truncatingIfNeeded: type), scale: 0, length: length, bytes: bytes,
            low: 0, high: 0)
    }

    static func number(_ value: Decimal?) -> erpk_value {
        guard let value else { return .error(ERPK_E_OVERFLOW) }
        var result = integer(value.coefficient, type: ERPK_T_NUMBER)
        result.scale = Int16(truncatingIfNeeded: value.scale)
        result.length = UInt32(truncatingIfNeeded: value.display)
        return result
    }

    var isValue: Bool { state == UInt8(ERPK_S_VALUE) }
    var isNull: Bool { state == UInt8(ERPK_S_NULL) }
    var isError: Bool { state == UInt8(ERPK_S_ERROR) }
    var isRedacted: Bool { state == UInt8(ERPK_S_REDACTED) }

    /// The code of an error.
    var failure: Int32 {
        switch Int32(truncatingIfNeeded: low) {
        case ERPK_E_TYPE: ERPK_TYPE
        case ERPK_E_TOO_LONG: ERPK_LIMIT
        default: ERPK_ARITHMETIC
        }
    }

    /// Of JSON the caller tells whether it is a list.
    var isList: Bool { isValue && type == UInt8(ERPK_T_JSON) && low == 1 }

    var isTrue: Bool { isValue && low == 1 }
    var isFalse: Bool { isValue && low == 0 }

    @inline(__always)
    var integer: Int128 { Int128(high) &<< 64 | Int128(low) }

    var decimal: Decimal { Decimal(trusted: integer, scale: Int(scale), display: Int(length)) }

    /// -1, 0 or 1 for two values of one type.
    @inline(__always)
    func order(against other: erpk_value) -> Int {
        if type == UInt8(ERPK_T_NUMBER) {
            if scale != other.scale { return decimal.order(against: other.decimal) }
        } else if type == UInt8(ERPK_T_TEXT) || type == UInt8(ERPK_T_OPAQUE) {
            return view.order(against: other.view)
        }
        if high != other.high { return high < other.high ? -1 : 1 }
        return low == other.low ? 0 : (low < other.low ? -1 : 1)
    }
}
