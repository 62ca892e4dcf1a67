import Extraction
import Foundation
import Testing

@testable import Inference

@Suite struct FamilyMemoryTests {
    /// A window with one bump in each lead, `width` s wide.
    private func shape(width: Double, sign: Float = 1) -> BeatShape {
        let window = BeatWindow.standard
        let samples = (0..<LeadSelection.count * window.length).map { index in
            sign * Float(exp(-pow(window.seconds(ofSample: index % window.length) / width, 2)))
        }
        return BeatShape(samples, window: window)
    }

    private func heard(_ odds: Float, _ shape: BeatShape, by memory: FamilyMemory, share: Float) -> Float {
        memory.pooled(odds, family: memory.nearest(to: shape), share: share)
    }

    private func learn(_ shape: BeatShape, odds: Float, into memory: inout FamilyMemory) {
        memory.learn(shape, family: memory.nearest(to: shape), odds: odds)
    }

    /// Windows that resemble nothing.
    private func noise(_ number: Int) -> BeatShape {
        BeatShape(makeBeat(number).window, window: .standard)
    }

    @Test func firstBeat_hasItsOwnOpinionOnly() {
        let memory = FamilyMemory()
        #expect(abs(heard(2, shape(width: 0.02), by: memory, share: 0.7) - 2) < 1e-6)
        // Beyond the bound the family's part is cut.
        #expect(abs(heard(9, shape(width: 0.02), by: memory, share: 0.7) - (0.3 * 9 + 0.7 * 4)) < 1e-5)
    }

    @Test func beatUnlikeItsFamily_isTalkedRound_othersAreNot() {
        var memory = FamilyMemory()
        for _ in 0..<20 {
            learn(shape(width: 0.02), odds: -4, into: &memory)
            learn(shape(width: 0.06), odds: 3, into: &memory)
        }
        #expect(heard(1, shape(width: 0.02), by: memory, share: 0.7) < -2)
        #expect(heard(-1, shape(width: 0.06), by: memory, share: 0.7) > 1)
        #expect(heard(1, shape(width: 0.02), by: memory, share: 0) == 1)
        #expect(abs(heard(1, shape(width: 0.03, sign: -1), by: memory, share: 0.7) - 1) < 1e-6)
    }

    /// Extrasystoles of one shape, then a tachycardia of them, whose own odds, by its regular rhythm, are those of other beats.
    @Test func longRow_keepsWhatItsComplexesWereAlone() {
        var memory = FamilyMemory()
        for _ in 0..<10 {
            learn(shape(width: 0.02), odds: -4, into: &memory)
            learn(shape(width: 0.06), odds: 4, into: &memory)
        }
        for _ in 0..<100 {
            #expect(heard(-2, shape(width: 0.06), by: memory, share: 1) > 0)
            learn(shape(width: 0.06), odds: -2, into: &memory)
        }
        // Each by itself, they would be believed.
        for _ in 0..<30 {
            learn(shape(width: 0.02), odds: -4, into: &memory)
            learn(shape(width: 0.06), odds: -2, into: &memory)
        }
        #expect(heard(-2, shape(width: 0.06), by: memory, share: 1) < 0)
    }

    @Test func opinionsFade() {
        var memory = FamilyMemory()
        for _ in 0..<2000 { learn(shape(width: 0.02), odds: -4, into: &memory) }
        for _ in 0..<600 { learn(shape(width: 0.02), odds: 4, into: &memory) }
        #expect(heard(0, shape(width: 0.02), by: memory, share: 1) > 3)
    }

    @Test func manyShapes_keepTheFrequentOne_andBoundedMemory() throws {
        var memory = FamilyMemory()
        for number in 0..<400 {
            learn(shape(width: 0.02), odds: -4, into: &memory)
            learn(noise(number), odds: 4, into: &memory)
        }
        #expect(heard(0, shape(width: 0.02), by: memory, share: 1) < -3.9)
        struct Content: Decodable { var families: [Family] }
        struct Family: Decodable { var count: Float }
        let content = try JSONDecoder().decode(Content.self, from: JSONEncoder().encode(memory))
        #expect(content.families.count == FamilyMemory.capacity)
    }

    @Test(arguments: [Float(0), .nan, .infinity])
    func windowWithoutShape_foundsNoFamily(value: Float) {
        let none = BeatShape(
            [Float](repeating: value, count: LeadSelection.count * BeatWindow.standard.length), window: .standard)
        var memory = FamilyMemory()
        learn(none, odds: 1, into: &memory)
        #expect(memory == FamilyMemory())
        learn(shape(width: 0.02), odds: -1, into: &memory)
        #expect(abs(heard(2, none, by: memory, share: 0.7) - 2) < 1e-6)
        #expect(abs(heard(-1, shape(width: 0.02), by: memory, share: 0.7) + 1) < 1e-6)
    }

    // MARK: - In the classifier

    private func classifier(share: Float) throws -> BeatClassifier {
        var model = try BeatModel(untrained: smallEntry, seed: 3)
        model.ensemble.fusion.familyShare = share
        return try BeatClassifier(model: model)
    }

    @Test func classifier_hearsTheFamily_inTheOddsOfVAlone() throws {
        let beats = (0..<12).map { number in
            var beat = makeBeat(number)
            beat.window = makeBeat(0).window
            return beat
        }
        func judge(_ share: Float) throws -> [Verdict] {
            let classifier = try classifier(share: share)
            var states = [classifier.initialState()]
            return try classifier.classify(beats, streams: beats.map { _ in 0 }, states: &states)
        }
        let (alone, pooled) = (try judge(0), try judge(0.7))
        var mean: Float = 0
        var count: Float = 0
        var place: Float = 0
        for (before, after) in zip(alone, pooled) {
            #expect(before.votes == after.votes && before.alone == nil && after.alone == before.probabilities)
            #expect(abs(after.probabilities.reduce(0, +) - 1) < 1e-5)
            for index in [3, 4] { #expect(abs(before.probabilities[index] - after.probabilities[index]) < 1e-6) }
            let odds = (
                before.probabilities[1] / before.probabilities[0], after.probabilities[1] / after.probabilities[0]
            )
            #expect(abs(odds.0 - odds.1) < 1e-4 * odds.0)
            // All are one row.
            place += 1
            mean = mean * FamilyMemory.forgetting + before.ventricularOdds / place
            count = count * FamilyMemory.forgetting + 1 / place
            #expect(abs(after.ventricularOdds - (0.3 * before.ventricularOdds + 0.7 * mean / count)) < 1e-3)
        }
    }

    @Test func classifier_provisionalBeat_leavesTheFamilies() throws {
        let classifier = try classifier(share: 0.7)
        var states = [classifier.initialState()]
        _ = try classifier.classify([makeBeat(1)], streams: [0], states: &states)
        let before = states
        _ = try classifier.classify([makeBeat(1, stage: .provisional)], streams: [0], states: &states)
        #expect(states == before)
        let copy = try JSONDecoder().decode([ClassifierState].self, from: JSONEncoder().encode(states))
        #expect(copy == states && copy[0].families != FamilyMemory())
    }

    @Test func model_keepsTheShare_olderFilesHaveNone_nonsenseIsRefused() throws {
        var model = try BeatModel(untrained: smallEntry, seed: 3)
        model.ensemble.fusion.familyShare = 0.7
        #expect(try BeatModel(file: Safetensors(bytes: model.file().bytes(.half))).ensemble == model.ensemble)
        let older = #"{"space":"logarithm","weights":[1],"atrialWeights":[],"bias":[]}"#
        #expect(try JSONDecoder().decode(DualEnsemble.Fusion.self, from: Data(older.utf8)).familyShare == 0)
        for share: Float in [-0.1, 1.5] {
            model.ensemble.fusion.familyShare = share
            #expect(throws: BeatModelError.self) {
                try BeatModel(file: Safetensors(bytes: model.file().bytes(.half)))
            }
        }
    }
}
