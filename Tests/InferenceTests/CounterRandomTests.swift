import Testing

@testable import Inference

@Suite struct CounterRandomTests {
    @Test func uniform_manyNumbers_haveTheRightMomentsInEveryStream() {
        for stream in 0..<4 as Range<UInt64> {
            let random = CounterRandom(seed: 42, stream: stream)
            let numbers = (0..<100_000).map { Double(random.uniform(UInt64($0))) }
            let mean = numbers.reduce(0, +) / 100_000
            let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
            let lag = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } / 100_000
            #expect(abs(mean - 0.5) < 0.004)
            #expect(abs(variance - 1 / 12.0) < 0.002)
            #expect(abs(lag) < 0.002)
            #expect(numbers.allSatisfy { (0..<1).contains($0) })
        }
    }

    @Test func normal_manyNumbers_haveTheRightMoments() {
        let random = CounterRandom(seed: 1, stream: 9)
        let numbers = (0..<100_000).map { Double(random.normal(UInt64($0))) }
        let mean = numbers.reduce(0, +) / 100_000
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 100_000
        let fourth = numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 100_000
        #expect(abs(mean) < 0.015)
        #expect(abs(variance - 1) < 0.02)
        #expect(abs(fourth - 3) < 0.15)
    }

    @Test func bits_otherSeedOrStream_differ() {
        let a = CounterRandom(seed: 1, stream: 2)
        for other in [CounterRandom(seed: 2, stream: 2), CounterRandom(seed: 1, stream: 3), a.stream(0)] {
            #expect((0..<1_000).allSatisfy { a.bits($0) != other.bits($0) })
        }
        #expect(a.bits(7) == CounterRandom(seed: 1, stream: 2).bits(7))
    }
}
