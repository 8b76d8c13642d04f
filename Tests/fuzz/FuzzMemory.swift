/// Room for the texts that a program puts together; lasts as long as the registers that point into it.
final class FuzzMemory {
    private var rooms: [UnsafeMutablePointer<UInt8>] = []

    func room(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        let room = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        rooms.append(room)
        return room
    }

    deinit { for room in rooms { room.deallocate() } }
}
