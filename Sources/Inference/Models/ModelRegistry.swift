public import Extraction

/// The architectures that can be named in configurations and listed with `beatlab models`.
public enum ModelRegistry {
    /// A named architecture.
    public struct Entry: Sendable {
        /// Name in configurations.
        public let name: String
        /// One line about it.
        public let summary: String
        /// The experts.
        public let experts: [DualEnsemble.Member]

        /// Trained values of all experts for a window.
        public func parameterCount(window: BeatWindow) throws(GraphError) -> Int {
            var count = 0
            for member in experts { count += try member.expert.streamingGraph(window: window).trainedCount }
            return count
        }

        /// Multiply-accumulate operations for one beat, all experts.
        public func multiplyAccumulates(window: BeatWindow) throws(GraphError) -> Int {
            var count = 0
            for member in experts { count += try member.expert.streamingGraph(window: window).multiplyAccumulates }
            return count
        }
    }

    private static let head = BeatHead(features: 48, recurrent: 48, dropout: 0.4)
    private static let lone = BeatHead(features: 48, recurrent: 0, dropout: 0.4)
    private static let smallPicture = ScalogramConfiguration(scales: 24, times: 52, lowest: 1, highest: 40)
    private static let largePicture = ScalogramConfiguration(scales: 64, times: 104, lowest: 0.7, highest: 45)

    private static func signal(_ network: InceptionTime, _ head: BeatHead) -> DualEnsemble.Member {
        .init(
            name: "signal", expert: Expert(encoder: .signal(network), head: head, tellsSupraventricular: false))
    }

    private static func vision(_ network: EfficientNet, _ picture: ScalogramConfiguration) -> DualEnsemble.Member {
        .init(
            name: "vision", expert: Expert(encoder: .vision(network, picture), head: lone, tellsSupraventricular: false)
        )
    }

    private static let timing = DualEnsemble.Member(
        name: "timing",
        expert: Expert(encoder: .timing, head: BeatHead(features: 96, layers: 2, recurrent: 32, dropout: 0.3)))

    private static let trees = DualEnsemble.Member(
        name: "trees",
        expert: Expert(encoder: .trees(count: 300, depth: 6), head: BeatHead(features: 1, recurrent: 0, dropout: 0)))

    /// All entries.
    public static let entries: [Entry] = [
        Entry(
            name: "dual-tiny", summary: "InceptionTime tiny, EfficientNet nano, timing and trees: the default",
            experts: [signal(.tiny, head), vision(.nano, smallPicture), timing, trees]),
        Entry(
            name: "dual-base", summary: "InceptionTime base, EfficientNet-B0, timing and trees",
            experts: [signal(.base, head), vision(.b0, largePicture), timing, trees]),
        Entry(
            name: "inception-tiny", summary: "InceptionTime, 3 modules of 8 filters on half the rate, GRU over beats",
            experts: [signal(.tiny, head)]),
        Entry(
            name: "inception-base", summary: "InceptionTime, 6 modules of 32 filters, GRU over beats",
            experts: [signal(.base, head)]),
        Entry(
            name: "inception-large", summary: "InceptionTime, 9 modules of 48 filters, GRU over beats",
            experts: [signal(.large, head)]),
        Entry(
            name: "efficientnet-nano", summary: "EfficientNet of 3 stages with CBAM on 24 × 52 scalograms",
            experts: [vision(.nano, smallPicture)]),
        Entry(
            name: "efficientnet-b0", summary: "EfficientNet-B0 with CBAM on 64 × 104 scalograms",
            experts: [vision(.b0, largePicture)]),
        Entry(
            name: "efficientnet-b1", summary: "EfficientNet-B1 with CBAM on 64 × 104 scalograms",
            experts: [vision(.b1, largePicture)]),
        Entry(name: "timing", summary: "GRU over RR intervals and shape measures, no waveform", experts: [timing]),
        Entry(name: "trees", summary: "boosted oblivious trees over the same, beat by beat", experts: [trees]),
    ]

    /// The entry of a name.
    public static func entry(named name: String) -> Entry? { entries.first { $0.name == name } }
}

extension Graph {
    /// Multiply-accumulate operations for one sample.
    public var multiplyAccumulates: Int {
        nodes.reduce(0) { sum, node in
            sum + node.layer.multiplyAccumulates(inputShapes(of: node), output: node.shape) * node.repeats
        }
    }
}
