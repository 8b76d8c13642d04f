/// Exponential pauses with full jitter.
struct Backoff: Sendable {
    let firstMilliseconds: Int64
    let longestMilliseconds: Int64
    private var state: UInt64

    init(firstMilliseconds: Int64, longestMilliseconds: Int64, seed: UInt64) {
        self.firstMilliseconds = firstMilliseconds
        self.longestMilliseconds = longestMilliseconds
        state = seed
    }

    /// The pause before attempt `retries + 1`: between half and one and a half of the doubled step.
    mutating func pause(afterRetries retries: Int) -> Int64 {
        let doubled = firstMilliseconds << Int64(min(max(retries, 0), 20))
        let step = min(doubled, longestMilliseconds)
        return max(1, step / 2 + Int64(next() % UInt64(step + 1)))
    }

    /// SplitMix64: small, seedable, good enough for jitter.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
