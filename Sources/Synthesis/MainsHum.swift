import Foundation

/// Mains hum with a third harmonic; the grid's frequency drifts by a few hundredths of a hertz.
struct MainsHum: Sendable {
    private let amplitude: Double
    private let frequency: Double
    private let third: Double
    private let phase: Double

    /// - Parameters:
    ///   - amplitude: of the fundamental, in mV.
    ///   - frequency: of the grid, in Hz.
    init(amplitude: Double, frequency: Double, sampleRate: Double, random: inout RandomStream) {
        self.amplitude = amplitude * random.uniform(in: 0.7...1)
        self.frequency = frequency
        // What the rate cannot carry, the recorder's own filter has removed.
        third = 3 * frequency < 0.45 * sampleRate ? 0.15 : 0
        phase = 2 * .pi * random.uniform()
    }

    /// The hum at a time in s, in mV.
    func value(at time: Double) -> Double {
        guard amplitude > 0 else { return 0 }
        let angle = 2 * .pi * frequency * time + 0.6 * sin(2 * .pi * 0.03 * time) + phase
        return amplitude * (sin(angle) + third * sin(3 * angle))
    }
}
