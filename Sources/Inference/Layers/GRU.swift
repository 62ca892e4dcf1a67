/// Gated recurrent unit along a sequence: `(T, F)` to `(T, H)`, every step from the past only.
///
/// Cho et al. 2014, as PyTorch has it: `r = σ(Wᵣx + bᵣ + Uᵣh + cᵣ)`, `z = σ(W_z x + b_z + U_z h + c_z)`, `n = tanh(Wₙx + bₙ + r ∘ (Uₙh + cₙ))`,
/// `h' = (1 − z) ∘ n + z ∘ h`. A second input `(H)` is the state before the first step (zero without it), so that a
/// graph with `T` = 1 runs one step of a stream with the same weights.
/// Parameters: `weight_ih_l0` `(3H, F)`, `weight_hh_l0` `(3H, H)`, transposed in the engine; `bias_ih_l0`, `bias_hh_l0` `(3H)`; the
/// gates in the order r, z, n.
public struct GRU: Layer {
    /// H.
    public let features: Int

    /// Describes it.
    public init(_ features: Int) { self.features = features }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("features", features, extentRange, node)
        guard inputs.count == 1 || inputs.count == 2 else {
            throw .inputCount(node: node, expected: "1 or 2", found: inputs.count)
        }
        guard inputs[0].rank == 2 else { throw .shape(node: node, found: inputs, reason: "it needs (T, F)") }
        guard inputs.count == 1 || inputs[1] == [features] else {
            throw .shape(node: node, found: inputs, reason: "the state must be (\(features))")
        }
        return [inputs[0][0], features]
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let start = Initialization.uniform(bound: 1 / Float(features).squareRoot())
        return [
            Parameter(
                "weight_ih_l0", [3 * features, inputs[0].channels], permutation: [1, 0], decays: true,
                initialization: start),
            Parameter(
                "weight_hh_l0", [3 * features, features], permutation: [1, 0], decays: true, initialization: start),
            Parameter("bias_ih_l0", [3 * features], initialization: start),
            Parameter("bias_hh_l0", [3 * features], initialization: start),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int {
        inputs[0][0] * 3 * features * (inputs[0].channels + features)
    }
}
