import Extraction
import Foundation
import Testing

@testable import Inference

/// Models that nobody should be able to use: refused when they are read, and never written.
@Suite struct HostileModelTests {
    private func withFile(_ body: (URL) throws -> Void) rethrows {
        let file = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    private func expectRefusal(
        _ model: BeatModel, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let read = #expect(throws: BeatModelError.self, sourceLocation: sourceLocation) {
            try BeatModel(file: model.file())
        }
        #expect("\(read.map { "\($0)" } ?? "")".contains(words), sourceLocation: sourceLocation)
        withFile { file in
            #expect(throws: BeatModelError.self, sourceLocation: sourceLocation) { try model.write(to: file) }
            #expect(!FileManager.default.fileExists(atPath: file.path), sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [
        "../../evil", "a/b", "", ".timing", "-timing", "a b", "tïming", String(repeating: "a", count: 65),
    ])
    func expert_namedLikeNoFile_isRefused(name: String) throws {
        var model = try BeatModel(untrained: smallEntry)
        model.ensemble.experts[2].name = name
        try expectRefusal(model, "no name of an expert")
    }

    @Test func experts_moreThanAllowed_areRefused() throws {
        var model = try BeatModel(untrained: smallEntry)
        let (timing, own) = (model.ensemble.experts[2], model.weights[2])
        for number in 4...33 {
            var member = timing
            member.name = "timing-\(number)"
            model.ensemble.experts.append(member)
            model.weights.append(own)
            model.ensemble.fusion.weights.append(1)
        }
        try expectRefusal(model, "33 experts, allowed are 1 to 32")
    }

    @Test(
        arguments: [
            { $0.weights = [0, 0, 0] }, { $0.weights = [1, 1] }, { $0.weights = [3e38, 1, 1] },
            { $0.weights = [1, 1, -0.5] }, { $0.atrialWeights = [0, 0, 0] }, { $0.habitualAtrialWeights = [0, 0, 0] },
            { $0.bias = [0, 0, 0, 0, 3e38] }, { $0.bias = [1] }, { $0.familyShare = 2 },
        ] as [@Sendable (inout DualEnsemble.Fusion) -> Void])
    func fusion_thatSaysNothing_isRefused(change: @Sendable (inout DualEnsemble.Fusion) -> Void) throws {
        var model = try BeatModel(untrained: smallEntry)
        change(&model.ensemble.fusion)
        try expectRefusal(model, "this model cannot be used")
    }

    @Test func fusion_inWhichNobodyIsHeardOnOneLead_isRefused() throws {
        var model = try BeatModel(untrained: smallEntry)
        model.ensemble.experts[2].leads = 1
        model.ensemble.fusion.weights = [1, 1, 0]
        try expectRefusal(model, "beats of one lead nobody")
    }

    /// What stands before the QRS complex and what is shifted over it must lie in the window.
    @Test(arguments: [(1000.0, 8, 8), (1000, 299, 250), (1000, 300, 249), (128, 144, 31), (50, 8, 40)])
    func window_withoutRoomForABeat_isRefused(rate: Double, before: Int, after: Int) throws {
        let timing = ModelRegistry.Entry(name: "timing", summary: "", experts: [smallEntry.experts[2]])
        let window = BeatWindow(rate: rate, before: before, after: after)
        try expectRefusal(BeatModel(untrained: timing, window: window), "its window")
    }

    @Test(arguments: [(1000.0, 300, 250), (50, 15, 13), (50, 4096, 4096), (999.37, 4096, 4096)])
    func window_atItsLimits_isRead(rate: Double, before: Int, after: Int) throws {
        let timing = ModelRegistry.Entry(name: "timing", summary: "", experts: [smallEntry.experts[2]])
        let window = BeatWindow(rate: rate, before: before, after: after)
        #expect(try BeatModel(file: BeatModel(untrained: timing, window: window).file()).window == window)
    }

    /// A file of a few kilobytes that promises a terabyte: refused before a byte of that is taken.
    @Test(
        arguments: [
            ("\"scales\":8", "\"scales\":4611686018427387904"), ("\"times\":13", "\"times\":4611686018427387904"),
            ("\"times\":13", "\"times\":209"), ("\"recurrent\":5", "\"recurrent\":65536"),
            ("\"features\":6,\"layers\":2", "\"features\":16000,\"layers\":64"),
            ("\"repeats\":1", "\"repeats\":4611686018427387904"),
            ("\"depth\":1,", "\"depth\":16,"), ("\"gain\":10", "\"gain\":-1"), ("\"gain\":10", "\"gain\":3e38"),
        ])
    func architecture_thatPromisesTooMuch_isRefused(from: String, to: String) throws {
        var file = try BeatModel(untrained: smallEntry).file()
        let text = try #require(file.metadata["architecture"])
        try #require(text.contains(from), "\(text)")
        file.metadata["architecture"] = text.replacingOccurrences(of: from, with: to)
        #expect(throws: (any Error).self) { try BeatModel(file: file) }
    }

    @Test func valuesOfABeat_moreThanAnyModelHas_areRefused() throws {
        var expert = smallEntry.experts[0].expert
        // Few weights and many filters, each as long as the longest window.
        expert.encoder = .signal(InceptionTime(depth: 1, filters: 512, kernels: [1], bottleneck: 1))
        let entry = ModelRegistry.Entry(name: "wide", summary: "", experts: [.init(name: "signal", expert: expert)])
        let model = try BeatModel(untrained: entry, window: BeatWindow(rate: 1000, before: 4096, after: 4096))
        try expectRefusal(model, "for one beat")
    }

    @Test(arguments: ModelRegistry.entries.map(\.name))
    func architectures_ofTheRegistry_canBeWritten(name: String) throws {
        let model = try BeatModel(untrained: #require(ModelRegistry.entry(named: name)))
        #expect(throws: Never.self) { try model.check() }
    }

    @Test(arguments: [-1, 0.5, 500] as [Float])
    func trees_thatAskForNoFeature_areRefused(number: Float) throws {
        let trees = try #require(ModelRegistry.entry(named: "trees"))
        var model = try BeatModel(untrained: trees)
        var features = [Float](repeating: 0, count: 1800)
        features[1799] = number
        model.weights[0]["trees.features"] = Tensor(shape: [300, 6], values: features)
        try expectRefusal(model, "asks for a feature that is none of")
    }

    @Test func trees_thatRemember_areRefused() throws {
        var model = try BeatModel(untrained: #require(ModelRegistry.entry(named: "trees")))
        model.ensemble.experts[0].expert.head.recurrent = 65_536
        try expectRefusal(model, "settings out of range")
    }

    @Test func weights_thatLeaveTheRangeOfNumbers_leaveProbabilities() throws {
        for expert in smallEntry.experts.indices {
            var model = try BeatModel(untrained: smallEntry, seed: 4)
            model.weights[expert] = model.weights[expert].mapValues {
                Tensor(shape: $0.shape, values: $0.values.map { $0 * 3e38 })
            }
            for verdict in try BeatClassifier(model: model).classify((0..<3).map { makeBeat($0) }) {
                #expect(abs(verdict.probabilities.reduce(0, +) - 1) < 1e-4)
            }
        }
    }

    /// Every number of the metadata replaced by others: refused, or a model that gives probabilities.
    @Test(arguments: ["architecture", "window"])
    func everyNumber_replacedByOthers_isRefusedOrJudges(key: String) throws {
        let good = try BeatModel(untrained: smallEntry, seed: 4).file()
        let text = try #require(good.metadata[key])
        var read = 0
        for place in text.matches(of: /[\[:,]-?[0-9.]+(?:e[-+]?[0-9]+)?(?=[\],}])/) {
            let start = text.index(after: place.range.lowerBound)
            for other in [
                "0", "-1", "1", "3", "0.5", "128", "65536", "9223372036854775807", "-9223372036854775808", "1e-38",
                "3e38",
            ] {
                var file = good
                file.metadata[key] = text.replacingCharacters(in: start..<place.range.upperBound, with: other)
                guard let model = try? BeatModel(file: file), let classifier = try? BeatClassifier(model: model) else {
                    continue
                }
                read += 1
                for verdict in try classifier.classify([makeBeat(1, window: model.window)]) {
                    #expect(abs(verdict.probabilities.reduce(0, +) - 1) < 1e-4, "\(other) at \(place.output)")
                }
            }
        }
        #expect(read > 0)
    }
}
