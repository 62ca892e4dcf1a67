/// Maximum and mean over the channels of every position: `(…, C)` to `(…, 2)`, the maximum first.
///
/// As the spatial attention of Woo et al. 2018 has it.
public struct ChannelPool: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        guard input.rank >= 1 else { throw .shape(node: node, found: inputs, reason: "it has no channels") }
        return Shape(input.dimensions.dropLast() + [2])
    }
}
