import Foundation
import Synthesis

/// Sick sinus syndrome: a slow sinus node that pauses, and between its beats runs of an ectopic atrial focus.
///
/// After Ferrer, *JAMA* 206(3):645-646 (1968). The sinus node has intervals of 1 to 1.9 s; a run of the focus has those of 45 to 85 % of
/// the node's and a P wave of another shape, and the node takes 1 to 2.2 of its intervals to come back from it. Stretches
/// in which the node leads take turns with some in which the focus does, so that premature beats are the rule for minutes.
struct SickSinusScript: RhythmScript {
    /// Interval of the sinus node, in s.
    let interval: Double
    private let ectopicInterval: Double
    private let spread: Double
    private let recovery: Double
    private let wave: Double
    private let waveLead: Double
    private let longestRun: Double
    private let longestRest: Double
    private var left = 0
    private var runMean = 1.0
    private var restMean = 1.0
    private var inRun = 0
    private var inRest = 0
    private var isRecovering = false
    private var drift = 0.0
    private var random: RandomStream

    init(random: RandomStream) {
        self.random = random
        interval = self.random.uniform(in: 1...1.9)
        ectopicInterval = interval * self.random.uniform(in: 0.45...0.85)
        spread = self.random.uniform(in: 0.01...0.1)
        recovery = self.random.uniform(in: 1...2.2)
        wave = [-1, -0.5, 0, 0.4, 0.7, 1.2].randomElement(using: &self.random) ?? 1
        waveLead = self.random.uniform(in: -0.02...0.03)
        longestRun = exp(self.random.uniform(in: log(2)...log(60)))
        longestRest = exp(self.random.uniform(in: log(1)...log(12)))
        // Half of the recordings begin in a run: what comes first is not always the node.
        if self.random.uniform() < 0.5 { inRest = 10 } else { inRun = 10 }
    }

    mutating func next() -> ScriptedBeat {
        if left == 0 {
            left = Int.random(in: 60..<300, using: &random)
            runMean = 1 + random.uniform() * longestRun
            restMean = 1 + random.uniform() * longestRest
        }
        left -= 1
        drift = 0.98 * drift + 0.015 * random.gaussian()
        if inRun > 0 {
            inRun -= 1
            if inRun == 0 {
                inRest = geometric(restMean)
                isRecovering = true
            }
            return ScriptedBeat(
                origin: .atrial, interval: max(ectopicInterval * exp(drift + spread * random.gaussian()), 0.35),
                wave: wave * random.uniform(in: 0.8...1.2), waveLead: waveLead + 0.005 * random.gaussian())
        }
        inRest -= 1
        if inRest <= 0 { inRun = geometric(runMean) }
        let factor = isRecovering ? recovery * random.uniform(in: 0.8...1.25) : 1
        isRecovering = false
        return ScriptedBeat(
            origin: .conducted, interval: min(interval * max(factor, 1) * exp(drift + 0.04 * random.gaussian()), 5),
            wave: random.uniform(in: 0.9...1.1))
    }

    /// A whole number from 1 of the mean given, geometrically distributed.
    private mutating func geometric(_ mean: Double) -> Int {
        guard mean > 1 else { return 1 }
        return 1 + Int(log(max(random.uniform(), 1e-9)) / log(1 - 1 / mean))
    }
}
