/// Sets elements to zero at random while training and scales the others by 1/(1 − rate).
///
/// Srivastava et al. 2014.
public struct Dropout: Layer {
    /// Probability of zero.
    public let rate: Float

    /// Describes it.
    public init(rate: Float) { self.rate = rate }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("rate", rate, 0..<1, node)
        return try single(inputs, node)
    }
}
