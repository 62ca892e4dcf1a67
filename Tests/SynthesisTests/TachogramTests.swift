import Foundation
import Testing

@testable import Synthesis

struct TachogramTests {
    /// Power of a sequence of RR intervals between two frequencies, by direct sums over an even grid at 4 Hz.
    private func power(_ tachogram: Tachogram, in band: ClosedRange<Double>, duration: Double) -> Double {
        let values = stride(from: 0, to: duration, by: 0.25).map { tachogram.rr(at: $0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let first = Int((band.lowerBound * duration).rounded(.up))
        let last = Int(band.upperBound * duration)
        return (first...last).reduce(0) { sum, line in
            var (re, im) = (0.0, 0.0)
            for (index, value) in values.enumerated() {
                let angle = 2 * .pi * Double(line * index) / Double(values.count)
                re += (value - mean) * cos(angle)
                im += (value - mean) * sin(angle)
            }
            return sum + 2 * (re * re + im * im) / Double(values.count * values.count)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func rr_overTheRecord_hasTheMeanAndDeviationAskedFor(seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: "test")
        let tachogram = Tachogram(meanRR: 0.8, deviation: 0.05, ratio: 0.5, duration: 300, random: &random)
        let values = stride(from: 0, to: 300, by: 0.05).map { tachogram.rr(at: $0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        #expect(abs(mean - 0.8) < 0.001)
        #expect(abs(variance.squareRoot() - 0.05) < 0.001)
    }

    @Test(arguments: [0.5, 2.0, 5.0])
    func spectrum_ofALongTachogram_hasTheRatioAskedForAndNothingElse(ratio: Double) {
        var random = RandomStream(seed: 9, purpose: "test")
        let tachogram = Tachogram(meanRR: 1, deviation: 0.04, ratio: ratio, duration: 1200, random: &random)
        let low = power(tachogram, in: 0.06...0.14, duration: 1200)
        let high = power(tachogram, in: 0.21...0.29, duration: 1200)
        #expect(abs(low / high / ratio - 1) < 0.15)
        #expect(abs((low + high) / (0.04 * 0.04) - 1) < 0.05)
    }

    @Test func rr_withoutDeviation_isTheMean() {
        var random = RandomStream(seed: 1, purpose: "test")
        let tachogram = Tachogram(meanRR: 0.75, deviation: 0, ratio: 0.5, duration: 60, random: &random)
        #expect(tachogram.rr(at: 0) == 0.75)
        #expect(tachogram.rr(at: 59.9) == 0.75)
    }
}
