/// What a parameter holds before training.
public enum Initialization: Sendable, Equatable {
    /// The same value everywhere.
    case constant(Float)
    /// Uniform in ±`bound`. PyTorch's default for convolutions and linear layers has `bound` = 1/√fanIn.
    case uniform(bound: Float)
    /// Normal around 0.
    case normal(deviation: Float)
}

/// How a layer draws its weights before training.
public enum WeightInitialization: Sendable, Equatable {
    /// Uniform in ±1/√fanIn: PyTorch's default.
    case uniformFanIn
    /// Normal with variance 2/fanOut (He et al. 2015), as EfficientNet's convolutions have it.
    case normalFanOut
    /// All zero.
    case zero

    func resolved(fanIn: Int, fanOut: Int) -> Initialization {
        switch self {
        case .uniformFanIn: .uniform(bound: 1 / Float(fanIn).squareRoot())
        case .normalFanOut: .normal(deviation: (2 / Float(fanOut)).squareRoot())
        case .zero: .constant(0)
        }
    }
}

/// One tensor that a layer learns or keeps: its name in files, its shape in files and its layout in the engine.
///
/// Files hold PyTorch's layout (a convolution's weight is `(Cout, Cin, K)`), the engine another one (`(K, Cin, Cout)`,
/// so that a product's right-hand side is contiguous): engine axis `i` is file axis `permutation[i]`.
public struct Parameter: Sendable, Equatable {
    /// Name below its node, as PyTorch has it: `weight`, `bias`, `running_mean` …; in a `Graph` with the node's name
    /// before it: `block0.conv.weight`.
    public var name: String
    /// Shape in files.
    public var fileShape: [Int]
    /// Engine axis `i` is file axis `permutation[i]`.
    public var permutation: [Int]
    /// Learned by gradients; otherwise a running statistic.
    public var isTrained: Bool
    /// Whether weight decay applies (weights of products do; biases, scales and shifts do not).
    public var decays: Bool
    /// Value before training.
    public var initialization: Initialization

    /// Describes a parameter; without a permutation both layouts are the same.
    public init(
        _ name: String, _ fileShape: [Int], permutation: [Int]? = nil, isTrained: Bool = true, decays: Bool = false,
        initialization: Initialization
    ) {
        self.name = name
        self.fileShape = fileShape
        self.permutation = permutation ?? Array(fileShape.indices)
        self.isTrained = isTrained
        self.decays = decays
        self.initialization = initialization
    }

    /// Number of elements.
    public var count: Int { fileShape.reduce(1, *) }
    /// Shape in the engine.
    public var engineShape: [Int] { permutation.map { fileShape[$0] } }
}
