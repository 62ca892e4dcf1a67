import Detection
import Extraction
import Inference
import Signal

/// Runs one hot stage a given number of times: for counting instructions with valgrind, where the difference between two
/// counts leaves out everything that happens once.
enum HotStages {
    static let names = ["detector", "scalogram", "inception-base", "efficientnet-b0", "dual-tiny-signal"]

    static func run(_ name: String, times: Int) throws {
        switch name {
        case "detector": detect(times)
        case "scalogram":
            let scalogram = try Scalogram(ScalogramConfiguration())
            let workspace = scalogram.makeWorkspace()
            let window = noise(2 * 208, seed: 1)
            var picture = [Float](repeating: 0, count: scalogram.configuration.count)
            for _ in 0..<times {
                window.withUnsafeBufferPointer { window in
                    picture.withUnsafeMutableBufferPointer {
                        scalogram.transform(window, into: $0, workspace: workspace)
                    }
                }
            }
        case "inception-base": try infer(Network.inceptionTime(), times)
        case "efficientnet-b0": try infer(Network.efficientNet(), times)
        case "dual-tiny-signal":
            guard let expert = ModelRegistry.entry(named: "dual-tiny")?.experts.first?.expert else { return }
            try infer(expert.streamingGraph(window: .standard), times)
        default: print("stages: \(names.joined(separator: " "))")
        }
    }

    private static func infer(_ graph: Graph, _ times: Int) throws {
        let plan = try InferencePlan(graph, Weights(graph: graph, seed: 1), maximumBatch: 1)
        let workspace = plan.makeWorkspace()
        for _ in 0..<times { plan.run(batch: 1, workspace) }
    }

    /// Ten seconds of two leads at 360 Hz, a pulse every 0.8 s, at a time.
    private static func detect(_ times: Int) {
        var detector = PanTompkins(sampleRate: 360, leadCount: 2)
        var block = SampleBlock(firstFrame: 0, leadCount: 2, values: [Float](repeating: 0, count: 7200))
        let wobble = noise(7200, seed: 3)
        for _ in 0..<times {
            for frame in 0..<3600 {
                let phase = Int((block.firstFrame + Int64(frame)) % 288)
                let pulse: Float = phase < 20 ? 1 - abs(Float(phase) - 10) / 10 : 0
                block.values[2 * frame] = pulse + 0.02 * wobble[2 * frame]
                block.values[2 * frame + 1] = 0.5 * pulse + 0.02 * wobble[2 * frame + 1]
            }
            detector.consume(block) { _ in }
            block.firstFrame += 3600
        }
    }
}
