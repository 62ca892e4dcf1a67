import Extraction
import Inference

/// The two published networks that other programs are known for; `peers/networks.py` has the same with the same names.
enum PublishedNetwork: String, CaseIterable {
    /// InceptionTime of two leads by 256 samples.
    case inception = "inception-base"
    /// EfficientNet-B0 with CBAM of two pictures of 64 × 64.
    case efficientNet = "efficientnet-b0"

    /// What it looks at, for tables.
    var size: String { self == .inception ? "256x2" : "64x64x2" }

    /// The network up to its logits, or up to the loss of training, with inputs `x` and `labels`.
    func graph(loss: Bool = false) throws -> Graph {
        var builder = GraphBuilder()
        let embedding =
            switch self {
            case .inception:
                try InceptionTime.base.encode(builder.input("x", [256, 2]), name: "signal", into: &builder)
            case .efficientNet:
                try EfficientNet.b0.encode(builder.input("x", [64, 64, 2]), name: "vision", into: &builder)
            }
        let logits = try builder.add("head", Linear(5), embedding)
        try builder.output("logits", logits)
        if loss {
            let labels = try builder.input("labels", [1])
            try builder.output("loss", builder.add("loss", SoftmaxCrossEntropy(), logits, labels))
        }
        return try builder.build()
    }
}

/// The networks that are timed: the published ones and the experts of the registry.
struct Network {
    let name: String
    let graph: Graph
    let weights: Weights

    init(_ name: String, _ graph: Graph) {
        self.name = name
        self.graph = graph
        weights = Weights(graph: graph, seed: 1)
    }

    static func all() throws -> [Network] {
        var networks = try PublishedNetwork.allCases.map { Network("\($0.rawValue) \($0.size)", try $0.graph()) }
        for name in ["dual-tiny", "dual-base"] {
            for member in experts(of: name) where member.name != "timing" {
                networks.append(
                    Network(name + " " + member.name, try member.expert.streamingGraph(window: .standard)))
            }
        }
        return networks
    }

    /// The experts of a registered architecture.
    static func experts(of architecture: String) -> [DualEnsemble.Member] {
        ModelRegistry.entry(named: architecture)?.experts ?? []
    }
}
