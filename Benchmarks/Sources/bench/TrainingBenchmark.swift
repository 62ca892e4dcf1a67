import Glibc
import Inference
import Training

/// Times steps of training: forward, backward and AdamW, on noise.
enum TrainingBenchmark {
    /// Prints beats per second of the fastest step, and the processor time of a beat; `layers` says where it goes.
    static func run(
        _ network: PublishedNetwork, batch: Int, threads: Int, steps: Int, precision: Precision, layers: Bool
    ) throws {
        let graph = try network.graph(loss: true)
        let executor = try TrainingExecutor(
            graph: graph, batchSize: batch, objective: "loss", weights: Weights(graph: graph, seed: 1),
            pool: WorkerPool(threads: threads), precision: precision)
        let random = CounterRandom(seed: 1, stream: 0)
        try executor.withInput("x") { place in
            for i in place.indices { place[i] = random.normal(UInt64(i)) }
        }
        try executor.setInput("labels", (0..<batch).map { Float($0 % 5) })
        var optimizer = AdamW(weights: executor.weights)
        if layers { executor.profile = LayerProfile() }
        var (fastest, leastUsed) = (Double.infinity, Double.infinity)
        for step in 0..<(steps + 2) {
            let (start, used) = (Clock.wall(), Clock.process())
            executor.forward(training: true)
            executor.backward()
            optimizer.step(executor, rate: 1e-3)
            if step == 1 { executor.profile?.reset() }
            if step >= 2 {
                fastest = min(fastest, Clock.wall() - start)
                leastUsed = min(leastUsed, Clock.process() - used)
            }
        }
        report([
            ("what", "training"), ("network", network.rawValue), ("batch", batch), ("threads", threads),
            ("precision", executor.precision.rawValue), ("beats_per_s", Double(batch) / fastest * 1e9),
            ("cpu_ms", leastUsed * 1e-6 / Double(batch)), ("planned_mib", executor.plannedBytes >> 20),
        ])
        if let profile = executor.profile { print(profile.table(graph, steps: steps)) }
    }
}
