/// Matrix product with the last axis: `(…, Fin)` to `(…, Fout)`: `y = x · weight + bias`.
///
/// Parameters: `weight` `(Fout, Fin)` in files, `(Fin, Fout)` in the engine; `bias` `(Fout)`.
public struct Linear: Layer {
    /// Features of the result.
    public let features: Int
    /// Whether it has a bias.
    public let bias: Bool
    /// How weights are drawn.
    public let initialization: WeightInitialization

    /// Describes it.
    public init(_ features: Int, bias: Bool = true, initialization: WeightInitialization = .uniformFanIn) {
        self.features = features
        self.bias = bias
        self.initialization = initialization
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        try check("features", features, extentRange, node)
        guard input.rank >= 1 else { throw .shape(node: node, found: inputs, reason: "it has no features") }
        return Shape(input.dimensions.dropLast() + [features])
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let input = inputs[0].channels
        let weight = Parameter(
            "weight", [features, input], permutation: [1, 0], decays: true,
            initialization: initialization.resolved(fanIn: input, fanOut: features))
        return [weight] + (bias ? [biasParameter(features, fanIn: input, initialization)] : [])
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { output.count * inputs[0].channels }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { product(inputs[0]).memory }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        product(pass.inputShapes[0]).forward(pass, rows: pass.batch * pass.shape.positions)
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        product(pass.inputShapes[0]).backward(pass, rows: pass.batch * pass.shape.positions)
    }

    private func product(_ input: Shape) -> RowProduct {
        RowProduct(inputs: input.channels, outputs: features, bias: bias)
    }
}
