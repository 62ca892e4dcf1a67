import Foundation

/// Baseline wander from electrodes: eight sinusoids between 0.03 and 0.45 Hz, slower ones higher.
struct BaselineWander: Sendable {
    private var components: [(amplitude: Double, angular: Double, phase: Double)] = []

    /// - Parameter deviation: standard deviation, in mV.
    init(deviation: Double, random: inout RandomStream) {
        guard deviation > 0 else { return }
        for index in 0..<8 {
            let frequency = 0.03 * pow(15, (Double(index) + random.uniform()) / 8)
            components.append((pow(frequency, -0.5), 2 * .pi * frequency, 2 * .pi * random.uniform()))
        }
        let power = components.reduce(0) { $0 + $1.amplitude * $1.amplitude / 2 }
        for index in components.indices { components[index].amplitude *= deviation / power.squareRoot() }
    }

    /// The wander at a time in s, in mV.
    func value(at time: Double) -> Double {
        components.reduce(0) { $0 + $1.amplitude * cos($1.angular * time + $1.phase) }
    }
}
