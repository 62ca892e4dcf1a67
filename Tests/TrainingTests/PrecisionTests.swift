import Foundation
import Inference
import Testing

@testable import Training

/// Training with bfloat16 factors beside 32-bit floats.
@Suite(.enabled(if: Precision.bfloat16.isSupported, "this CPU has no AVX512-BF16"))
struct PrecisionTests {
    func run(_ graph: Graph, _ precision: Precision, threads: Int = 2) throws -> (losses: [Float], weights: Weights) {
        let weights = Weights(graph: graph, seed: 1)
        let executor = try TrainingExecutor(
            graph: graph, batchSize: SmallNetworks.batch, objective: "loss", weights: weights,
            pool: WorkerPool(threads: threads), precision: precision)
        #expect(executor.precision == precision)
        var optimizer = AdamW(weights: weights)
        var losses: [Float] = []
        for step in 0..<20 {
            try SmallNetworks.setBatch(step, executor)
            executor.forward(training: true)
            losses.append(executor.objectiveValue)
            executor.backward()
            optimizer.step(executor, rate: 3e-3)
        }
        return (losses, executor.weights)
    }

    @Test func bfloats_twentySteps_followTheLossOfSingles() throws {
        for graph in [try SmallNetworks.inceptionTime(), try SmallNetworks.efficientNet()] {
            let single = try run(graph, .float32)
            let bfloat = try run(graph, .bfloat16)
            let worst = zip(single.losses, bfloat.losses).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 0.03)
            #expect(worst > 0)
        }
    }

    @Test func bfloats_onManyThreads_areBitIdentical() throws {
        let graph = try SmallNetworks.efficientNet()
        #expect(try run(graph, .bfloat16, threads: 1).weights == run(graph, .bfloat16, threads: 3).weights)
    }
}
