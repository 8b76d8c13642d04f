import CErpKernel

/// Room for texts and lists; whoever reads them when it is gone is stopped by the sanitizer.
final class FuzzMemory {
    private var rooms: [UnsafeMutablePointer<UInt8>] = []

    func room(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        rooms.append(room)
        return room
    }

    /// The value with a text of its own in here; other values have none.
    func owned(_ value: erpk_value) -> erpk_value {
        let isText = value.type == UInt8(ERPK_T_TEXT) || value.type == UInt8(ERPK_T_OPAQUE)
        guard value.isValue, isText, let bytes = value.bytes else { return value }
        let copy = room(Int(value.length))
        copy.initialize(from: bytes, count: Int(value.length))
        return .text(UnsafePointer(copy), length: value.length, type: Int32(value.type))
    }

    /// A list of JSON with something to read behind it; other values stay.
    func withList(_ value: erpk_value) -> erpk_value {
        guard value.isList else { return value }
        var list = value
        let container = room(1)
        container.initialize(to: 0)
        list.bytes = UnsafePointer(container)
        return list
    }

    deinit { for room in rooms { room.deallocate() } }
}
