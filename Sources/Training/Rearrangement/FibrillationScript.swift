import Foundation
import Synthesis

/// Atrial fibrillation: every interval drawn anew about a rate that drifts, no P wave.
///
/// Intervals are log-normal with a small correlation from beat to beat; their relative deviation lies between 0.12 and 0.3.
struct FibrillationScript: RhythmScript {
    /// Mean interval, in s.
    let mean: Double
    private let deviation: Double
    private var drift = 0.0
    private var last = 0.0
    private var random: RandomStream

    init(random: RandomStream) {
        self.random = random
        mean = self.random.uniform(in: 0.5...1.1)
        deviation = self.random.uniform(in: 0.12...0.3)
    }

    mutating func next() -> ScriptedBeat {
        drift = 0.95 * drift + 0.02 * random.gaussian()
        last = 0.2 * last + random.gaussian()
        let interval = mean * exp(drift + deviation * last)
        return ScriptedBeat(origin: .conducted, interval: min(max(interval, 0.3), 2.4), wave: 0)
    }
}
