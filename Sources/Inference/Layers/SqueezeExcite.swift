extension GraphBuilder {
    /// Squeeze-and-excitation: scales every channel by a gate that a small network computes from all channels' means.
    ///
    /// Hu, Shen & Sun 2018. Nodes `name.avgpool`, `name.fc1`, `name.activation`, `name.fc2`, `name.scale_activation`, `name`, as torchvision names them
    /// (whose `fc1.weight` `(S, C, 1, 1)` loads as `(S, C)`).
    public mutating func squeezeExcite(
        _ name: String, _ value: Value, squeeze: Int, activation: ActivationFunction = .silu,
        initialization: WeightInitialization = .uniformFanIn
    ) throws(GraphError) -> Value {
        let mean = try add(name + ".avgpool", GlobalPool(.average), value)
        let hidden = try add(name + ".fc1", Linear(squeeze, initialization: initialization), mean)
        let active = try add(name + ".activation", Activation(activation), hidden)
        let logits = try add(name + ".fc2", Linear(value.shape.channels, initialization: initialization), active)
        let gate = try add(name + ".scale_activation", Activation(.sigmoid), logits)
        return try add(name, Multiply(), value, gate)
    }
}
