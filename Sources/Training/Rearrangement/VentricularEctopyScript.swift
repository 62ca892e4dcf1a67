import Foundation
import Synthesis

/// Another rhythm with ventricular beats in it: alone, in fixed patterns and in runs.
///
/// They come after 42 to 80 % of an interval; the pause after them is compensatory, or shorter in one patient of ten, in
/// whom they are interpolated. Nine of ten come from the first of two foci.
struct VentricularEctopyScript: RhythmScript {
    private enum Pattern {
        case none, rare, frequent, bigeminy, trigeminy, runs
    }

    /// What the stretches are drawn from: two of three have few such beats or none.
    private static let patterns: [Pattern] =
        Array(repeating: .none, count: 4) + Array(repeating: .rare, count: 4)
        + [.frequent, .bigeminy, .trigeminy, .runs]

    let interval: Double
    private let coupling: Double
    private let couplingSpread: Double
    private let pause: Double
    private var base: any RhythmScript
    private var pattern = Pattern.none
    private var left = 0
    private var share = 0.0
    private var isPause = false
    private var since = 9
    private var random: RandomStream

    /// A script that draws on another one.
    init(_ base: any RhythmScript, random: RandomStream) {
        self.base = base
        self.random = random
        interval = base.interval
        coupling = self.random.uniform(in: 0.42...0.8)
        couplingSpread = self.random.uniform(in: 0.01...0.08)
        pause = self.random.uniform() < 0.1 ? 1.15 - coupling : 2 - coupling
    }

    mutating func next() -> ScriptedBeat {
        if left == 0 {
            pattern = Self.patterns.randomElement(using: &random) ?? .none
            left = Int.random(in: 30..<150, using: &random)
            share = random.uniform(in: 0.02...0.25)
        }
        left -= 1
        if isPause {
            if random.uniform() < (pattern == .runs ? 0.7 : 0.05) {
                return ventricular(after: interval * random.uniform(in: 0.4...0.62))
            }
        } else if begins() {
            return ventricular(after: interval * coupling * exp(couplingSpread * random.gaussian()))
        }
        var beat = base.next()
        since += 1
        if isPause { beat.interval = max(beat.interval, interval * pause * random.uniform(in: 0.93...1.07)) }
        isPause = false
        return beat
    }

    private mutating func begins() -> Bool {
        switch pattern {
        case .none: false
        case .rare: random.uniform() < 0.02
        case .frequent: random.uniform() < share
        case .bigeminy: since >= 1
        case .trigeminy: since >= 2
        case .runs: random.uniform() < 0.05
        }
    }

    private mutating func ventricular(after interval: Double) -> ScriptedBeat {
        isPause = true
        since = 0
        let focus = random.uniform() < 0.9 ? 0 : 1
        return ScriptedBeat(origin: .ventricular(focus), interval: max(interval, 0.28), wave: 0)
    }
}
