/// Product of a value and a gate: `(…, C)` with `(…, C)`, with one factor per channel `(C)`, or with one factor per position
/// `(…, 1)`.
public struct Multiply: Layer {
    /// How the gate is spread over the value.
    public enum Broadcast: Sendable {
        /// One factor per element.
        case elements
        /// One factor per channel: `(C)`.
        case channels
        /// One factor per position: `(…, 1)`.
        case positions
    }

    /// Describes it.
    public init() {}

    /// How a gate fits a value; nil if it does not.
    public func broadcast(_ value: Shape, _ gate: Shape) -> Broadcast? {
        if value == gate { return .elements }
        if gate.dimensions == [value.channels] { return .channels }
        if gate.rank == value.rank, gate.channels == 1, gate.positions == value.positions { return .positions }
        return nil
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.count == 2 else { throw .inputCount(node: node, expected: "2", found: inputs.count) }
        guard broadcast(inputs[0], inputs[1]) != nil else {
            throw .shape(node: node, found: inputs, reason: "the gate must be equal, (C) or (…, 1)")
        }
        return inputs[0]
    }
}
