/// Strings laid out for a C function that takes an array of NUL-terminated strings, NULL for absent ones.
struct CStringArray {
    private var bytes: [CChar] = []
    private var offsets: [Int?] = []

    init(_ strings: [String?]) {
        offsets.reserveCapacity(strings.count)
        for string in strings {
            guard let string else {
                offsets.append(nil)
                continue
            }
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
    }

    /// Calls the closure with one pointer per string and a closing NULL, valid during the call only.
    func withPointers<Value>(_ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Value) -> Value {
        bytes.withUnsafeBufferPointer { buffer in
            var pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
                offset.flatMap { position in buffer.baseAddress.map { $0 + position } }
            }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer(body)
        }
    }
}
