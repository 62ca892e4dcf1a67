import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

@Suite struct PatientThresholdTests {
    /// A threshold after beats of two heaps of log odds, drawn in turn with the share given of the upper one.
    private func threshold(
        after beats: Int, lower: Float = -6, upper: Float = -0.5, spread: Float = 0.8, share: Float = 0.3
    ) -> PatientThreshold {
        var threshold = PatientThreshold()
        learn(beats, lower: lower, upper: upper, spread: spread, share: share, into: &threshold)
        return threshold
    }

    private func learn(
        _ beats: Int, lower: Float, upper: Float, spread: Float, share: Float, into threshold: inout PatientThreshold
    ) {
        let random = CounterRandom(seed: 7, stream: UInt64(beats))
        for beat in 0..<UInt64(beats) {
            let mean = random.uniform(2 * beat) < share ? upper : lower
            threshold.learn(odds: mean + spread * random.normal(2 * beat + 1))
        }
    }

    @Test func twoHeaps_haveItBetweenThem() {
        #expect((-3 ... -1.3).contains(threshold(after: 800).value))
        #expect((-3.5...1).contains(threshold(after: 800, lower: -7, upper: 3).value))
    }

    @Test func oneHeap_orATail_staysAtEvenOdds() {
        #expect(threshold(after: 800, share: 0).value == 0)
        // Fibrillation: one wide heap that reaches over even odds.
        #expect(threshold(after: 800, lower: -2.5, spread: 1.5, share: 0).value == 0)
    }

    @Test func heapThatNobodyCallsS_movesNothing() {
        #expect(threshold(after: 800, lower: -7, upper: -3, spread: 0.5).value == 0)
    }

    @Test func fewBeats_sayNothing_andLittleAtFirst() {
        #expect(threshold(after: 59).value == 0)
        #expect(abs(threshold(after: 100).value) < 1.5)
    }

    @Test func heapThatIsGone_isForgotten() {
        var threshold = threshold(after: 800)
        learn(2500, lower: -6, upper: 0, spread: 0.8, share: 0, into: &threshold)
        #expect(abs(threshold.value) < 0.05)
    }

    @Test func oddsOutOfBounds_areHeld_andNoNumbersAreLeftOut() throws {
        var threshold = PatientThreshold()
        for _ in 0..<100 {
            for odds in [-Float.greatestFiniteMagnitude, -40, 40, .greatestFiniteMagnitude, .nan, .infinity] {
                threshold.learn(odds: odds)
            }
        }
        #expect(PatientThreshold.range.contains(threshold.value))
        let copy = try JSONDecoder().decode(PatientThreshold.self, from: JSONEncoder().encode(threshold))
        #expect(copy == threshold)
    }

    // MARK: - In the classifier

    private func classifier(_ isOn: Bool) throws -> BeatClassifier {
        var model = try BeatModel(untrained: smallEntry, seed: 3)
        model.ensemble.fusion.patientThresholds = isOn
        return try BeatClassifier(model: model)
    }

    @Test func classifier_movesTheOddsOfV_andOfSToN() throws {
        let beat = makeBeat(1)
        let (plain, parting) = (try classifier(false), try classifier(true))
        var (before, after) = ([plain.initialState()], [parting.initialState()])
        after[0].atrialThreshold = threshold(after: 800)
        after[0].ventricularThreshold = threshold(after: 800, lower: -7, upper: 1)
        let (atrial, ventricular) = (after[0].atrialThreshold.value, after[0].ventricularThreshold.value)
        #expect(atrial < -1 && ventricular < -1 && atrial != ventricular)
        let one = try #require(try plain.classify([beat], streams: [0], states: &before).first)
        let other = try #require(try parting.classify([beat], streams: [0], states: &after).first)
        #expect(one.votes == other.votes && before[0].atrialThreshold == PatientThreshold())
        #expect(one.alone == nil && one.atrialThreshold == nil && one.ventricularThreshold == nil)
        #expect(other.alone == one.probabilities)
        #expect(other.atrialThreshold == atrial && other.ventricularThreshold == ventricular)
        #expect(abs(other.atrialOdds - (one.atrialOdds - atrial)) < 1e-4)
        #expect(abs(other.ventricularOdds - (one.ventricularOdds - ventricular)) < 1e-4)
        #expect(abs(other.probabilities.reduce(0, +) - 1) < 1e-5)
        for index in 3..<5 { #expect(one.probabilities[index] == other.probabilities[index]) }
    }

    @Test func classifier_learnsFromFinalBeats_andOfSFromThoseThatAreNotV() throws {
        let classifier = try classifier(true)
        var states = [classifier.initialState()]
        _ = try classifier.classify([makeBeat(1, stage: .provisional)], streams: [0], states: &states)
        #expect(states[0].atrialThreshold == PatientThreshold())
        #expect(states[0].ventricularThreshold == PatientThreshold())
        let beats = (1..<40).map { makeBeat($0) }
        let verdicts = try classifier.classify(beats, streams: beats.map { _ in 0 }, states: &states)
        var (atrial, ventricular) = (PatientThreshold(), PatientThreshold())
        for verdict in verdicts {
            ventricular.learn(odds: verdict.ventricularOdds)
            if verdict.label != .ventricular { atrial.learn(odds: verdict.atrialOdds) }
        }
        #expect(states[0].ventricularThreshold == ventricular && states[0].atrialThreshold == atrial)
        let copy = try JSONDecoder().decode([ClassifierState].self, from: JSONEncoder().encode(states))
        #expect(copy == states)
    }

    @Test func model_keepsIt_olderFilesHaveNone() throws {
        var model = try BeatModel(untrained: smallEntry, seed: 3)
        model.ensemble.fusion.patientThresholds = true
        #expect(try BeatModel(file: Safetensors(bytes: model.file().bytes(.half))).ensemble == model.ensemble)
        let older = #"{"space":"logarithm","weights":[1],"atrialWeights":[],"bias":[],"familyShare":0.7}"#
        #expect(try !JSONDecoder().decode(DualEnsemble.Fusion.self, from: Data(older.utf8)).patientThresholds)
    }
}
