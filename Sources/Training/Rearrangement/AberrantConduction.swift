import Foundation
import Synthesis

/// How a patient conducts premature beats that find one bundle branch still refractory.
///
/// What comes early is then conducted through the other branch alone (Gouaux & Ashman, *Am. Heart J.* 34 (1947) 366-373): the
/// complex begins as the patient's others do and ends with a late wave of its own, against which the T wave turns. In some
/// patients every beat of a run is conducted so, in others the first one, which comes after a long interval. None is
/// ventricular for that.
struct AberrantConduction {
    /// Share of the patients in whom it happens.
    private static let share = 0.3
    /// Interval up to which the first beat of a run comes early, in intervals of the rhythm.
    private static let early = 0.9
    /// Intervals below the limit after which the late wave is whole.
    private static let transition = 0.1
    /// Where the T wave changes most and the standard deviation of the change, in s after the R peak.
    private static let (repolarized, repolarization) = (0.26, 0.06)

    /// Interval below which an early beat is conducted so, in intervals of the rhythm.
    private let limit: Double
    /// Whether all beats of a run are.
    private let persists: Bool
    /// The middle of the late wave and its standard deviation, in s after the R peak.
    private let delay: Double
    private let width: Double
    /// Height of the late wave by lead, in mV.
    private let height: [Float]
    /// Change of the T wave, in heights of the late wave.
    private let discordance: Float
    private var wasEarly = false

    /// How a patient conducts premature beats whose complexes are so high, by lead in mV peak to peak; nil where as all others.
    init?(amplitude: [Float], random: RandomStream) {
        var random = random
        guard random.uniform() < Self.share else { return nil }
        limit = random.uniform(in: 0.55...1)
        persists = random.uniform() < 0.3
        delay = random.uniform(in: 0.025...0.06)
        width = random.uniform(in: 0.012...0.024)
        height = amplitude.map { $0 * Float(random.uniform(in: 0.15...1) * (random.uniform() < 0.5 ? -1 : 1)) }
        discordance = Float(random.uniform(in: 0...0.4))
    }

    /// Takes the next beat of a rhythm whose interval is known, in s; how much of the late wave it has, 0 to 1.
    ///
    /// Premature atrial beats and those of fibrillation may have it.
    mutating func degree(of beat: ScriptedBeat, interval: Double) -> Float {
        let ratio = beat.interval / interval
        defer { wasEarly = ratio < Self.early }
        guard beat.origin == .atrial || beat.disorder == .fibrillation, persists || !wasEarly else { return 0 }
        return Float(min(max((limit - ratio) / Self.transition, 0), 1))
    }

    /// A complex with so much of the late wave.
    func conducted(_ complex: BeatMaterial.Complex, degree: Float, sampleRate: Double) -> BeatMaterial.Complex {
        guard degree > 0 else { return complex }
        var complex = complex
        let leads = height.count
        for index in complex.samples.indices {
            let time = Double(index / leads - complex.before) / sampleRate
            let wave = exp(-0.5 * pow((time - delay) / width, 2))
            let recovery = exp(-0.5 * pow((time - Self.repolarized) / Self.repolarization, 2))
            complex.samples[index] += degree * height[index % leads] * (Float(wave) - discordance * Float(recovery))
        }
        return complex
    }
}
