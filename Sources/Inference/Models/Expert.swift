public import Extraction

/// One voice of the ensemble: an encoder of what it looks at, and a head that judges with context and state.
public struct Expert: Sendable, Hashable, Codable {
    /// What an expert looks at, and through what.
    public enum Encoder: Sendable, Hashable, Codable {
        /// The waveform beside the patient's template and their difference.
        case signal(InceptionTime)
        /// Scalograms.
        case vision(EfficientNet, ScalogramConfiguration)
        /// Nothing but the context: intervals, irregularity, shape measures.
        case timing
        /// The context alone, beat by beat, through boosted trees; the head is not used.
        case trees(count: Int, depth: Int, leaves: LeafOdds? = nil)
    }

    /// What it looks at.
    public var encoder: Encoder
    /// How it judges.
    public var head: BeatHead
    /// Whether it tells S from N.
    ///
    /// One that does not learns S as N and gives both the same vote: an encoder without a state over beats learns the S
    /// beats of its patients by heart, and the odds of S to N belong to those who see the rhythm.
    public var tellsSupraventricular = true
    /// How its context is scaled: measured when it is trained.
    public var scaling = ContextScaling.none

    /// Makes an expert.
    public init(encoder: Encoder, head: BeatHead, tellsSupraventricular: Bool = true) {
        self.encoder = encoder
        self.head = head
        self.tellsSupraventricular = tellsSupraventricular
    }

    /// Whether the graph can be built without taking all memory or time: settings of a file are a stranger's.
    var isBounded: Bool {
        guard (1...65_536).contains(head.features), (1...64).contains(head.layers),
            (0...65_536).contains(head.recurrent),
            head.dropout >= 0, head.dropout < 1, scaling.means.count == scaling.deviations.count,
            [0, ContextFeature.count].contains(scaling.means.count), scaling.means.allSatisfy(\.isFinite),
            scaling.deviations.allSatisfy({ $0.isFinite && $0 > 0 })
        else { return false }
        switch encoder {
        case .timing: return true
        case .trees(let count, let depth, _):
            return (1...10_000).contains(count) && (1...10).contains(depth) && head.recurrent == 0
        case .signal(let network):
            return (1...64).contains(network.depth) && (1...4096).contains(network.filters)
                && (1...16).contains(network.kernels.count) && network.kernels.allSatisfy { (1...4096).contains($0) }
                && (1...4096).contains(network.bottleneck) && (1...64).contains(network.stemStride)
                && (1...4096).contains(network.positions)
        case .vision(let network, let picture):
            guard (1...4096).contains(network.stem), (1...32).contains(network.stages.count),
                (0...65_536).contains(network.top), (0.01...16).contains(network.width),
                (0.01...16).contains(network.depth),
                network.stages.allSatisfy({
                    (1...64).contains($0.expansion) && (1...64).contains($0.kernel) && (1...16).contains($0.stride)
                        && (1...4096).contains($0.channels) && (1...64).contains($0.repeats)
                }), (try? picture.validate()) != nil
            else { return false }
            // A block is a dozen nodes; a scale has a band of at most as many bins as the window has samples.
            let blocks = network.depth * Double(network.stages.reduce(0) { $0 + $1.repeats })
            return blocks <= 256 && picture.scales * picture.length <= 1 << 20
        }
    }

    /// Names of an expert's inputs and outputs in its graph.
    public enum Port {
        /// `(steps, L, 6)` or `(steps, H, W, 2)`.
        public static let picture = "picture"
        /// `(steps, ContextFeature.count)`.
        public static let context = "context"
        /// `(recurrent)`: the state before the first step.
        public static let state = "state"
        /// `(steps)`: class indices, below 0 where there is none.
        public static let labels = "labels"
        /// `(steps, classes)`.
        public static let logits = "logits"
        /// `(steps, recurrent)`.
        public static let states = "states"
        /// `(1)`.
        public static let loss = "loss"
    }

    /// Channels of the signal expert's picture: waveform, template and difference of every lead.
    public static let signalChannels = 3 * LeadSelection.count

    /// Shape of one beat's picture; nil for experts that see the context alone.
    public func pictureShape(window: BeatWindow) -> Shape? {
        switch encoder {
        case .signal: [window.length, Self.signalChannels]
        case .vision(_, let picture): [picture.scales, picture.times, picture.leads]
        case .timing, .trees: nil
        }
    }

    /// The graph that learns: sequences of `steps` beats from a zero state, with a loss.
    public func trainingGraph(
        window: BeatWindow, steps: Int, smoothing: Float, classWeights: [Float]
    ) throws(GraphError) -> Graph {
        var builder = GraphBuilder()
        let (logits, _) = try build(window: window, steps: steps, state: nil, into: &builder)
        try builder.output(Port.logits, logits)
        let labels = try builder.input(Port.labels, [steps])
        let loss = try builder.add(
            "loss", SoftmaxCrossEntropy(smoothing: smoothing, classWeights: classWeights), logits, labels)
        try builder.output(Port.loss, loss)
        return try builder.build()
    }

    /// The graph that judges one beat of each of many streams, given and giving their states.
    public func streamingGraph(window: BeatWindow) throws(GraphError) -> Graph {
        var builder = GraphBuilder()
        let state = head.recurrent > 0 ? try builder.input(Port.state, [head.recurrent]) : nil
        let (logits, states) = try build(window: window, steps: 1, state: state, into: &builder)
        try builder.output(Port.logits, logits)
        if let states { try builder.output(Port.states, states) }
        return try builder.build()
    }

    private func build(
        window: BeatWindow, steps: Int, state: GraphBuilder.Value?, into builder: inout GraphBuilder
    ) throws(GraphError) -> (logits: GraphBuilder.Value, state: GraphBuilder.Value?) {
        let contexts = try builder.input(Port.context, [steps, ContextFeature.count])
        let context = try builder.add("fold_context", FoldTime(), contexts)
        if case .trees(let count, let depth, let leaves) = encoder {
            let trees = ObliviousTrees(trees: count, depth: depth, classes: leaves?.count ?? classCount)
            var sums = try builder.add("trees", trees, context)
            if leaves != nil { sums = try builder.add("odds", Linear(classCount), sums) }
            return (try builder.add("unfold", UnfoldTime(steps: steps), sums), nil)
        }
        var embedding: GraphBuilder.Value?
        if let shape = pictureShape(window: window) {
            let pictures = try builder.input(Port.picture, Shape([steps] + shape.dimensions))
            let picture = try builder.add("fold_picture", FoldTime(), pictures)
            switch encoder {
            case .signal(let network): embedding = try network.encode(picture, name: "signal", into: &builder)
            case .vision(let network, _): embedding = try network.encode(picture, name: "vision", into: &builder)
            case .timing, .trees: break
            }
        }
        return try head.build(
            embedding: embedding, context: context, steps: steps, state: state, classes: classCount, into: &builder)
    }
}
