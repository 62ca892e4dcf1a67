/// The signal expert's encoder: InceptionTime over the waveform of a beat.
///
/// Ismail Fawaz et al., *InceptionTime: finding AlexNet for time series classification*, Data Min. Knowl. Disc. 34 (2020)
/// 1936-1962. Every module looks at its input through kernels of several lengths at once, beside a max pooling, and a
/// residual connection spans every third module. Two things are added for beats: an optional strided stem, which halves the
/// time axis where compute is short, and a positional head: the mean over `positions` parts of the window instead of one
/// over the whole, since the window also holds the previous beat and *where* a wave is matters.
///
/// Input `(L, channels)`; output `(embedding)`.
public struct InceptionTime: Sendable, Hashable, Codable {
    /// Inception modules.
    public var depth: Int
    /// Filters of each branch; a module gives four times as many channels.
    public var filters: Int
    /// Kernel lengths of the convolution branches, in samples after the stem.
    public var kernels: [Int]
    /// Channels of the bottleneck before the convolutions.
    public var bottleneck: Int
    /// Stride of the stem; 1 leaves the stem out, as in the paper.
    public var stemStride: Int
    /// Parts of the window that are averaged apart; 1 is the paper's global average.
    public var positions: Int

    /// Makes a configuration.
    public init(
        depth: Int, filters: Int, kernels: [Int], bottleneck: Int, stemStride: Int = 1, positions: Int = 1
    ) {
        self.depth = depth
        self.filters = filters
        self.kernels = kernels
        self.bottleneck = bottleneck
        self.stemStride = stemStride
        self.positions = positions
    }

    /// Three modules on half the rate: for two cores and for weak machines.
    public static let tiny = InceptionTime(
        depth: 3, filters: 8, kernels: [21, 11, 5], bottleneck: 16, stemStride: 2, positions: 13)
    /// The paper's network: six modules of 32 filters, kernels 39, 19, 9.
    public static let base = InceptionTime(depth: 6, filters: 32, kernels: [39, 19, 9], bottleneck: 32)
    /// Nine modules of 48 filters.
    public static let large = InceptionTime(depth: 9, filters: 48, kernels: [39, 19, 9], bottleneck: 48, positions: 4)

    /// Builds it behind `input` `(L, channels)`; the result is a vector.
    public func encode(
        _ input: GraphBuilder.Value, name: String, into builder: inout GraphBuilder
    ) throws(GraphError) -> GraphBuilder.Value {
        var value = input
        if stemStride > 1 {
            value = try builder.add(
                name + ".stem.conv", Conv1d(4 * filters / 2, kernel: 7, stride: stemStride, bias: false), value)
            value = try builder.add(name + ".stem.norm", BatchNorm(activation: .relu), value)
        }
        var shortcut = value
        for index in 0..<depth {
            let module = "\(name).module\(index)"
            value = try self.module(value, name: module, into: &builder)
            guard index % 3 == 2 else { continue }
            let residual = try builder.add(
                module + ".residual.conv", Conv1d(value.shape.channels, kernel: 1, bias: false), shortcut)
            let normed = try builder.add(module + ".residual.norm", BatchNorm(), residual)
            value = try builder.add(module + ".residual.add", Add(activation: .relu), value, normed)
            shortcut = value
        }
        guard positions > 1 else { return try builder.add(name + ".pool", GlobalPool(.average), value) }
        let part = (value.shape[0] + positions - 1) / positions
        value = try builder.add(
            name + ".pool", Pool1d(.average, kernel: part, stride: part, padding: .symmetric(0)), value)
        return try builder.add(name + ".flatten", Reshape([value.shape.count]), value)
    }

    private func module(
        _ input: GraphBuilder.Value, name: String, into builder: inout GraphBuilder
    ) throws(GraphError) -> GraphBuilder.Value {
        var narrow = input
        if input.shape.channels > 1 {
            narrow = try builder.add(name + ".bottleneck", Conv1d(bottleneck, kernel: 1, bias: false), input)
        }
        var branches: [GraphBuilder.Value] = []
        for (index, kernel) in kernels.enumerated() {
            branches.append(
                try builder.add("\(name).branch\(index)", Conv1d(filters, kernel: kernel, bias: false), narrow))
        }
        let pooled = try builder.add(name + ".pool", Pool1d(.maximum, kernel: 3), input)
        branches.append(try builder.add(name + ".pool_conv", Conv1d(filters, kernel: 1, bias: false), pooled))
        let joined = try builder.add(name + ".join", Concatenate(), branches)
        return try builder.add(name + ".norm", BatchNorm(activation: .relu), joined)
    }
}
