import Foundation

/// Muscle noise: white Gaussian noise between 20 and 150 Hz (or what the sample rate can carry), swelling and fading over seconds.
struct MuscleNoise: Sendable {
    private var highPass: Biquad
    private var lowPass: Biquad
    private let gain: Double
    private let swell: (angular: Double, phase: Double)
    private var random: RandomStream

    init(sampleRate: Double, random: RandomStream) {
        self.random = random
        highPass = Biquad(highPass: min(20, 0.2 * sampleRate), sampleRate: sampleRate)
        lowPass = Biquad(lowPass: min(150, 0.45 * sampleRate), sampleRate: sampleRate)
        // Energy of the impulse response: the variance that white noise of variance 1 leaves with.
        var (high, low) = (highPass, lowPass)
        var energy = 0.0
        for index in 0..<4096 {
            let value = low.filter(high.filter(index == 0 ? 1 : 0))
            energy += value * value
        }
        gain = 1 / energy.squareRoot()
        swell = (2 * .pi / self.random.uniform(in: 3...9), 2 * .pi * self.random.uniform())
    }

    /// The next value, with a standard deviation of 1 over many swells.
    mutating func next(at time: Double) -> Double {
        let envelope = (1 + 0.8 * sin(swell.angular * time + swell.phase)).squareRoot()
        return envelope * gain * lowPass.filter(highPass.filter(random.gaussian()))
    }
}

/// A filter of second order with Butterworth's damping (bilinear transform), in transposed direct form II.
private struct Biquad: Sendable {
    private let b: (Double, Double, Double)
    private let a: (Double, Double)
    private var z = (0.0, 0.0)

    init(lowPass frequency: Double, sampleRate: Double) { self.init(frequency, sampleRate, sign: 1) }
    init(highPass frequency: Double, sampleRate: Double) { self.init(frequency, sampleRate, sign: -1) }

    private init(_ frequency: Double, _ sampleRate: Double, sign: Double) {
        let w = 2 * .pi * frequency / sampleRate
        let alpha = sin(w) / 2.0.squareRoot()
        let a0 = 1 + alpha
        let centre = (sign - cos(w)) / a0
        b = (sign * centre / 2, centre, sign * centre / 2)
        a = (-2 * cos(w) / a0, (1 - alpha) / a0)
    }

    mutating func filter(_ x: Double) -> Double {
        let y = b.0 * x + z.0
        z.0 = b.1 * x - a.0 * y + z.1
        z.1 = b.2 * x - a.1 * y
        return y
    }
}
