// The only file besides Exports.swift that touches unsafe pointers. Every access is checked here:
// reading outside gives zero, writing outside is dropped, and the sizes the kernel reports tell the caller.

internal import CErpKernel

/// Read-only bytes of the caller, valid for the call.
struct ByteView {
    private let base: UnsafePointer<UInt8>?
    let count: Int

    init(_ base: UnsafePointer<UInt8>?, count: Int) {
        self.base = base
        self.count = base == nil || count < 0 ? 0 : count
    }

    subscript(index: Int) -> UInt8 {
        guard let base, index >= 0, index < count else { return 0 }
        return base[index]
    }

    func copied() -> [UInt8] {
        guard let base else { return [] }
        return [UInt8](UnsafeBufferPointer(start: base, count: count))
    }

    /// The bytes from one position up to another, as many of them as there are.
    func copied(from first: Int, to end: Int) -> [UInt8] {
        guard let base, first >= 0, first < end, end <= count else { return [] }
        return [UInt8](UnsafeBufferPointer(start: base + first, count: end &- first))
    }

    func isEqual(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != (other.at(index) ?? 0) { return false }
        return true
    }

    /// Order of the bytes as unsigned numbers, a prefix first: COLLATE "C".
    func order(against other: ByteView) -> Int {
        let shared = count < other.count ? count : other.count
        if let left = base, let right = other.base {
            for index in 0..<shared where left[index] != right[index] {
                return left[index] < right[index] ? -1 : 1
            }
        }
        return count == other.count ? 0 : (count < other.count ? -1 : 1)
    }
}

/// A caller's buffer that is written front to back; what does not fit is counted, not written.
struct Output {
    private let base: UnsafeMutablePointer<UInt8>?
    private let capacity: Int
    private(set) var count = 0

    init(_ base: UnsafeMutablePointer<UInt8>?, capacity: Int) {
        self.base = base
        self.capacity = base == nil || capacity < 0 ? 0 : capacity
    }

    mutating func append(_ byte: UInt8) {
        if let base, count < capacity { base[count] = byte }
        count &+= 1
    }

    mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return }
        append(ByteView(text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ view: ByteView) {
        for index in 0..<view.count { append(view[index]) }
    }

    mutating func append(_ bytes: [UInt8]) {
        for byte in bytes { append(byte) }
    }
}

extension Array {
    /// The element, or nil outside the bounds: the kernel never subscripts unchecked.
    func at(_ index: Int) -> Element? {
        index >= 0 && index < count ? self[index] : nil
    }

    mutating func truncate(to length: Int) {
        if length >= 0, length < count { removeSubrange(length..<count) }
    }

    mutating func replace(at index: Int, with element: Element) {
        if index >= 0, index < count { self[index] = element }
    }
}

extension Array where Element == UInt8 {
    init(_ text: StaticString) {
        self.init()
        append(text)
    }

    mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return }
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func equals(_ text: StaticString) -> Bool {
        guard text.hasPointerRepresentation, count == text.utf8CodeUnitCount else { return false }
        return ByteView(text.utf8Start, count: text.utf8CodeUnitCount).isEqual(to: self)
    }

    /// Whether it is that text, the case of ASCII letters aside.
    func equals(anyCaseOf text: StaticString) -> Bool {
        guard text.hasPointerRepresentation, count == text.utf8CodeUnitCount else { return false }
        let other = ByteView(text.utf8Start, count: text.utf8CodeUnitCount)
        for (index, byte) in enumerated() where lowered(byte) != lowered(other[index]) { return false }
        return true
    }

    private func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

/// A program whose indices `init(checking:)` has proven to lie inside it, so that the evaluator may read it plainly.
struct Program {
    private let base: UnsafePointer<UInt8>
    let header: erpk_program

    /// Trusts a program that was checked before.
    init?(prepared bytes: UnsafePointer<UInt8>?) {
        guard let bytes else { return nil }
        base = bytes
        header = UnsafeRawPointer(bytes).loadUnaligned(as: erpk_program.self)
        guard header.magic == ProgramLayout.magic else { return nil }
    }

    /// Proves that every table, register, jump and text of the program lies inside `size` bytes.
    init?(checking bytes: UnsafePointer<UInt8>?, size: Int) {
        guard let bytes, size >= MemoryLayout<erpk_program>.size else { return nil }
        self.init(prepared: bytes)
        guard header.size == UInt32(clamping: size), ProgramLayout.isSound(self) else { return nil }
    }

    private func load<T>(_ table: UInt32, _ index: UInt32, as type: T.Type) -> T {
        UnsafeRawPointer(base).loadUnaligned(
            fromByteOffset: Int(table) &+ Int(index) &* MemoryLayout<T>.stride, as: type)
    }

    @inline(__always)
    func code(_ index: UInt32) -> erpk_code { load(header.code, index, as: erpk_code.self) }
    func slot(_ index: UInt32) -> erpk_slot { load(header.slots, index, as: erpk_slot.self) }
    func constant(_ index: UInt32) -> erpk_value { load(header.constants, index, as: erpk_value.self) }
    @inline(__always)
    func argument(_ index: UInt32) -> UInt32 { load(header.arguments, index, as: UInt32.self) }
    @inline(__always)
    func atom(_ index: UInt32) -> UInt32 { load(header.atoms, index, as: UInt32.self) }
    func rule(_ index: UInt32) -> erpk_entry { load(header.rules, index, as: erpk_entry.self) }

    func quantifier(_ index: UInt32) -> erpk_quantifier { load(header.quantifiers, index, as: erpk_quantifier.self) }
    func probe(_ index: UInt32) -> erpk_probe { load(header.probes, index, as: erpk_probe.self) }

    /// Where text number `offset` of the program lies; callers pass offsets that were checked.
    func text(_ offset: UInt32) -> UnsafePointer<UInt8> { base + (Int(header.bytes) &+ Int(offset)) }

    /// Register of operand `index` of an instruction.
    @inline(__always)
    func operand(_ code: erpk_code, _ index: UInt32) -> UInt32 {
        if code.count <= 2 { return index == 0 ? code.a : code.b }
        return argument(code.a &+ index)
    }
}

/// The caller's register file; `Program` has proven the indices.
struct Registers {
    private let base: UnsafeMutablePointer<erpk_value>

    init?(_ base: UnsafeMutablePointer<erpk_value>?) {
        guard let base else { return nil }
        self.base = base
    }

    subscript(index: UInt32) -> erpk_value {
        @inline(__always) get { base[Int(index)] }
        @inline(__always) nonmutating set { base[Int(index)] = newValue }
    }

    /// The order of two values that are integers of one scale, or of 64 bits, which most are; nil for all others.
    @inline(__always)
    func quickOrder(_ left: UInt32, _ right: UInt32) -> Int? {
        let (one, other) = (base + Int(left), base + Int(right))
        guard one.pointee.state == UInt8(ERPK_S_VALUE), other.pointee.state == UInt8(ERPK_S_VALUE),
            one.pointee.type != UInt8(ERPK_T_TEXT), one.pointee.type != UInt8(ERPK_T_OPAQUE)
        else { return nil }
        if one.pointee.scale != other.pointee.scale { return scaledOrder(one, other) }
        if one.pointee.high != other.pointee.high { return one.pointee.high < other.pointee.high ? -1 : 1 }
        if one.pointee.low == other.pointee.low { return 0 }
        return one.pointee.low < other.pointee.low ? -1 : 1
    }

    /// Of two short numbers: 64 bits times 10^18 fit 128.
    @inline(__always)
    private func scaledOrder(_ one: UnsafePointer<erpk_value>, _ other: UnsafePointer<erpk_value>) -> Int? {
        let (left, right) = (Int64(bitPattern: one.pointee.low), Int64(bitPattern: other.pointee.low))
        guard one.pointee.high == left &>> 63, other.pointee.high == right &>> 63 else { return nil }
        let difference = Int(one.pointee.scale) &- Int(other.pointee.scale)
        guard difference >= -18, difference <= 18 else { return nil }
        var factor: Int64 = 1
        for _ in 0..<(difference < 0 ? 0 &- difference : difference) { factor = factor &* 10 }
        let scaledLeft = Int128(left) &* Int128(difference < 0 ? factor : 1)
        let scaledRight = Int128(right) &* Int128(difference > 0 ? factor : 1)
        return scaledLeft == scaledRight ? 0 : (scaledLeft < scaledRight ? -1 : 1)
    }

    /// Two bits: false, true, unknown, error.
    @inline(__always)
    func truth(_ index: UInt32) -> UInt64 {
        let value = base + Int(index)
        switch value.pointee.state {
        case UInt8(ERPK_S_VALUE): return value.pointee.low & 1
        case UInt8(ERPK_S_ERROR): return 3
        default: return 2
        }
    }

    /// Sets a truth value; the other fields of a register that only holds truth values are zero already.
    @inline(__always)
    func set(_ index: UInt32, _ truth: Bool) {
        let value = base + Int(index)
        value.pointee.state = UInt8(ERPK_S_VALUE)
        value.pointee.type = UInt8(ERPK_T_BOOL)
        value.pointee.low = truth ? 1 : 0
    }
}

/// The caller's words for the states of the atoms, 32 to a word.
struct StateKey {
    private let base: UnsafeMutablePointer<UInt64>
    let atoms: UInt32

    init(_ base: UnsafeMutablePointer<UInt64>, atoms: UInt32) {
        self.base = base
        self.atoms = atoms
    }

    @inline(__always)
    func write(_ word: UInt64, at index: UInt32) {
        if index < (atoms &+ 31) / 32 { base[Int(index)] = word }
    }
}

extension erpk_value {
    /// The bytes of a text; of any other value, none.
    var view: ByteView { ByteView(bytes, count: Int(length)) }

    /// Part of a text, lying where the text lies.
    func slice(_ first: Int, _ end: Int) -> erpk_value {
        guard let bytes, first >= 0, first <= end, end <= Int(length) else {
            return .text(nil, length: 0, type: ERPK_T_TEXT)
        }
        return .text(bytes + first, length: UInt32(truncatingIfNeeded: end &- first), type: ERPK_T_TEXT)
    }
}

extension erpk_run {
    /// The room the caller gave for a text of that size; nil after saying how much is wanted.
    mutating func room(for size: Int) -> Output? {
        guard let buffer, Int(space) >= size else {
            buffer = nil
            space = UInt32(truncatingIfNeeded: size)
            return nil
        }
        return Output(buffer, capacity: size)
    }

    /// The text that was written into the room, which is no longer free.
    mutating func text(_ length: Int) -> erpk_value {
        let result = erpk_value.text(buffer.map { UnsafePointer($0) }, length: space, type: ERPK_T_TEXT)
        buffer = nil
        space = 0
        return result.slice(0, length)
    }
}

/// A fault's fixed fields, always ended by NUL.
func writeFault(_ fault: RuleFault, to target: UnsafeMutablePointer<erpk_fault>?) {
    guard let target else { return }
    target.pointee = erpk_fault()
    target.pointee.code = fault.code
    withUnsafeMutableBytes(of: &target.pointee.path) { copy(fault.path, to: $0) }
    withUnsafeMutableBytes(of: &target.pointee.message) { copy(fault.message, to: $0) }
    withUnsafeMutableBytes(of: &target.pointee.hint) { copy(fault.hint, to: $0) }
}

/// Cuts at a character's start, so that the text stays valid UTF-8.
private func copy(_ text: [UInt8], to field: UnsafeMutableRawBufferPointer) {
    var length = text.count < field.count ? text.count : field.count &- 1
    if length < text.count {
        while length > 0, (text.at(length) ?? 0) & 0xC0 == 0x80 { length &-= 1 }
    }
    for index in 0..<(length < 0 ? 0 : length) { field[index] = text.at(index) ?? 0 }
}
