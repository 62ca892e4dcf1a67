/// Normalises every channel over batch and positions (Ioffe & Szegedy 2015), then applies an activation.
///
/// `y = act(weight · (x − mean) / √(variance + epsilon) + bias)`. Training uses the batch's mean and biased variance and moves the
/// running ones by `momentum` (the variance unbiased), as PyTorch; evaluation uses the running ones.
/// Parameters `weight`, `bias`, statistics `running_mean`, `running_var`, all `(C)`.
public struct BatchNorm: Layer {
    /// Added to the variance.
    public let epsilon: Float
    /// Share of the new batch in the running statistics.
    public let momentum: Float
    /// Applied to the result.
    public let activation: ActivationFunction

    /// Describes it.
    public init(epsilon: Float = 1e-5, momentum: Float = 0.1, activation: ActivationFunction = .identity) {
        self.epsilon = epsilon
        self.momentum = momentum
        self.activation = activation
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("epsilon", epsilon, 0..<1, node)
        try check("momentum", momentum, 0..<1.0001, node)
        return try single(inputs, node)
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let channels = inputs[0].channels
        return [
            Parameter("weight", [channels], initialization: .constant(1)),
            Parameter("bias", [channels], initialization: .constant(0)),
            Parameter("running_mean", [channels], isTrained: false, initialization: .constant(0)),
            Parameter("running_var", [channels], isTrained: false, initialization: .constant(1)),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { output.count }
}
