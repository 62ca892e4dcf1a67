import Foundation
import Testing

@testable import Extraction

@Suite struct AtrialActivityTests {
    private let window = BeatWindow.standard

    /// Two leads: a QRS complex, a T wave, the T wave of the beat `distance` samples before, and a P wave of some height.
    private func beat(distance: Int, wave: Float, later shift: Int = 0) -> [Float] {
        func bell(_ sample: Int, _ seconds: Double, _ width: Double) -> Float {
            let away = (window.seconds(ofSample: sample) - seconds) / width
            return Float(exp(-away * away / 2))
        }
        let before = -Double(distance) / window.rate
        return (0..<LeadSelection.count).flatMap { lead in
            (0..<window.length).map { sample in
                let size: Float = lead == 0 ? 1 : -0.6
                let atrial = wave * bell(sample, -0.17 + Double(shift) / window.rate, 0.02)
                let own = bell(sample, 0, 0.02) + 0.3 * bell(sample, 0.3, 0.05)
                let last = bell(sample, before, 0.02) + 0.3 * bell(sample, before + 0.3, 0.05)
                return size * (atrial + own + last)
            }
        }
    }

    /// Knows a patient with P waves of 0.1 mV, a beat every 100 samples.
    private func taught() -> AtrialActivity {
        var atria = AtrialActivity(window: window)
        for number in 0..<20 {
            let height: Float = number % 2 == 0 ? 0.095 : 0.105
            atria.learn(atria.isolated(beat(distance: 100, wave: height), before: mean, distance: 100))
        }
        return atria
    }

    /// The family of the beat before.
    private var mean: ArraySlice<Float> { beat(distance: 100, wave: 0.1)[...] }

    private func context(_ beat: [Float], distance: Int, knowsBefore: Bool = true) -> [Float] {
        let atria = taught()
        var context = [Float](repeating: 0, count: ContextFeature.count)
        atria.describe(
            atria.isolated(beat, before: knowsBefore ? mean : nil, distance: distance), into: &context)
        return context
    }

    @Test func wave_onTheTWaveOfTheBeatBefore_isFound() {
        // 0.42 s after the R peak before, its T wave lies under the P wave.
        let premature = context(beat(distance: 54, wave: 0.1), distance: 54)
        #expect(premature[.atrialCorrelation] > 0.95)
        #expect((0.8...1.2).contains(premature[.atrialGain]))
        let covered = context(beat(distance: 54, wave: 0.1), distance: 54, knowsBefore: false)
        #expect(covered[.atrialCorrelation] < premature[.atrialCorrelation])
    }

    @Test func noWave_hasNoGainAndSurprises() {
        let without = context(beat(distance: 100, wave: 0), distance: 100)
        let with = context(beat(distance: 100, wave: 0.1), distance: 100)
        #expect(without[.atrialGain] < 0.3 && with[.atrialGain] > 0.8)
        #expect(without[.atrialDifference] > with[.atrialDifference] + 1)
        #expect(without[.atrialSurprise] > with[.atrialSurprise] + 1)
        #expect(with[.atrialPresence] > 1)
    }

    @Test func wave_upsideDown_differs() {
        #expect(context(beat(distance: 100, wave: -0.1), distance: 100)[.atrialDifference] > 0.5)
    }

    @Test func wave_thatComesLater_isFoundThere() {
        let late = context(beat(distance: 100, wave: 0.1, later: 3), distance: 100)
        #expect(late[.atrialShift] == 0.75 && late[.atrialCorrelation] > 0.9)
    }

    @Test func firstBeats_sayNothing() {
        let atria = AtrialActivity(window: window)
        var context = [Float](repeating: 0, count: ContextFeature.count)
        atria.describe(atria.isolated(beat(distance: 100, wave: 0.1), before: nil, distance: 0), into: &context)
        #expect(context.allSatisfy { $0 == 0 })
    }

    @Test func cleanness_fallsWithNoise() {
        var last = Float.infinity
        for noise in [Float(0), 0.008, 0.02, 0.2] {
            var sign: Float = 1
            let values = beat(distance: 100, wave: 0.1).prefix(window.length).map { value in
                sign = -sign
                return value + sign * noise
            }
            let cleanness = values.withUnsafeBufferPointer { Morphology.cleanness($0[...]) }
            #expect((0...1).contains(cleanness) && cleanness < last)
            last = cleanness
        }
        #expect(last == 0)
    }
}
