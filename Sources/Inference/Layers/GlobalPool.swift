/// Mean or maximum over all positions: `(…, C)` to `(C)`; or both, to `(2, C)`: mean first.
///
/// Both in one value let one small network judge both (CBAM's channel attention: its weights are shared).
public struct GlobalPool: Layer {
    /// What is taken over the positions.
    public enum Statistic: String, Sendable, Codable {
        /// The mean: `(C)`.
        case average
        /// The maximum: `(C)`.
        case maximum
        /// The mean and the maximum: `(2, C)`.
        case averageAndMaximum
    }
    /// Which.
    public let statistic: Statistic

    /// Describes it.
    public init(_ statistic: Statistic) { self.statistic = statistic }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        return statistic == .averageAndMaximum ? [2, input.channels] : [input.channels]
    }
}
