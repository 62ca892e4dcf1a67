/// The vision expert's encoder: EfficientNet with CBAM over the scalogram of a beat.
///
/// Tan & Le, *EfficientNet: rethinking model scaling for convolutional neural networks*, ICML 2019: inverted bottlenecks
/// with squeeze-and-excitation, scaled in width and depth together. Behind the last stage stands a convolutional block
/// attention module (Woo et al., *CBAM*, ECCV 2018), which weighs channels, then places of the scalogram.
///
/// Input `(scales, time, leads)`; output `(embedding)`.
public struct EfficientNet: Sendable, Hashable, Codable {
    /// A run of like blocks.
    public struct Stage: Sendable, Hashable, Codable {
        /// Factor by which a block widens its input.
        public var expansion: Int
        /// Side of the depthwise kernel.
        public var kernel: Int
        /// Stride of the first block.
        public var stride: Int
        /// Channels, before scaling.
        public var channels: Int
        /// Blocks, before scaling.
        public var repeats: Int

        /// Makes a stage.
        public init(expansion: Int, kernel: Int, stride: Int, channels: Int, repeats: Int) {
            self.expansion = expansion
            self.kernel = kernel
            self.stride = stride
            self.channels = channels
            self.repeats = repeats
        }
    }

    /// Channels of the first convolution, before scaling.
    public var stem: Int
    /// The stages.
    public var stages: [Stage]
    /// Channels of the last pointwise convolution, before scaling; 0 leaves it out.
    public var top: Int
    /// Factor on channels.
    public var width: Double
    /// Factor on repeats.
    public var depth: Double
    /// Whether CBAM stands behind the last stage.
    public var attention: Bool
    /// Whether places are kept (flattened) instead of averaged: for small scalograms, where time matters.
    public var keepsPlaces: Bool

    /// Makes a configuration.
    public init(
        stem: Int, stages: [Stage], top: Int, width: Double = 1, depth: Double = 1, attention: Bool = true,
        keepsPlaces: Bool = false
    ) {
        self.stem = stem
        self.stages = stages
        self.top = top
        self.width = width
        self.depth = depth
        self.attention = attention
        self.keepsPlaces = keepsPlaces
    }

    /// EfficientNet-B0 with CBAM.
    public static let b0 = EfficientNet(
        stem: 32,
        stages: [
            Stage(expansion: 1, kernel: 3, stride: 1, channels: 16, repeats: 1),
            Stage(expansion: 6, kernel: 3, stride: 2, channels: 24, repeats: 2),
            Stage(expansion: 6, kernel: 5, stride: 2, channels: 40, repeats: 2),
            Stage(expansion: 6, kernel: 3, stride: 2, channels: 80, repeats: 3),
            Stage(expansion: 6, kernel: 5, stride: 1, channels: 112, repeats: 3),
            Stage(expansion: 6, kernel: 5, stride: 2, channels: 192, repeats: 4),
            Stage(expansion: 6, kernel: 3, stride: 1, channels: 320, repeats: 1),
        ], top: 1280)

    /// EfficientNet-B1 with CBAM: a tenth deeper.
    public static let b1 = EfficientNet(stem: b0.stem, stages: b0.stages, top: b0.top, depth: 1.1)

    /// Three stages on a small scalogram: for two cores and for weak machines.
    public static let nano = EfficientNet(
        stem: 12,
        stages: [
            Stage(expansion: 1, kernel: 3, stride: 1, channels: 8, repeats: 1),
            Stage(expansion: 4, kernel: 3, stride: 2, channels: 16, repeats: 2),
            Stage(expansion: 4, kernel: 5, stride: 2, channels: 24, repeats: 2),
        ], top: 0, keepsPlaces: true)

    /// Channels rounded to a multiple of eight (four below 32) that loses at most a tenth, as the paper's code does.
    func scaled(_ channels: Int) -> Int {
        let exact = Double(channels) * width
        let unit = exact < 32 ? 4 : 8
        var rounded = max(unit, Int(exact + Double(unit) / 2) / unit * unit)
        if Double(rounded) < 0.9 * exact { rounded += unit }
        return rounded
    }

    /// Builds it behind `input` `(H, W, leads)`; the result is a vector.
    public func encode(
        _ input: GraphBuilder.Value, name: String, into builder: inout GraphBuilder
    ) throws(GraphError) -> GraphBuilder.Value {
        var value = try convolution(
            input, channels: scaled(stem), kernel: 3, stride: 2, name: name + ".stem", into: &builder)
        for (index, stage) in stages.enumerated() {
            for block in 0..<Int((Double(stage.repeats) * depth).rounded(.up)) {
                value = try self.block(
                    value, stage, stride: block == 0 ? stage.stride : 1, name: "\(name).stage\(index).block\(block)",
                    into: &builder)
            }
        }
        if attention {
            value = try builder.blockAttention(
                name + ".attention", value, squeeze: max(value.shape.channels / 16, 4), kernel: 7)
        }
        if top > 0 {
            value = try convolution(
                value, channels: scaled(top), kernel: 1, stride: 1, name: name + ".top", into: &builder)
        }
        if keepsPlaces { return try builder.add(name + ".flatten", Reshape([value.shape.count]), value) }
        return try builder.add(name + ".pool", GlobalPool(.average), value)
    }

    private func convolution(
        _ input: GraphBuilder.Value, channels: Int, kernel: Int, stride: Int, name: String,
        into builder: inout GraphBuilder
    ) throws(GraphError) -> GraphBuilder.Value {
        let value = try builder.add(
            name + ".conv",
            Conv2d(channels, kernel: kernel, stride: stride, bias: false, initialization: .normalFanOut), input)
        return try builder.add(name + ".norm", BatchNorm(epsilon: 1e-3, activation: .silu), value)
    }

    private func block(
        _ input: GraphBuilder.Value, _ stage: Stage, stride: Int, name: String, into builder: inout GraphBuilder
    ) throws(GraphError) -> GraphBuilder.Value {
        var value = input
        let wide = input.shape.channels * stage.expansion
        if stage.expansion > 1 {
            value = try convolution(value, channels: wide, kernel: 1, stride: 1, name: name + ".expand", into: &builder)
        }
        value = try builder.add(
            name + ".depthwise.conv",
            DepthwiseConv2d(kernel: stage.kernel, stride: stride, bias: false, initialization: .normalFanOut), value)
        value = try builder.add(name + ".depthwise.norm", BatchNorm(epsilon: 1e-3, activation: .silu), value)
        value = try builder.squeezeExcite(name + ".excite", value, squeeze: max(input.shape.channels / 4, 2))
        let channels = scaled(stage.channels)
        value = try builder.add(
            name + ".project.conv", Conv2d(channels, kernel: 1, bias: false, initialization: .normalFanOut), value)
        value = try builder.add(name + ".project.norm", BatchNorm(epsilon: 1e-3), value)
        guard stride == 1, input.shape.channels == channels else { return value }
        return try builder.add(name + ".add", Add(), input, value)
    }
}
