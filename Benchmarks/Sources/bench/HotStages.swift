import Conditioning
import Detection
import Extraction
import Inference
import Signal

/// Runs one hot stage a given number of times: for counting instructions with valgrind, where the difference between two
/// counts leaves out everything that happens once.
///
/// A run is ten seconds of two leads at 360 Hz for the stages of the front, and one beat for the others.
enum HotStages {
    static let names =
        ["input", "detector", "conditioner", "extraction", "scalogram"] + PublishedNetwork.allCases.map(\.rawValue)
        + experts.map(\.name)

    /// Every expert of the two ensembles.
    private static let experts = ["dual-tiny", "dual-base"].flatMap { architecture in
        Network.experts(of: architecture).map { (name: architecture + "-" + $0.name, expert: $0.expert) }
    }

    static func run(_ name: String, times: Int) throws {
        switch name {
        case "input": front(times) { _, _ in }
        case "detector":
            var detector = PanTompkins(sampleRate: 360, leadCount: 2)
            front(times) { block, _ in detector.consume(block) { _ in } }
        case "conditioner":
            var conditioner = Conditioner(sampleRate: 360, leadCount: 2)
            var conditioned = SampleBlock(firstFrame: 0, leadCount: 2, values: [])
            front(times) { block, _ in conditioner.consume(block, into: &conditioned) }
        case "extraction": extract(times)
        case "scalogram": try transform(times)
        default:
            if let network = PublishedNetwork(rawValue: name) { return try infer(network.graph(), times) }
            if let known = experts.first(where: { $0.name == name }) {
                return try infer(known.expert.streamingGraph(window: .standard), times)
            }
            print("stages: \(names.joined(separator: " "))")
        }
    }

    private static func front(_ times: Int, _ body: (SampleBlock, Int) -> Void) {
        var signal = PulseTrain(rate: 360, leadCount: 2)
        for number in 0..<times { body(signal.next(frames: 3600), number) }
    }

    /// Beats cut at known peaks out of a signal that is made at the model's rate.
    private static func extract(_ times: Int) {
        let window = BeatWindow.standard
        var extractor = BeatExtractor(sampleRate: 360, leads: ["MLII", "V1"], lookAhead: 0.1)
        var signal = PulseTrain(rate: window.rate, leadCount: 2)
        let interval = Int64(PulseTrain.interval * 360)
        var peak = Int64(0.03 * 360)
        for number in 1...max(times, 1) {
            let end = Int64(number) * 3600
            var peaks: [RPeak] = []
            while peak + 90 < end {
                peaks.append(RPeak(frame: peak, decidedAt: peak + 90, confidence: 1, fromSearchBack: false))
                peak += interval
            }
            extractor.consume(signal.next(frames: Int(10 * window.rate)), peaks: peaks, through: end) { _ in }
        }
    }

    private static func transform(_ times: Int) throws {
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
    }

    private static func infer(_ graph: Graph, _ times: Int) throws {
        let plan = try InferencePlan(graph, Weights(graph: graph, seed: 1), maximumBatch: 1)
        let workspace = plan.makeWorkspace()
        for _ in 0..<times { plan.run(batch: 1, workspace) }
    }
}
