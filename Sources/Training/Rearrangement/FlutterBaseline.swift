import Foundation
import Synthesis

/// The saw-tooth of fluttering atria: the same number of waves from every beat to the next, one wave like the other.
///
/// After Wells et al., *Circulation* 60(3):665-673 (1979): a slow limb and a fast one. Its height is 5 to 25 % of that of the QRS complex and
/// differs between leads.
struct FlutterBaseline {
    /// In mV, with its sign, by lead.
    private let heights: [Float]
    /// Where in the wave a QRS complex is, 0 to 1.
    private let phase: Double
    /// Share of the wave that falls.
    private let fall: Double

    /// `heights` are those of the QRS complexes by lead, in mV.
    init(heights: [Float], random: inout RandomStream) {
        let strength = random.uniform(in: 0.05...0.25)
        var own: [Float] = []
        for height in heights {
            let share = strength * random.uniform(in: 0.2...1) * (random.uniform() < 0.5 ? -1 : 1)
            own.append(height * Float(share))
        }
        self.heights = own
        phase = random.uniform()
        fall = random.uniform(in: 0.5...0.8)
    }

    /// Adds it to stretches of (frames, leads) in mV, each of a number of waves.
    func add(to values: inout [Float], in stretches: [(frames: Range<Int>, cycles: Int)]) {
        let leads = heights.count
        for (frames, cycles) in stretches {
            for frame in frames where frame < values.count / leads {
                let place = Double(frame - frames.lowerBound) / Double(frames.count) * Double(cycles) + phase
                let height = Float(wave(place - place.rounded(.down)))
                for lead in 0..<leads { values[frame * leads + lead] += heights[lead] * height }
            }
        }
    }

    /// From 0.5 down to -0.5 and up again, with round corners; `place` from 0 to 1.
    private func wave(_ place: Double) -> Double {
        let share = place < fall ? place / fall : 1 + (place - fall) / (1 - fall)
        return 0.5 * cos(.pi * share)
    }
}
