/// A function applied to every element.
public enum ActivationFunction: String, Sendable, Codable, CaseIterable {
    /// x
    case identity
    /// max(x, 0)
    case relu
    /// x · σ(x), also called swish
    case silu
    /// σ(x) = 1 / (1 + e⁻ˣ)
    case sigmoid
    /// tanh x
    case tanh
    /// x · Φ(x), exact (PyTorch's default)
    case gelu
}

/// Applies a function to every element; any shape.
public struct Activation: Layer {
    /// Which.
    public let function: ActivationFunction

    /// Describes it.
    public init(_ function: ActivationFunction) { self.function = function }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { try single(inputs, node) }
}
