/// Sum of two or more values of one shape.
public struct Add: Layer {
    /// Applied to the sum.
    public let activation: ActivationFunction

    /// Describes it.
    public init(activation: ActivationFunction = .identity) { self.activation = activation }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.count >= 2 else { throw .inputCount(node: node, expected: "at least 2", found: inputs.count) }
        guard inputs.allSatisfy({ $0 == inputs[0] }) else {
            throw .shape(node: node, found: inputs, reason: "all must have one shape")
        }
        return inputs[0]
    }
}
