import Foundation
import Synthesis

/// Atrial fibrillation and flutter, for good or in bouts of half a minute and more: no P wave, no interval like the last.
///
/// Fibrillation has every interval drawn anew about a rate that drifts, log-normal with a small correlation from beat to beat;
/// the relative deviation lies between 0.12 and 0.3. In flutter the intervals are multiples of the atrial cycle of 0.18 to
/// 0.27 s, three, four or changing ones (two to one is left out: no interval tells it from other tachycardias). Half of the
/// patients whose P wave is known come out of it: the sinus node returns after a pause and leads until the next bout begins.
struct FibrillationScript: RhythmScript {
    private enum Phase {
        case sinus, fibrillation
        /// Atrial cycles from beat to beat; drawn anew from 2 to 5 where nil.
        case flutter(cycles: Double?)
    }

    /// Mean interval of fibrillation, in s.
    let interval: Double
    private let deviation: Double
    private let cycle: Double
    /// Interval of the sinus node, in s; nil where it never leads.
    private let sinus: Double?
    private let fluttering: Double
    private let recovery: Double
    private var phase = Phase.fibrillation
    private var left: Int
    private var drift = 0.0
    private var last = 0.0
    private var random: RandomStream

    /// A script for a patient; `sinus` is the interval of the node in s, nil for one whose P wave is not known.
    init(sinus: Double?, random: RandomStream) {
        self.random = random
        interval = self.random.uniform(in: 0.5...1.1)
        deviation = self.random.uniform(in: 0.12...0.3)
        cycle = self.random.uniform(in: 0.18...0.27)
        let hasBouts = self.random.uniform() < 0.5
        self.sinus = hasBouts ? sinus.map { min(max($0, 0.5), 1.5) } : nil
        fluttering = [0, 0, 0.3, 0.8].randomElement(using: &self.random) ?? 0
        recovery = self.random.uniform(in: 1...2.5)
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
            let interval = (sinus ?? self.interval) * pause * exp(0.4 * drift + 0.015 * random.gaussian())
            return ScriptedBeat(
                origin: .conducted, interval: min(interval, 4), wave: random.uniform(in: 0.9...1.1))
        case .fibrillation:
            last = 0.2 * last + random.gaussian()
            let interval = self.interval * exp(drift + deviation * last)
            return fibrillating(after: min(max(interval, 0.3), 2.4))
        case .flutter(let fixed):
            let drawn: Double = [2, 2, 3, 4, 4, 5].randomElement(using: &random) ?? 4
            return fibrillating(after: (fixed ?? drawn) * cycle * exp(0.01 * random.gaussian()))
        }
    }

    private func fibrillating(after interval: Double) -> ScriptedBeat {
        ScriptedBeat(origin: .conducted, interval: interval, wave: 0, fibrillates: true)
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
            left = Int(exp(random.uniform(in: log(40)...log(600))))
        }
    }
}
