import Glibc
import Inference
import Training

/// Prints beats per second of training steps: forward, backward and AdamW.
///
///     swift run -c release --package-path Benchmarks TrainingThroughput inception 64 2 10 [layers] [brain]
///
/// Arguments: network (inception, efficientnet, efficientnet-cbam), batch, threads, steps. `brain` rounds the factors of products to bfloat16; `layers` adds a table of the time by kind of layer.
/// `training_throughput.py` runs this beside PyTorch.
@main struct TrainingThroughput {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 5, let batch = Int(arguments[2]), let threads = Int(arguments[3]),
            let steps = Int(arguments[4])
        else {
            print(
                "usage: TrainingThroughput inception|efficientnet|efficientnet-cbam BATCH THREADS STEPS [layers] [brain]"
            )
            return
        }
        let graph =
            switch arguments[1] {
            case "inception": try Networks.inceptionTime()
            case "efficientnet": try Networks.efficientNet(attention: false)
            default: try Networks.efficientNet(attention: true)
            }
        let executor = try TrainingExecutor(
            graph: graph, batchSize: batch, objective: "loss", weights: Weights(graph: graph, seed: 1),
            pool: WorkerPool(threads: threads), precision: arguments.contains("brain") ? .brain : .single)
        let random = CounterRandom(seed: 1, stream: 0)
        try executor.withInput("input") { place in
            for i in place.indices { place[i] = random.normal(UInt64(i)) }
        }
        try executor.setInput("labels", (0..<batch).map { Float($0 % 5) })
        var optimizer = AdamW(weights: executor.weights)
        if arguments.contains("layers") { executor.profile = LayerProfile() }
        let clock = ContinuousClock()
        var fastest = Duration.seconds(3600)
        var leastProcessor = Double.infinity
        for step in 0..<(steps + 2) {
            let used = processorSeconds()
            let time = clock.measure {
                executor.forward(training: true)
                executor.backward()
                optimizer.step(executor, rate: 1e-3)
            }
            if step == 1 { executor.profile?.reset() }
            if step >= 2 {
                fastest = min(fastest, time)
                leastProcessor = min(leastProcessor, processorSeconds() - used)
            }
        }
        let seconds = Double(fastest.components.attoseconds) * 1e-18 + Double(fastest.components.seconds)
        print(
            "\(graph.trainedCount) parameters, loss \(executor.objectiveValue), planned \(executor.plannedBytes >> 20) MiB"
        )
        print("beats/s \(Double(batch) / seconds), cpu ms/beat \(leastProcessor * 1e3 / Double(batch))")
        if let profile = executor.profile { print(profile.table(graph, steps: steps)) }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
