import Foundation
import Synthesis

/// Atrial fibrillation and flutter, for good or in bouts of seconds to many minutes: no P wave, no interval like the last.
///
/// Fibrillation has every interval drawn anew about a rate that drifts, log-normal with a small correlation from beat to beat;
/// the relative deviation lies between 0.12 and 0.3. In flutter the intervals are multiples of the atrial cycle of 0.18 to
/// 0.27 s: three, four or changing ones, where conduction changes with every beat or stays for up to five on average (two to one
/// for long is left out: no interval tells it from other tachycardias). Seven patients in ten come out of it: the sinus node
/// returns after a pause and leads until the next bout begins, with premature beats of an atrial focus now and then; their bouts
/// may be short and are mostly faster than the node.
struct FibrillationScript: RhythmScript {
    private enum Phase {
        case sinus, fibrillation
        /// Atrial cycles from beat to beat; from 2 to 5 and changing where nil.
        case flutter(cycles: Int?)
    }

    /// Mean interval of fibrillation, in s.
    let interval: Double
    private let deviation: Double
    private let cycle: Double
    /// Interval of the sinus node, in s; nil where it never leads.
    private let sinus: Double?
    private let fluttering: Double
    /// Chance that changing conduction changes with a beat.
    private let variability: Double
    /// Atrial cycles from beat to beat, where they change.
    private var cycles = 4
    private let recovery: Double
    /// Share of the beats between bouts that come from a focus of the atria.
    private let ectopy: Double
    /// Interval of those beats, in intervals of the node.
    private let prematurity: Double
    private var phase = Phase.fibrillation
    private var left: Int
    private var drift = 0.0
    private var last = 0.0
    private var random: RandomStream

    /// A script for a patient; `sinus` is the interval of the node in s.
    init(sinus: Double, random: RandomStream) {
        self.random = random
        deviation = self.random.uniform(in: 0.12...0.3)
        cycle = self.random.uniform(in: 0.18...0.27)
        let hasBouts = self.random.uniform() < 0.7
        self.sinus = hasBouts ? min(max(sinus, 0.5), 1.5) : nil
        // Bouts are mostly faster than the sinus node.
        let (usual, share) = (self.random.uniform(in: 0.4...1.1), self.random.uniform(in: 0.5...1.1))
        interval = self.sinus.map { min(max($0 * share, 0.38), 1.1) } ?? usual
        ectopy = [0, 0.01, 0.03, 0.1].randomElement(using: &self.random) ?? 0
        prematurity = self.random.uniform(in: 0.5...0.85)
        fluttering = [0, 0, 0.3, 0.8].randomElement(using: &self.random) ?? 0
        recovery = self.random.uniform(in: 1...2.5)
        variability = self.random.uniform(in: 0.2...1)
        left = 0
        change(isFirst: true)
    }

    mutating func next() -> ScriptedBeat {
        let isChange = left == 0
        if isChange { change(isFirst: false) }
        left -= 1
        drift = 0.95 * drift + 0.02 * random.gaussian()
        switch phase {
        case .sinus:
            let pause = isChange ? recovery : 1
            if !isChange, let sinus, random.uniform() < ectopy {
                return ScriptedBeat(
                    origin: .atrial, interval: sinus * prematurity * exp(0.05 * random.gaussian()),
                    wave: random.uniform(in: -0.5...1))
            }
            let interval = (sinus ?? self.interval) * pause * exp(0.4 * drift + 0.015 * random.gaussian())
            return ScriptedBeat(
                origin: .conducted, interval: min(interval, 4), wave: random.uniform(in: 0.9...1.1))
        case .fibrillation:
            last = 0.2 * last + random.gaussian()
            let interval = self.interval * exp(drift + deviation * last)
            return ScriptedBeat(
                origin: .conducted, interval: min(max(interval, 0.3), 2.4), wave: 0, disorder: .fibrillation)
        case .flutter(let fixed):
            if random.uniform() < variability { cycles = [2, 2, 3, 4, 4, 5].randomElement(using: &random) ?? 4 }
            let cycles = fixed ?? self.cycles
            return ScriptedBeat(
                origin: .conducted, interval: Double(cycles) * cycle * exp(0.01 * random.gaussian()), wave: 0,
                disorder: .flutter(cycles: cycles))
        }
    }

    private mutating func change(isFirst: Bool) {
        if case .sinus = phase {
        } else if !isFirst, sinus != nil, random.uniform() < 0.5 {
            phase = .sinus
            left = Int(exp(random.uniform(in: log(10)...log(300))))
            return
        }
        if random.uniform() < fluttering {
            phase = .flutter(cycles: [nil, nil, 3, 4].randomElement(using: &random) ?? nil)
            left = Int.random(in: 20..<120, using: &random)
        } else {
            phase = .fibrillation
            left = Int(exp(random.uniform(in: log(sinus == nil ? 40 : 8)...log(600))))
        }
    }
}
