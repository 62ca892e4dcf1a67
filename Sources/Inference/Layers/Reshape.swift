/// The same elements in another shape; the order in memory stays.
public struct Reshape: Layer {
    /// The new shape.
    public let shape: Shape

    /// Describes it.
    public init(_ shape: Shape) { self.shape = shape }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        guard shape.isSound, shape.count == input.count else {
            throw .shape(node: node, found: inputs + [shape], reason: "both must have the same number of elements")
        }
        return shape
    }
}
