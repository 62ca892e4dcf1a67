extension GraphBuilder {
    /// Convolutional block attention module: a gate per channel, then a gate per position.
    ///
    /// Woo et al. 2018.
    public mutating func blockAttention(
        _ name: String, _ value: Value, squeeze: Int, kernel: Int = 7
    ) throws(GraphError) -> Value {
        let channels = try channelAttention(name + ".channel", value, squeeze: squeeze)
        return try spatialAttention(name + ".spatial", channels, kernel: kernel)
    }

    /// Scales every channel by `σ(mlp(mean) + mlp(maximum))` over the positions; one `mlp` for both:
    /// parameters `name.fc1.weight` `(squeeze, C)`, `name.fc2.weight` `(C, squeeze)`, no biases.
    public mutating func channelAttention(
        _ name: String, _ value: Value, squeeze: Int
    ) throws(GraphError) -> Value {
        let pooled = try add(name + ".pool", GlobalPool(.averageAndMaximum), value)
        let hidden = try add(name + ".fc1", Linear(squeeze, bias: false), pooled)
        let active = try add(name + ".relu", Activation(.relu), hidden)
        let logits = try add(name + ".fc2", Linear(value.shape.channels, bias: false), active)
        let sum = try add(name + ".sum", SumPositions(), logits)
        let gate = try add(name + ".sigmoid", Activation(.sigmoid), sum)
        return try add(name, Multiply(), value, gate)
    }

    /// Scales every position of a picture by `σ(conv([mean, maximum]))` over the channels: parameter `name.conv.weight`
    /// `(1, 2, kernel, kernel)`, no bias.
    public mutating func spatialAttention(
        _ name: String, _ value: Value, kernel: Int = 7
    ) throws(GraphError) -> Value {
        let pooled = try add(name + ".pool", ChannelPool(), value)
        let logits = try add(name + ".conv", Conv2d(1, kernel: kernel, bias: false), pooled)
        let gate = try add(name + ".sigmoid", Activation(.sigmoid), logits)
        return try add(name, Multiply(), value, gate)
    }
}
