import Foundation
import Testing

@testable import Extraction

@Suite struct VentricularActivityTests {
    private let window = BeatWindow.standard
    private let both = [true, true]

    /// Two leads: a QRS complex of some width and height that stands `later` samples after the R peak, and a T wave.
    private func beat(
        height: Float = 1, width: Double = 0.02, later: Int = 0, t: Float = 0.3, baseline: Float = 0, notch: Float = 0
    ) -> [Float] {
        func bell(_ sample: Int, _ seconds: Double, _ width: Double) -> Float {
            let away = (window.seconds(ofSample: sample - later) - seconds) / width
            return Float(exp(-away * away / 2))
        }
        return (0..<LeadSelection.count).flatMap { lead in
            (0..<window.length).map { sample in
                let size: Float = lead == 0 ? 1 : -0.6
                let complex = height * bell(sample, 0, width) + t * bell(sample, 0.3, 0.05)
                return baseline + size * complex + (lead == 1 ? notch * bell(sample, 0.04, 0.01) : 0)
            }
        }
    }

    /// Knows a patient whose complexes differ by up to `variation` mV after the R peak, in turn.
    private func taught(variation: Float) -> VentricularActivity {
        var ventricles = VentricularActivity(window: window)
        for number in 0..<120 {
            let notch = variation * [0, 1, 0.4, -0.7, -1, 0.2][number % 6]
            ventricles.learn(beat(t: 0.3 + notch / 4, notch: notch), present: both)
        }
        return ventricles
    }

    private func context(
        _ beat: [Float], _ ventricles: VentricularActivity, present: [Bool] = [true, true]
    ) -> [Float] {
        var context = [Float](repeating: 0, count: ContextFeature.count)
        ventricles.describe(beat, present: present, into: &context)
        return context
    }

    @Test func sameDifference_surprisesWhereComplexesAreAlike() {
        let odd = beat(notch: 0.08)
        let steady = context(odd, taught(variation: 0.01))
        let changing = context(odd, taught(variation: 0.08))
        #expect(steady[.qrsSurprise] > changing[.qrsSurprise] + 1)
        #expect(steady[.qrsSurpriseScore] > 3 && changing[.qrsSurpriseScore] < 2)
    }

    @Test func wideComplex_surprises() {
        let wide = context(beat(width: 0.05), taught(variation: 0.02))
        #expect(wide[.qrsSurprise] > 2 && wide[.qrsSurpriseScore] > 5)
    }

    @Test func changedTWave_surprisesThereMost() {
        let changed = context(beat(t: 0.2), taught(variation: 0.02))
        #expect(changed[.tSurprise] > 2 && changed[.tSurpriseScore] > 5)
        #expect(changed[.tSurprise] > changed[.qrsSurprise] + 1)
    }

    @Test(arguments: [
        (height: Float(1.25), later: 0, baseline: Float(0)), (0.8, 0, 0), (1, 2, 0), (1, -2, 0), (1, 0, 0.7),
    ])
    func heightJitterAndBaseline_areNoDifference(_ change: (height: Float, later: Int, baseline: Float)) {
        let same = context(
            beat(height: change.height, later: change.later, t: 0.3 * change.height, baseline: change.baseline),
            taught(variation: 0.03))
        #expect(same[.qrsSurprise] < 0.3 && same[.qrsSurpriseScore] < 1)
    }

    @Test func leadWithoutSignal_isNotCompared() {
        var lost = beat(notch: 0.3)
        for index in window.length..<2 * window.length { lost[index] = 0 }
        let ventricles = taught(variation: 0.02)
        #expect(context(lost, ventricles, present: [true, false])[.qrsSurprise] < 0.5)
        #expect(context(lost, ventricles)[.qrsSurprise] > 2)
        #expect(context(lost, ventricles, present: [false, false]).allSatisfy { $0 == 0 })
    }

    @Test func leadThatComesLater_isLearned() {
        var ventricles = VentricularActivity(window: window)
        for number in 0..<60 {
            let notch: Float = number % 2 == 0 ? 0.02 : -0.02
            ventricles.learn(beat(notch: notch), present: [true, number >= 20])
        }
        #expect(context(beat(), ventricles)[.qrsSurprise] < 0.5)
        #expect(context(beat(notch: 0.3), ventricles)[.qrsSurprise] > 1.5)
    }

    @Test func firstBeatsAndFlatOnes_sayNothing() {
        var ventricles = VentricularActivity(window: window)
        for _ in 0..<3 { ventricles.learn(beat(), present: both) }
        #expect(context(beat(notch: 0.5), ventricles).allSatisfy { $0 == 0 })
        let flat = [Float](repeating: 0, count: LeadSelection.count * window.length)
        var silent = VentricularActivity(window: window)
        for _ in 0..<20 { silent.learn(flat, present: both) }
        #expect(context(beat(), silent).allSatisfy { $0 == 0 })
    }

    @Test func anyWindow_isTaken() {
        for small in [BeatWindow(rate: 128, before: 4, after: 6), BeatWindow(rate: 250, before: 300, after: 10)] {
            var ventricles = VentricularActivity(window: small)
            let beat = (0..<LeadSelection.count * small.length).map { Float($0 % 7) }
            for _ in 0..<8 { ventricles.learn(beat, present: both) }
            #expect(context(beat, ventricles).allSatisfy { $0.isFinite })
        }
    }

    @Test func median_isThatOfTheSortedValues() {
        var state: UInt64 = 7
        for count in 1...200 {
            let values = (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float((state >> 33) % UInt64(count % 3 == 0 ? 4 : 1000)) - 2
            }
            #expect(Morphology.median(values[...]) == values.sorted()[count / 2])
        }
        #expect(Morphology.median([]) == 0)
    }
}
