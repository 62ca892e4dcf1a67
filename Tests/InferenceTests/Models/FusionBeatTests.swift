import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

@Suite struct FusionBeatTests {
    private let window = BeatWindow.standard

    /// A narrow complex with an upright T wave, or a wide one with the T wave turned; `late` in samples.
    private func complex(_ isVentricular: Bool, late: Double = 0) -> [Float] {
        func bump(_ time: Double, at center: Double, width: Double) -> Double { exp(-pow((time - center) / width, 2)) }
        return (0..<LeadSelection.count * window.length).map { index in
            let time = window.seconds(ofSample: index % window.length) - late / window.rate
            let sign = index < window.length ? 1.0 : -0.6
            return Float(
                isVentricular
                    ? sign * (1.4 * bump(time, at: 0.05, width: 0.05) - 0.6 * bump(time, at: 0.32, width: 0.06))
                    : bump(time, at: 0, width: 0.02) + 0.2 * bump(time, at: 0.28, width: 0.05))
        }
    }

    private func sum(_ conducted: Float, _ ventricular: Float, late: Double = 0) -> [Float] {
        zip(complex(false), complex(true, late: late)).map { conducted * $0 + ventricular * $1 }
    }

    private func shape(_ samples: [Float]) -> BeatShape { BeatShape(samples, window: window) }

    /// What a patient's classifier remembers after some beats of both kinds.
    private func memory(conducted: Int = 50, ventricular: Int = 10) -> FamilyMemory {
        var memory = FamilyMemory()
        for (count, isVentricular) in [(conducted, false), (ventricular, true)] {
            for _ in 0..<count {
                let shape = shape(complex(isVentricular))
                memory.learn(shape, family: memory.nearest(to: shape), odds: isVentricular ? 3 : -3)
            }
        }
        return memory
    }

    @Test func sumOfBothComplexes_hasItsPartsFound() throws {
        let mixture = try #require(memory().mixture(of: shape(sum(0.4, 0.6))))
        #expect(abs(mixture.conducted - 0.4) < 1e-3 && abs(mixture.ventricular - 0.6) < 1e-3)
        #expect(mixture.gain > 0.999)
        #expect(memory().fusionEvidence(of: shape(sum(0.4, 0.6)), prematurity: 0) > 0.99)
    }

    /// With a lead lost a conducted beat is unlike the conducted ones, and no sum of what both leads showed.
    @Test func beatOfFewerLeads_isComparedWithItsKindAlone() {
        var memory = memory()
        let part = sum(0.4, 0.6).enumerated().map { $0.offset < window.length ? $0.element : 0 }
        #expect(memory.mixture(of: shape(part)) == nil)
        #expect(memory.nearest(to: shape(part)) == nil)
        memory.learn(shape(part), family: nil, odds: -3)
        #expect(memory.nearest(to: shape(part)) == 2)
    }

    @Test func fiducialBesideTheRPeak_isFound() {
        #expect(memory().fusionEvidence(of: shape(sum(0.4, 0.6, late: 3)), prematurity: 0) > 0.99)
        #expect(memory().fusionEvidence(of: shape(sum(0.4, 0.6, late: 12)), prematurity: 0) < 0.9)
    }

    @Test(arguments: [
        (Float(1), Float(0), Float(0)), (0, 1, 0), (0.9, 0.1, 0), (0.05, 0.9, 0), (0.4, 2, 0), (0.4, 0.6, -0.3),
    ])
    func conductedVentricularOrPrematureBeat_isNone(conducted: Float, ventricular: Float, prematurity: Float) {
        let beat = shape(sum(conducted, ventricular))
        #expect(memory().fusionEvidence(of: beat, prematurity: prematurity) < 0.01)
    }

    /// Where the body turns, all conducted beats have a new complex from one beat to the next, which may look like a mixture.
    @Test func complexThatAllConductedBeatsHave_isNoMixture() {
        var memory = memory(conducted: 300)
        let beat = shape(sum(0.6, 0.5))
        #expect(memory.nearest(to: beat) == nil)
        #expect(memory.fusionEvidence(of: beat, prematurity: 0) > 0.99)
        for _ in 0..<20 { memory.learn(beat, family: memory.nearest(to: beat), odds: -3) }
        #expect(memory.fusionEvidence(of: beat, prematurity: 0) == 0)
    }

    @Test func mixtureAtEveryThirdBeat_staysOne() {
        var memory = memory(conducted: 300)
        let (beat, usual) = (shape(sum(0.6, 0.5)), shape(complex(false)))
        #expect(memory.nearest(to: beat) == nil)
        for _ in 0..<300 {
            for shape in [usual, usual, beat] { memory.learn(shape, family: memory.nearest(to: shape), odds: -3) }
            #expect(memory.fusionEvidence(of: beat, prematurity: 0) > 0.99)
        }
    }

    @Test func patientWithoutEightVentricularBeats_hasNone() {
        let beat = shape(sum(0.4, 0.6))
        #expect(memory(ventricular: 7).fusionEvidence(of: beat, prematurity: 0) == 0)
        #expect(memory(conducted: 0).fusionEvidence(of: beat, prematurity: 0) == 0)
        #expect(FamilyMemory().fusionEvidence(of: beat, prematurity: 0) == 0)
    }

    @Test func beatUnlikeAnySum_isNone() {
        for number in 0..<50 {
            #expect(memory().fusionEvidence(of: shape(makeBeat(number).window), prematurity: 0) < 0.01)
        }
    }

    @Test(arguments: [Float(0), .nan, .infinity, 1e30])
    func windowOfNonsense_isNone(value: Float) {
        let beat = shape([Float](repeating: value, count: LeadSelection.count * window.length))
        #expect(memory().fusionEvidence(of: beat, prematurity: 0) == 0)
    }

    @Test func memoryOfAnotherWindow_isNoMatter() {
        let other = BeatWindow(rate: 250, before: 100, after: 120)
        let beat = BeatShape(
            (0..<LeadSelection.count * other.length).map { Float($0 % 7) }, window: other)
        #expect(memory().fusionEvidence(of: beat, prematurity: 0) == 0)
    }

    @Test func evidence_takesFromNAndSInProportion() {
        let before = Verdict(probabilities: [0.6, 0.1, 0.2, 0.05, 0.05], votes: [])
        let after = before.fusionBeat(evidence: 0.75)
        for (got, expected) in zip(after.probabilities, [0.15, 0.025, 0.2, 0.575, 0.05] as [Float]) {
            #expect(abs(got - expected) < 1e-6)
        }
        #expect(after.label == .fusion && before.fusionBeat(evidence: 0) == before)
    }
}
