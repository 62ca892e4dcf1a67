import Foundation
import Testing

@testable import Synthesis

struct NoiseTests {
    private func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    /// Amplitude of a frequency in a signal.
    private func amplitude(_ values: [Double], _ frequency: Double, rate: Double) -> Double {
        var (re, im) = (0.0, 0.0)
        for (index, value) in values.enumerated() {
            let angle = 2 * .pi * frequency * Double(index) / rate
            re += value * cos(angle)
            im += value * sin(angle)
        }
        return 2 * (re * re + im * im).squareRoot() / Double(values.count)
    }

    @Test(arguments: [128.0, 360, 1000])
    func muscleNoise_atAnyRate_hasUnitDeviationAndNoBaseline(rate: Double) {
        var noise = MuscleNoise(sampleRate: rate, random: RandomStream(seed: 1, purpose: "test"))
        let values = (0..<Int(120 * rate)).map { noise.next(at: Double($0) / rate) }
        #expect(abs(deviation(values) - 1) < 0.05)
        // Below 20 Hz there is little: the mean over 0.25 s hardly moves.
        let length = Int(rate / 4)
        let means = stride(from: 0, to: values.count - length, by: length).map {
            values[$0..<$0 + length].reduce(0, +) / Double(length)
        }
        #expect(deviation(means) < 0.05)
    }

    @Test func baselineWander_overMinutes_hasTheDeviationAskedForBelowHalfAHertz() {
        var random = RandomStream(seed: 2, purpose: "test")
        let wander = BaselineWander(deviation: 0.2, random: &random)
        let values = (0..<36_000).map { wander.value(at: Double($0) / 20) }
        #expect(abs(deviation(values) - 0.2) < 0.02)
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        // A sinusoid of 0.45 Hz and standard deviation 0.2 moves by no more than this between two values.
        #expect((steps.map(abs).max() ?? 1) < 2 * .pi * 0.45 * 0.2 * 2 / 20 * 2)
    }

    @Test func hum_at60Hz_isThere() {
        var random = RandomStream(seed: 3, purpose: "test")
        let hum = MainsHum(amplitude: 0.1, frequency: 60, sampleRate: 360, random: &random)
        let values = (0..<360).map { hum.value(at: Double($0) / 360) }
        #expect((0.065...0.105).contains(amplitude(values, 60, rate: 360)))
        #expect(amplitude(values, 50, rate: 360) < 0.01)
    }
}
