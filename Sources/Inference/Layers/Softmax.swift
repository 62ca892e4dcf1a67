/// Probabilities from logits over the last axis: `eˣ / Σ eˣ`.
public struct Softmax: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { try single(inputs, node) }
}
