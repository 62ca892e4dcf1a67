import CallCounter
import Inference
import Testing

@testable import Training

/// What a step of training asks of the system: nothing on one thread, the start of its loops on several.
@Suite struct TrainingStepCallTests {
    @Test(arguments: Precision.supported)
    func step_afterTheFirst_allocatesNothingButLoops(precision: Precision) throws {
        for graph in [try SmallNetworks.inceptionTime(), try SmallNetworks.efficientNet(dropout: 0.2)] {
            for threads in [1, 2] {
                let executor = try TrainingExecutor(
                    graph: graph, batchSize: SmallNetworks.batch, objective: "loss",
                    weights: Weights(graph: graph, seed: 1), pool: WorkerPool(threads: threads), precision: precision)
                var optimizer = AdamW(weights: executor.weights)
                let clipping = GradientClipping(norm: 1)
                try SmallNetworks.setBatch(0, executor)
                func step() {
                    executor.forward(training: true)
                    executor.backward()
                    optimizer.step(executor, rate: 1e-3, gradientScale: clipping.scale(executor))
                    executor.step += 1
                }
                step()
                call_counter_start()
                step()
                let counts = call_counter_stop()
                if threads == 1 {
                    #expect(counts.allocations == 0)
                    #expect(counts.releases == 0)
                } else {
                    // One for each parallel loop (`WorkerPool.run`), of which a layer has a few.
                    #expect(counts.allocations <= 4 * graph.nodes.count)
                    #expect(counts.releases == counts.allocations)
                }
            }
        }
    }
}
