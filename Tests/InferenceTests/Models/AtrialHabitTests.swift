import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

@Suite struct AtrialHabitTests {
    private func habit(after beats: Int, everyNth: Int) -> AtrialHabit {
        var habit = AtrialHabit()
        for beat in 0..<beats { habit.learn(isAtrial: everyNth > 0 && beat % everyNth == 0) }
        return habit
    }

    @Test func rareBeats_areNoHabit_everyThirdIsOne() {
        #expect(AtrialHabit().strength == 0)
        #expect(habit(after: 1000, everyNth: 25).strength == 0)
        #expect(abs(habit(after: 2000, everyNth: 8).strength - 0.5) < 0.05)
        #expect(habit(after: 1000, everyNth: 3).strength == 1)
    }

    @Test func firstBeats_areFewOfMany() {
        #expect(habit(after: 3, everyNth: 1).strength == 0)
        #expect(abs(habit(after: 30, everyNth: 3).share - 10 / 60) < 0.01)
    }

    @Test func habitThatIsGone_isForgotten() {
        var habit = habit(after: 600, everyNth: 2)
        #expect(habit.strength == 1)
        for _ in 0..<900 { habit.learn(isAtrial: false) }
        #expect(habit.strength == 0)
    }

    // MARK: - In the fusion

    private let votes = [[0.8, 0.1, 0.05, 0.03, 0.02], [0.3, 0.6, 0.05, 0.03, 0.02]].map { $0.map(Foundation.log) }
        .map { $0.map(Float.init) }

    @Test func fusion_goesOverToTheWeightsOfHabit_forSAlone() {
        let fusion = DualEnsemble.Fusion(
            space: .logarithm, weights: [0.5, 0.5], atrialWeights: [0.6, 0.4], habitualAtrialWeights: [0, 1])
        #expect(fusion.habitual(0) == fusion)
        #expect(fusion.habitual(1).atrialWeights == [0, 1])
        let half = fusion.habitual(0.5).atrialWeights
        #expect(abs(half[0] - 0.3) < 1e-6 && abs(half[1] - 0.7) < 1e-6)
        let (rare, often) = (fusion.fuse(votes), fusion.habitual(1).fuse(votes))
        #expect(often[1] / often[0] > 1.9 && rare[1] / rare[0] < 1)
        // The odds of all other classes stay.
        #expect(abs(often[2] / often[3] - rare[2] / rare[3]) < 1e-3)
    }

    @Test func fusionWithoutHabits_orWithoutWeightsForS_isWhatItWas() {
        let plain = DualEnsemble.Fusion(space: .logarithm, weights: [0.5, 0.5], atrialWeights: [0.6, 0.4])
        #expect(plain.habitual(1) == plain)
        let own = DualEnsemble.Fusion(space: .logarithm, weights: [0.5, 0.5], habitualAtrialWeights: [1, 0])
        #expect(own.habitual(0.5).atrialWeights == [0.75, 0.25])
        let restricted = own.restricted(to: [1])
        #expect(restricted.weights == [0.5] && restricted.habitualAtrialWeights == [0])
    }

    // MARK: - In the classifier

    private func model(habitual: [Float]) throws -> BeatModel {
        var model = try BeatModel(untrained: smallEntry, seed: 3)
        let count = model.ensemble.experts.count
        model.ensemble.fusion = .init(
            space: .logarithm, weights: [Float](repeating: 1, count: count), habitualAtrialWeights: habitual)
        return model
    }

    @Test func classifier_hearsWhomTheHabitSays_andLearnsFromFinalBeats() throws {
        let count = try model(habitual: []).ensemble.experts.count
        let weights = [3] + [Float](repeating: 0, count: count - 1)
        let model = try model(habitual: weights)
        let classifier = try BeatClassifier(model: model)
        var states = [classifier.initialState(), classifier.initialState()]
        states[1].atrialHabit = habit(after: 600, everyNth: 2)
        let seen = states
        let beat = makeBeat(1, stage: .provisional)
        let verdicts = try classifier.classify([beat, beat], streams: [0, 1], states: &states)
        #expect(states == seen)
        #expect(verdicts[0].votes == verdicts[1].votes && verdicts[0].probabilities != verdicts[1].probabilities)
        #expect(verdicts[0].atrialHabit == 0 && abs((verdicts[1].atrialHabit ?? 0) - 0.5) < 0.01)
        let logarithms = verdicts[0].votes.map { $0.probabilities.map { Float(Foundation.log(Double($0))) } }
        for (verdict, strength) in zip(verdicts, [Float(0), 1]) {
            let fused = model.ensemble.fusion.habitual(strength).fuse(logarithms)
            let expected = Verdict(probabilities: fused, votes: []).paced(evidence: beat.pacing)
            for (one, other) in zip(verdict.probabilities, expected.probabilities) { #expect(abs(one - other) < 1e-4) }
        }

        _ = try classifier.classify([makeBeat(1), makeBeat(1)], streams: [0, 1], states: &states)
        let settled = Verdict(probabilities: model.ensemble.fusion.habitual(1).fuse(logarithms), votes: [])
        for (before, after) in zip(seen, states) {
            var expected = before.atrialHabit
            expected.learn(isAtrial: settled.label == .supraventricular)
            #expect(after.atrialHabit == expected)
        }
        let copy = try JSONDecoder().decode([ClassifierState].self, from: JSONEncoder().encode(states))
        #expect(copy == states)
    }

    @Test func model_keepsHabits_olderFilesHaveNone_wrongNumbersAreRefused() throws {
        let count = try model(habitual: []).ensemble.experts.count
        let kept = try model(habitual: [Float](repeating: 0.5, count: count))
        #expect(try BeatModel(file: Safetensors(bytes: kept.file().bytes(.half))).ensemble == kept.ensemble)
        let older = #"{"space":"logarithm","weights":[1],"atrialWeights":[],"bias":[]}"#
        #expect(
            try JSONDecoder().decode(DualEnsemble.Fusion.self, from: Data(older.utf8)).habitualAtrialWeights.isEmpty)
        let long = try model(habitual: [Float](repeating: 0.5, count: count + 1)).file().bytes(.half)
        #expect(throws: BeatModelError.self) { try BeatModel(file: Safetensors(bytes: long)) }
    }
}
