import Foundation
import Inference
import RealRecordings
import Synchronization
import Testing

@testable import Training

@Suite struct TreeBoostingTests {
    private let pool = WorkerPool(threads: 2)

    private func settings(trees: Int = 60, depth: Int = 3) -> TrainingConfiguration.Boosting {
        var settings = TrainingConfiguration.Boosting()
        settings.trees = trees
        settings.depth = depth
        settings.rate = 0.3
        settings.features = 1
        settings.borders = 16
        return settings
    }

    /// Rows of three features, where the class is the exclusive or of the signs of the first two; the third says nothing.
    private func rows(_ count: Int, seed: UInt64) -> (values: [Float], labels: [UInt8]) {
        let random = CounterRandom(seed: seed, stream: 1)
        var (values, labels): ([Float], [UInt8]) = ([], [])
        for row in 0..<count {
            let own = (0..<3).map { random.normal(UInt64(3 * row + $0)) }
            values += own
            labels.append((own[0] > 0) != (own[1] > 0) ? 2 : 0)
        }
        return (values, labels)
    }

    /// The layer's result for rows with fitted weights.
    private func judge(_ values: [Float], _ weights: [String: Tensor], trees: Int, depth: Int) throws -> [Int] {
        var builder = GraphBuilder()
        let input = try builder.input("x", [3])
        try builder.output("y", builder.add("trees", ObliviousTrees(trees: trees, depth: depth, classes: 3), input))
        let graph = try builder.build()
        let named = Dictionary(uniqueKeysWithValues: weights.map { ("trees." + $0.key, $0.value) })
        let plan = try InferencePlan(graph, Weights(graph: graph, tensors: named), maximumBatch: values.count / 3)
        let workspace = plan.makeWorkspace()
        let place = try #require(workspace.input("x"))
        for (index, value) in values.enumerated() { place[index] = value }
        plan.run(batch: values.count / 3, workspace)
        let result = try #require(workspace.output("y"))
        return (0..<values.count / 3).map { row in
            (0..<3).max { result[3 * row + $0] < result[3 * row + $1] } ?? 0
        }
    }

    @Test func exclusiveOr_isLearnedAndHoldsForOtherRows() throws {
        let (values, labels) = rows(2000, seed: 1)
        var boosting = TreeBoosting(
            values: values, width: 3, labels: labels, weights: [1, 1, 1], settings: settings(), seed: 1, pool: pool)
        var losses: [Float] = []
        let weights = boosting.fit { losses.append($1) }
        #expect(losses.count == 61)
        #expect((losses.last ?? 1) < 0.3 * (losses.first ?? 0))
        let (others, truth) = rows(1000, seed: 2)
        let found = try judge(others, weights, trees: 60, depth: 3)
        let right = zip(found, truth).count { $0 == Int($1) }
        #expect(right > 930)
    }

    @Test func treesWithoutAQuestion_canBeWrittenInSixteenBits() throws {
        let (values, labels) = rows(200, seed: 3)
        var settings = settings(trees: 4)
        settings.features = 0
        var boosting = TreeBoosting(
            values: values, width: 3, labels: labels, weights: [1, 1, 1], settings: settings, seed: 1, pool: pool)
        let weights = boosting.fit { _, _ in }
        let copy = try Safetensors(bytes: Safetensors(tensors: weights).bytes(.half)).tensors
        #expect(copy["thresholds"] == weights["thresholds"])
        let common = labels.count { $0 == 0 } > labels.count / 2 ? 0 : 2
        #expect(try judge(values, copy, trees: 4, depth: 3).allSatisfy { $0 == common })
    }

    @Test func sameSeed_givesTheSameTrees_anotherOneOthers() {
        let (values, labels) = rows(500, seed: 3)
        func fit(_ seed: UInt64, threads: Int = 2) -> [String: Tensor] {
            var settings = settings(trees: 5)
            settings.rows = 0.5
            var boosting = TreeBoosting(
                values: values, width: 3, labels: labels, weights: [1, 1, 1], settings: settings, seed: seed,
                pool: WorkerPool(threads: threads))
            return boosting.fit { _, _ in }
        }
        #expect(fit(1) == fit(1))
        #expect(fit(1) == fit(1, threads: 5))
        #expect(fit(1) != fit(2))
    }

    @Test func constantFeatures_leaveThePrior() throws {
        var boosting = TreeBoosting(
            values: [Float](repeating: 1, count: 30), width: 3, labels: [0, 0, 0, 0, 0, 0, 0, 2, 2, 2],
            weights: [1, 1, 1], settings: settings(trees: 3), seed: 1, pool: pool)
        let weights = boosting.fit { _, _ in }
        #expect(try judge([5, 5, 5], weights, trees: 3, depth: 3) == [0])
        let leaf = try #require(weights["leaves"]?.values.prefix(3))
        #expect(abs(leaf[leaf.startIndex] - logf(0.7)) < 0.05)
    }

    @Test func codes_countTheBordersBelow() {
        let bins = FeatureBins([1, 9, 2, 9, 3, 9, 4, 9], width: 2, most: 3, pool: pool)
        #expect(bins.borders[0] == [1.5, 2.5, 3.5])
        #expect(Array(bins.codes.prefix(4)) == [0, 1, 2, 3])
        #expect(bins.borders[1].isEmpty)
    }

    /// Rearranged beats are many more than real ones.
    @Test(.needsRealRecordings)
    func training_takesEveryRealRecordTwice() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trees-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = TrainingConfiguration()
        configuration.experts = ["trees"]
        configuration.records = ["mitdb/119"]
        configuration.validation.folds = 0
        configuration.boosting = settings(trees: 1, depth: 1)
        configuration.output = folder.path
        let set = RecordSet(folder: try #require(RealRecordings.folder))
        let data = try await EnsembleTraining.records(configuration, set)
        let lines = Mutex<[String]>([])
        let training = EnsembleTraining(configuration: configuration, set: set, command: "test") { line in
            lines.withLock { $0.append(line) }
        }
        _ = try await training.run(data: data)
        let labelled = data.records[0].labels.count { $0 != nil }
        #expect(labelled > 1900)
        #expect(lines.withLock { $0.contains("trees: 1 trees of depth 1 on \(2 * labelled) beats") })
    }
}
