/// A value that comes from outside.
public struct Input: Layer {
    /// Extent of one sample.
    public let shape: Shape

    /// Declares it; `GraphBuilder.input` does this.
    public init(shape: Shape) { self.shape = shape }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.isEmpty else { throw .inputCount(node: node, expected: "0", found: inputs.count) }
        return shape
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {}

    /// Backward pass.
    public func backward(_ pass: LayerPass) {}
}
