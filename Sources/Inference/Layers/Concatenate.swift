/// Two or more values side by side along the channels: `(…, C₁)`, `(…, C₂)` … to `(…, C₁ + C₂ + …)`.
public struct Concatenate: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard let first = inputs.first, inputs.count >= 2 else {
            throw .inputCount(node: node, expected: "at least 2", found: inputs.count)
        }
        let leading = first.dimensions.dropLast()
        guard first.rank >= 1, inputs.allSatisfy({ $0.rank == first.rank && $0.dimensions.dropLast() == leading })
        else {
            throw .shape(node: node, found: inputs, reason: "all axes but the last must agree")
        }
        return Shape(leading + [inputs.reduce(0) { $0 + $1.channels }])
    }
}
