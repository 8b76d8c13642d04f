// A list without repetitions: open addressing, no dictionary, so the same order in every run.

/// Elements in the order they first came, each once.
struct DistinctList<Element> {
    private(set) var elements: [Element] = []
    private var hashes: [UInt64] = []
    /// Places in `elements` by hash, -1 where free; a power of two, at most half full.
    private var places: [Int32] = []

    /// The index of the element, which is added when none `isSame`.
    mutating func add(_ element: Element, hash: UInt64, isSame: (Element, Element) -> Bool) -> Int {
        if elements.count &* 2 >= places.count { grow() }
        var place = start(hash)
        while let index = places.at(place), index >= 0 {
            if hashes.at(Int(index)) == hash, let known = elements.at(Int(index)), isSame(known, element) {
                return Int(index)
            }
            place = (place &+ 1) & (places.count &- 1)
        }
        places.replace(at: place, with: Int32(truncatingIfNeeded: elements.count))
        elements.append(element)
        hashes.append(hash)
        return elements.count &- 1
    }

    private func start(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 7) & (places.count &- 1) }

    private mutating func grow() {
        let size = places.isEmpty ? 64 : places.count &* 2
        places = [Int32](repeating: -1, count: size)
        for (index, hash) in hashes.enumerated() {
            var place = start(hash)
            while let taken = places.at(place), taken >= 0 { place = (place &+ 1) & (size &- 1) }
            places.replace(at: place, with: Int32(truncatingIfNeeded: index))
        }
    }
}

/// FNV-1a over words, with the high bits brought down.
struct WordHash {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value = value ^ (value &>> 29)
    }
}
