import Extraction
import Inference

/// How the cost of a stream grows with its leads and its rate, and that of a beat with the batch.
enum GrowthBenchmark {
    static func run() throws {
        for leads in [1, 2, 3, 6, 12] { front(rate: 360, leads: leads) }
        for rate in [128.0, 250, 360, 500, 1000] { front(rate: rate, leads: 2) }
        try batches()
    }

    /// Microseconds of one thread for a second of signal, from samples to beats without verdicts.
    private static func front(rate: Double, leads: Int) {
        var signal = PulseTrain(rate: rate, leadCount: leads)
        let names = (0..<leads).map { $0 == 0 ? "II" : "V\($0)" }
        let blocks = (0..<60).map { _ in signal.next(frames: Int(rate)) }
        let time = Clock.median(seconds: 0.4) {
            var stages = Front(rate: rate, leads: names)
            for block in blocks { stages.consume(block) }
        }
        report([
            ("what", "front"), ("rate", rate), ("leads", leads), ("us_per_second", time * 1e-3 / Double(blocks.count)),
        ])
    }

    /// Microseconds of one thread for a beat in every expert of an ensemble.
    private static func batches() throws {
        for architecture in ["dual-tiny", "dual-base"] {
            for member in Network.experts(of: architecture) {
                let graph = try member.expert.streamingGraph(window: .standard)
                let plan = try InferencePlan(graph, Weights(graph: graph, seed: 1), maximumBatch: 64)
                let workspace = plan.makeWorkspace()
                for port in plan.inputs {
                    guard let place = workspace.input(port.name) else { continue }
                    for (k, value) in noise(place.count, seed: 1).enumerated() { place[k] = value }
                }
                for batch in [1, 2, 4, 8, 16, 32, 64] {
                    let time = Clock.median(seconds: 0.3) { plan.run(batch: batch, workspace) }
                    report([
                        ("what", "batch"), ("architecture", architecture), ("expert", member.name), ("batch", batch),
                        ("us", time * 1e-3 / Double(batch)), ("parameters", graph.trainedCount),
                        ("mac", graph.multiplyAccumulates),
                    ])
                }
            }
        }
    }
}
