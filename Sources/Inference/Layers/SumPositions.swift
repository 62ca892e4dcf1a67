/// Sum over all positions: `(…, C)` to `(C)`.
public struct SumPositions: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        [try single(inputs, node).channels]
    }
}
