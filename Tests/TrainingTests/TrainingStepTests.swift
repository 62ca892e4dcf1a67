import Foundation
import Inference
import Testing

@testable import Training

/// Whole steps of training: against PyTorch's, on several threads, interrupted and resumed.
@Suite struct TrainingStepTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference")

    /// What a training loop holds.
    struct Run {
        let executor: TrainingExecutor
        var optimizer: AdamW
        let clipping = GradientClipping(norm: 1)
        var losses: [Float] = []

        init(_ graph: Graph, _ weights: Weights, threads: Int = 2) throws {
            executor = try TrainingExecutor(
                graph: graph, batchSize: SmallNetworks.batch, objective: "loss", weights: weights, seed: 5,
                pool: WorkerPool(threads: threads))
            optimizer = AdamW(weights: weights, decay: 0.05)
        }

        mutating func steps(_ steps: Range<Int>) throws {
            for step in steps {
                try SmallNetworks.setBatch(step, executor)
                executor.step = UInt64(step)
                executor.forward(training: true)
                losses.append(executor.objectiveValue)
                executor.backward()
                optimizer.step(executor, rate: 3e-3, gradientScale: clipping.scale(executor))
            }
        }
    }

    @Test(arguments: ["inception", "efficientnet"]) func twentySteps_againstPyTorch_agree(_ name: String) throws {
        let graph = name == "inception" ? try SmallNetworks.inceptionTime() : try SmallNetworks.efficientNet()
        let file = try Safetensors(contentsOf: Self.folder.appending(path: name + ".safetensors"))
        func tensors(_ prefix: String) -> [String: Tensor] {
            var result: [String: Tensor] = [:]
            for (key, value) in file.tensors where key.hasPrefix(prefix) {
                result[String(key.dropFirst(prefix.count))] = value
            }
            return result
        }
        var run = try Run(graph, Weights(graph: graph, tensors: tensors("before/")))
        try run.steps(0..<20)
        let losses = try #require(file.tensors["losses"]).values
        for (step, (here, there)) in zip(run.losses, losses).enumerated() {
            #expect(abs(here - there) < 1e-3, "loss of step \(step)")
        }
        let after = tensors("after/")
        for (name, tensor) in run.executor.weights.tensors {
            let wanted = try #require(after[name]).values
            let worst = zip(tensor.values, wanted).map { abs($0 - $1) }.max() ?? 0
            #expect(worst < 1e-3, "\(name): \(worst)")
        }
        try SmallNetworks.setBatch(0, run.executor)
        run.executor.forward(training: false)
        let logits = try #require(file.tensors["logits"]).values
        for (here, there) in zip(try run.executor.output("logits"), logits) { #expect(abs(here - there) < 1e-3) }
    }

    @Test(arguments: [2, 3, 5]) func weights_onManyThreads_areBitIdentical(threads: Int) throws {
        for graph in [try SmallNetworks.inceptionTime(), try SmallNetworks.efficientNet(dropout: 0.2)] {
            var one = try Run(graph, Weights(graph: graph, seed: 1), threads: 1)
            var many = try Run(graph, Weights(graph: graph, seed: 1), threads: threads)
            try one.steps(0..<6)
            try many.steps(0..<6)
            #expect(one.losses == many.losses)
            #expect(one.executor.weights == many.executor.weights)
            #expect(one.executor.weights != Weights(graph: graph, seed: 1))
        }
    }

    @Test func training_interruptedAndResumed_continuesExactly() throws {
        let graph = try SmallNetworks.efficientNet(dropout: 0.2)
        var whole = try Run(graph, Weights(graph: graph, seed: 3))
        try whole.steps(0..<10)

        var first = try Run(graph, Weights(graph: graph, seed: 3))
        try first.steps(0..<4)
        var checkpoint: [String: Tensor] = [:]
        for (name, tensor) in first.executor.weights.tensors + first.optimizer.state { checkpoint[name] = tensor }
        let bytes = try Safetensors(tensors: checkpoint).bytes()

        let read = try Safetensors(bytes: bytes).tensors
        var second = try Run(graph, Weights(graph: graph, tensors: read))
        try second.optimizer.restore(read)
        try second.steps(4..<10)
        #expect(second.losses == Array(whole.losses[4...]))
        #expect(second.executor.weights == whole.executor.weights)
        #expect(second.optimizer.state.map(\.tensor) == whole.optimizer.state.map(\.tensor))
    }

    @Test func training_withoutInputsChanged_reachesLowLoss() throws {
        let graph = try SmallNetworks.inceptionTime()
        var run = try Run(graph, Weights(graph: graph, seed: 4))
        for _ in 0..<60 { try run.steps(0..<1) }
        #expect(try #require(run.losses.last) < 0.1)
        #expect(run.losses[0] > 1)
    }

    @Test func evaluation_ofASmallerBatch_givesTheSameLogits() throws {
        let graph = try SmallNetworks.efficientNet()
        let executor = try TrainingExecutor(
            graph: graph, batchSize: SmallNetworks.batch, weights: Weights(graph: graph, seed: 2))
        try SmallNetworks.setBatch(0, executor)
        executor.forward(training: false)
        let all = try executor.output("logits")
        executor.batch = 5
        executor.forward(training: false)
        #expect(try executor.output("logits") == Array(all[..<25]))
    }
}
