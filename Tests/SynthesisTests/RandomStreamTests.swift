import Testing

@testable import Synthesis

struct RandomStreamTests {
    /// xoshiro256++ and SplitMix64 written independently in Python (Reference/xoshiro.py).
    @Test func next_fromAKnownSeed_givesTheReferenceSequence() {
        var random = RandomStream(seed: 42, purpose: "rhythm")
        let expected: [UInt64] = [
            0x0ab2cb8c5204476c, 0xfd2350861fe6e60a, 0xc094bb7b7184effe,
            0x743b195850b7cc9d, 0xe2039bd065fd74f5, 0xa4e80414023db4e1,
        ]
        for value in expected { #expect(random.next() == value) }
    }

    @Test func gaussian_manyValues_hasMeanZeroAndVarianceOne() {
        var random = RandomStream(seed: 5, purpose: "normal")
        let values = (0..<100_000).map { _ in random.gaussian() }
        let mean = values.reduce(0, +) / 100_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
        #expect(abs(mean) < 0.01)
        #expect(abs(variance - 1) < 0.015)
        // 4.55 % of a normal distribution lie outside two standard deviations.
        #expect(abs(Double(values.count { abs($0) > 2 }) / 100_000 - 0.0455) < 0.002)
    }

    @Test func streams_ofTwoPurposes_areUnrelated() {
        var one = RandomStream(seed: 1, purpose: "muscle 0")
        var two = RandomStream(seed: 1, purpose: "muscle 1")
        let products = (0..<20_000).map { _ in one.gaussian() * two.gaussian() }
        #expect(abs(products.reduce(0, +) / 20_000) < 0.03)
    }
}
