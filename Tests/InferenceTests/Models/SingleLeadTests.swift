import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

/// Who judges a beat of which one lead gives signal.
@Suite struct SingleLeadTests {
    /// A beat whose other lead is off.
    private func beat(_ number: Int, present: [Bool], stage: Beat.Stage = .final) -> Beat {
        var beat = makeBeat(number, stage: stage)
        let length = beat.window.count / LeadSelection.count
        for lead in present.indices where !present[lead] {
            for sample in lead * length..<(lead + 1) * length {
                beat.window[sample] = 0
                beat.template[sample] = 0
            }
            for pair in ContextFeature.leadPairs { beat.context[lead == 0 ? pair.0 : pair.1] = 0 }
        }
        beat.context[.leadPresent0] = present[0] ? 1 : 0
        beat.context[.leadPresent1] = present[1] ? 1 : 0
        return beat
    }

    /// The small model with `single` as experts on single leads beside it.
    private func model(_ single: [String], both: [String] = ["signal", "timing"]) throws -> BeatModel {
        let untrained = try BeatModel(untrained: smallEntry, seed: 3)
        let members = untrained.ensemble.experts
        var (experts, weights): ([DualEnsemble.Member], [[String: Tensor]]) = ([], [])
        for (leads, names) in [(nil, both), (1, single)] {
            for name in names {
                let index = try #require(members.firstIndex { $0.name == name })
                experts.append(
                    .init(
                        name: (leads == nil ? "" : "single-lead-") + name, expert: members[index].expert, leads: leads))
                // Experts of one architecture that say something else.
                weights.append(
                    try leads == nil
                        ? untrained.weights[index] : BeatModel(untrained: smallEntry, seed: 9).weights[index])
            }
        }
        let fusion = DualEnsemble.Fusion(
            space: .logarithm, weights: experts.indices.map { 0.2 + 0.1 * Float($0) },
            atrialWeights: experts.indices.map { 0.5 - 0.1 * Float($0) }, familyShare: 0.5)
        return BeatModel(
            ensemble: DualEnsemble(experts: experts, fusion: fusion), window: untrained.window, weights: weights,
            origin: .init())
    }

    private func names(_ classifier: BeatClassifier, _ beat: Beat) throws -> [String] {
        try #require(try classifier.classify([beat]).first).votes.map(\.expert)
    }

    @Test func beatOfOneLead_isJudgedByThoseWhoLearnedFromOne() throws {
        let classifier = try BeatClassifier(model: model(["vision", "timing"]))
        #expect(try names(classifier, beat(1, present: [true, true])) == ["signal", "timing"])
        for present in [[true, false], [false, true]] {
            #expect(try names(classifier, beat(1, present: present)) == ["single-lead-vision", "single-lead-timing"])
        }
        // Where nothing gives signal nobody knows better.
        #expect(try names(classifier, beat(1, present: [false, false])) == ["signal", "timing"])
    }

    @Test func modelWithoutSuchExperts_judgesWithAllItHas() throws {
        #expect(
            try names(BeatClassifier(model: model([])), beat(1, present: [true, false])) == ["signal", "timing"])
        let single = try BeatClassifier(model: model(["timing"], both: []))
        #expect(try names(single, beat(1, present: [true, true])) == ["single-lead-timing"])
    }

    @Test func verdictOnOneLead_isThatOfAModelOfTheseExpertsAlone() throws {
        let (whole, part) = (try model(["vision", "timing"]), try model(["vision", "timing"], both: []))
        var own = part
        own.ensemble.fusion = whole.ensemble.fusion.restricted(to: [2, 3])
        for number in 0..<4 {
            let beats = [beat(number, present: [true, false])]
            #expect(
                try BeatClassifier(model: whole).classify(beats) == BeatClassifier(model: own).classify(beats))
        }
    }

    @Test func secondLeadAlone_isSeenAsTheFirst() throws {
        let classifier = try BeatClassifier(model: model(["signal", "vision", "timing"]))
        let second = beat(3, present: [false, true])
        let first = second.onFirstLead
        #expect(first.context[.leadPresent0] == 1 && first.context[.leadPresent1] == 0)
        #expect(first.window.prefix(second.window.count / 2) == second.window.suffix(second.window.count / 2))
        #expect(first.onFirstLead == first && first != second)
        let verdicts = try [first, second].map { try #require(try classifier.classify([$0]).first) }
        #expect(verdicts[0].votes == verdicts[1].votes)
    }

    @Test func leadThatComesAndGoes_movesOnlyTheStatesOfThoseAsked() throws {
        let classifier = try BeatClassifier(model: model(["timing"]))
        var states = [classifier.initialState()]
        let start = states[0].experts
        _ = try classifier.classify([beat(1, present: [true, false])], streams: [0], states: &states)
        #expect(states[0].experts[0] == start[0] && states[0].experts[1] == start[1])
        #expect(states[0].experts[2] != start[2])
        let middle = states[0].experts
        _ = try classifier.classify([beat(2, present: [true, true])], streams: [0], states: &states)
        #expect(states[0].experts[0] != middle[0] && states[0].experts[1] != middle[1])
        #expect(states[0].experts[2] == middle[2])
    }

    @Test func beatsOfOneAndOfTwoLeads_inOneBatch_areJudgedAsApart() throws {
        let classifier = try BeatClassifier(model: model(["vision", "timing"]), maximumBatch: 4)
        let beats = (0..<12).map { beat($0, present: [[true, true], [true, false], [false, true]][$0 % 3]) }
        let streams = beats.indices.map { $0 % 4 }
        var together = (0..<4).map { _ in classifier.initialState() }
        var apart = together
        let expected = try zip(beats, streams).flatMap {
            try classifier.classify([$0], streams: [$1], states: &apart)
        }
        #expect(try classifier.classify(beats, streams: streams, states: &together) == expected)
        #expect(together == apart)
    }

    @Test func name_isThatOfTheExpertsOnBothLeads() throws {
        #expect(try model(["timing", "vision"]).name == "signal+timing+single-lead")
        #expect(try model([]).name == "signal+timing")
        #expect(try model(["timing"], both: []).name == "single-lead-timing")
    }

    @Test func model_writtenAndRead_knowsWhoLearnedFromSingleLeads() throws {
        var file = try model(["timing"]).file()
        #expect(try BeatModel(file: file).ensemble.experts.map(\.leads) == [nil, nil, 1])
        let architecture = try #require(file.metadata["architecture"])
        try #require(architecture.contains("\"leads\":1"))
        for leads in ["0", "3", "-1", "\"one\""] {
            file.metadata["architecture"] = architecture.replacingOccurrences(
                of: "\"leads\":1", with: "\"leads\":\(leads)")
            #expect(throws: BeatModelError.self) { try BeatModel(file: file) }
        }
    }
}
