/// Normalises every position over its channels.
///
/// Ba et al. 2016: `y = weight · (x − mean) / √(variance + epsilon) + bias`, mean and biased variance over the last axis.
/// Parameters `weight`, `bias` `(C)`.
public struct LayerNorm: Layer {
    /// Added to the variance.
    public let epsilon: Float

    /// Describes it.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("epsilon", epsilon, 0..<1, node)
        return try single(inputs, node)
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let channels = inputs[0].channels
        return [
            Parameter("weight", [channels], initialization: .constant(1)),
            Parameter("bias", [channels], initialization: .constant(0)),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { 2 * output.count }
}
