import Foundation
import Synthesis

/// Sinus rhythm that an atrial focus takes over at once, for seconds or many minutes, and that hurries by itself at other times.
///
/// What tells paroxysmal supraventricular tachycardia from an exercising sinus node is how it begins (Blomström-Lundqvist
/// et al., *Circulation* 108(15):1871-1909, 2003): a run of the focus is there from one beat to the next, regular, at 105 to 220
/// a minute, with another P wave or none; the node takes dozens of beats to reach such a rate, and keeps its P wave.
struct ParoxysmalTachycardiaScript: RhythmScript {
    private enum Phase {
        case sinus, exercise, run
    }

    /// Interval of the sinus node at rest, in s.
    let interval: Double
    private let ectopicInterval: Double
    private let spread: Double
    private let wave: Double
    private let waveLead: Double
    private let exercise: Double
    private var phase = Phase.sinus
    private var left: Int
    private var haste = 0.0
    private var drift = 0.0
    private var random: RandomStream

    init(interval: Double, random: RandomStream) {
        self.random = random
        self.interval = min(max(interval * exp(self.random.uniform(in: -0.2...0.2)), 0.55), 1.2)
        ectopicInterval = min(max(self.interval * self.random.uniform(in: 0.4...0.68), 0.27), 0.57)
        spread = self.random.uniform(in: 0.004...0.025)
        wave = [-1, -0.5, 0, 0, 0, 0.5].randomElement(using: &self.random) ?? 0
        waveLead = self.random.uniform(in: -0.03...0.03)
        exercise = self.random.uniform(in: 0.2...0.6)
        left = Int.random(in: 40..<300, using: &self.random)
    }

    mutating func next() -> ScriptedBeat {
        if left == 0 { change() }
        left -= 1
        drift = 0.98 * drift + 0.008 * random.gaussian()
        // The node follows what is asked of it within some forty beats.
        haste += 0.025 * ((phase == .exercise ? exercise : 0) - haste)
        if phase == .run {
            return ScriptedBeat(
                origin: .atrial, interval: ectopicInterval * exp(0.3 * drift + spread * random.gaussian()),
                wave: wave * random.uniform(in: 0.8...1.2), waveLead: waveLead)
        }
        return ScriptedBeat(
            origin: .conducted, interval: max(interval * exp(drift - haste + 0.015 * random.gaussian()), 0.36),
            wave: random.uniform(in: 0.9...1.1))
    }

    private mutating func change() {
        switch phase {
        case .run, .exercise:
            phase = .sinus
            left = Int.random(in: 20..<300, using: &random)
        case .sinus:
            phase = random.uniform() < 0.6 ? .run : .exercise
            left = Int(exp(random.uniform(in: phase == .run ? log(6)...log(900) : log(100)...log(400))))
        }
    }
}
