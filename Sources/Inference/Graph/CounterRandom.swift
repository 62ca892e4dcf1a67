import Foundation

/// Random numbers that are a function of a key and an index: the same on every thread, in every order.
///
///     let random = CounterRandom(seed: 7, stream: 3)
///     random.uniform(0)      // always the same number in [0, 1)
///
/// The counter, a Weyl sequence, goes through the finaliser of SplitMix64 (Steele, Lea & Flood 2014) twice with the key
/// in between.
public struct CounterRandom: Sendable {
    private let key: UInt64

    /// A sequence of its own for every pair of numbers.
    public init(seed: UInt64, stream: UInt64) {
        key = Self.mix(Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ (stream &* 0xd134_2543_de82_ef95 &+ 1))
    }

    /// A sequence below this one.
    public func stream(_ index: UInt64) -> CounterRandom { CounterRandom(seed: key, stream: index) }

    /// 64 random bits.
    @inline(__always) public func bits(_ index: UInt64) -> UInt64 {
        Self.mix(Self.mix(key &+ index &* 0x9e37_79b9_7f4a_7c15) ^ key)
    }

    /// Uniform in [0, 1), of 24 bits.
    @inline(__always) public func uniform(_ index: UInt64) -> Float {
        Float(bits(index) >> 40) * 0x1p-24
    }

    /// Standard normal (Box & Muller 1958).
    public func normal(_ index: UInt64) -> Float {
        let word = bits(index)
        let first = (Double(word >> 32) + 0.5) * 0x1p-32
        let second = Double(word & 0xffff_ffff) * 0x1p-32
        return Float((-2 * log(first)).squareRoot() * cos(2 * .pi * second))
    }

    @inline(__always) private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
