import Foundation
import Synthesis

/// Sinus rhythm in which some atrial beats are not conducted, and pauses of the node: long intervals, nothing premature.
///
/// What `SickSinusScript` must not be taken for. Stretches of full conduction take turns with second-degree block, Mobitz
/// (every third to ninth beat falls out, and the pause is twice the interval), Wenckebach (intervals shorten, and the pause
/// is less than two) and two to one, and with pauses of the node of any length.
struct HeartBlockScript: RhythmScript {
    private enum Pattern: CaseIterable {
        case none, mobitz, wenckebach, twoToOne, pauses
    }

    /// Interval of the sinus node, in s.
    let interval: Double
    private var respiration: RespiratoryArrhythmia
    private var pattern = Pattern.none
    private var left = 0
    private var cycle = 4
    private var place = 0
    private var drift = 0.0
    private var random: RandomStream

    init(breath: Breath, random: RandomStream) {
        self.random = random
        interval = self.random.uniform(in: 0.55...1.2)
        let depth = self.random.uniform(in: 0...0.08)
        let factor: Double = breath == .even ? 1 : [1, 1, 3].randomElement(using: &self.random) ?? 1
        respiration = RespiratoryArrhythmia(breath, depth: depth * factor, random: &self.random)
    }

    mutating func next() -> ScriptedBeat {
        if left == 0 {
            pattern = Pattern.allCases.randomElement(using: &random) ?? .none
            left = Int.random(in: 20..<150, using: &random)
            cycle = Int.random(in: 3..<10, using: &random)
            place = 0
        }
        left -= 1
        place += 1
        drift = 0.98 * drift + 0.012 * random.gaussian()
        let sinus = interval * exp(drift + respiration.change + 0.01 * random.gaussian())
        respiration.advance(by: sinus, random: &random)
        let isDropped = place % cycle == 0
        switch pattern {
        case .none: return conducted(after: sinus)
        case .mobitz: return isDropped ? conducted(after: 2 * sinus, blocked: sinus) : conducted(after: sinus)
        case .wenckebach:
            // The PR interval grows by ever less, so that RR shortens until a beat falls out.
            let growth = 0.12 * exp(-Double(place % cycle))
            return isDropped
                ? conducted(after: 1.8 * sinus, blocked: sinus) : conducted(after: sinus * (1 + growth))
        case .twoToOne: return conducted(after: 2 * sinus, blocked: sinus)
        case .pauses:
            return conducted(after: isDropped ? sinus * random.uniform(in: 1.3...2.6) : sinus)
        }
    }

    private mutating func conducted(after interval: Double, blocked: Double? = nil) -> ScriptedBeat {
        ScriptedBeat(
            origin: .conducted, interval: min(interval, 4), wave: random.uniform(in: 0.9...1.1), blockedWave: blocked)
    }
}
