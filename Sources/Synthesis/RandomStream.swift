import Foundation

/// A stream of random numbers that is the same on every machine for the same seed and purpose.
///
///     var random = RandomStream(seed: 7, purpose: "rhythm")
///     let coupling = random.uniform(in: 0.5...0.7)
///
/// xoshiro256++ 1.0 of Blackman & Vigna (*ACM Trans. Math. Softw.* 47(4):36, 2021); its 256 bits of state are filled by
/// SplitMix64 from the seed xor the FNV-1a hash of the purpose. Each purpose (rhythm, anatomy, each noise and lead) has its own
/// stream, so that more noise does not change the rhythm. Not for cryptography.
public struct RandomStream: Sendable, RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var spare: Double?

    /// Starts the stream of a purpose.
    public init(seed: UInt64, purpose: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01b3 }
        var mixer = seed ^ hash
        func splitMix() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        state = (splitMix(), splitMix(), splitMix(), splitMix())
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotated(state.0 &+ state.3, 23) &+ state.0
        let t = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= t
        state.3 = rotated(state.3, 45)
        return result
    }

    /// Uniform in 0..<1, with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in a range.
    public mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Standard normal, by the method of Box and Muller (1958); values come in pairs.
    public mutating func gaussian() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        let radius = (-2 * log(1 - uniform())).squareRoot()
        let angle = 2 * Double.pi * uniform()
        spare = radius * sin(angle)
        return radius * cos(angle)
    }
}
