import Extraction
import Inference
import Testing
import Training

@Suite struct GivenFusionTests {
    private func experts(_ names: [String]) -> [DualEnsemble.Member] {
        names.map {
            .init(name: $0, expert: Expert(encoder: .timing, head: BeatHead(features: 16, recurrent: 8, dropout: 0)))
        }
    }

    @Test func fusion_sharesWeightsAmongSeeds_andKeepsTheRest() throws {
        let given = GivenFusion(
            weights: [0.4, 0.6], atrialWeights: [1, 0], familyShare: 0.7, patientThresholds: true)
        let fusion = try given.fusion(of: experts(["timing", "timing-2", "trees"]))
        #expect(fusion.space == .logarithm && fusion.weights == [0.2, 0.2, 0.6])
        #expect(fusion.atrialWeights == [0.5, 0.5, 0] && fusion.familyShare == 0.7 && fusion.patientThresholds)
        let plain = try GivenFusion(weights: [0.4, 0.6]).fusion(of: experts(["timing", "trees"]))
        #expect(plain.atrialWeights.isEmpty && plain.familyShare == 0 && !plain.patientThresholds)
        #expect(plain.habitualAtrialWeights.isEmpty)
    }

    @Test func sceptics_areNotHeardOnHabitualS_othersOfTheirKindHaveTheirWeight() throws {
        let names = ["trees", "timing", "timing-2", "timing-3", "trees-2"]
        let given = GivenFusion(weights: [0.3, 0.6], atrialWeights: [0.4, 0.9], sceptics: [1, 4])
        let fusion = try given.fusion(of: experts(names))
        #expect(fusion.habitualAtrialWeights == [0, 0.45, 0.45, 0, 0.4])
        #expect(fusion.atrialWeights.map { ($0 * 10).rounded() } == [2, 3, 3, 3, 2])
        let own = try GivenFusion(weights: [0.3, 0.6], sceptics: [1]).fusion(
            of: experts(["trees", "trees-2", "timing"]))
        #expect(own.habitualAtrialWeights == [0, 0.3, 0.6] && own.atrialWeights.isEmpty)
    }

    @Test(arguments: [
        (GivenFusion(weights: [1]), "weights"),
        (GivenFusion(weights: [1, 1], atrialWeights: [1, 1, 1]), "atrial-weights"),
        (GivenFusion(weights: [1, 1], sceptics: [3]), "sceptics"),
        (GivenFusion(weights: [1, 1], sceptics: [0]), "sceptics"),
        (GivenFusion(weights: [1, 1], sceptics: [2]), "sceptics"),
    ])
    func weightsOfOtherNumber_areRefused_byName(given: GivenFusion, key: String) throws {
        let error = #expect(throws: TrainingError.self) { try given.fusion(of: experts(["timing", "trees"])) }
        guard case .setting(let refused, _, let allowed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refused == key && allowed.contains("timing, trees"))
    }

    @Test func models_ofOneKind_areNumberedInTheirOrder() throws {
        func part(_ names: Set<String>) throws -> BeatModel {
            var model = try shippedModel("small")
            for (place, member) in model.ensemble.experts.enumerated().reversed() where !names.contains(member.name) {
                model.ensemble.experts.remove(at: place)
                model.weights.remove(at: place)
            }
            return model
        }
        let pair = try part(["timing", "timing-2", "trees"])
        #expect(
            try fuse([pair, pair]).ensemble.experts.map(\.name)
                == ["timing", "timing-2", "trees", "timing-3", "timing-4", "trees-2"])
        #expect(
            try fuse([part(["timing-2", "trees", "trees-2"])]).ensemble.experts.map(\.name) == [
                "timing", "trees", "trees-2",
            ])
    }

    @Test func models_ofMoreExpertsThanAllowed_areRefused() throws {
        let small = try shippedModel("small")
        let each = small.ensemble.experts.count
        let copies = BeatModel.mostExperts / each + 1
        let error = #expect(throws: TrainingError.self) { try fuse([BeatModel](repeating: small, count: copies)) }
        #expect(error?.description == "number of experts is \(copies * each), allowed is 1 to 32")
    }

    @Test func models_ofOtherWindows_areRefused() throws {
        let small = try shippedModel("small")
        var other = small
        other.window = BeatWindow(rate: 128, before: 150, after: 64)
        let error = #expect(throws: TrainingError.self) { try fuse([small, other]) }
        #expect(error?.description.contains("144 + 64 samples at 128.0 Hz, 150 + 64 samples at 128.0 Hz") == true)
    }

    private func fuse(_ models: [BeatModel]) throws -> BeatModel {
        try Fusion(validation: BeatDataset(records: []), threads: 1, report: { _ in }).fuse(models)
    }
}
