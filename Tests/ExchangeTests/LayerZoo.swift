import Inference

/// A graph with every layer that can be exported.
enum LayerZoo {
    static func make() throws -> (Graph, Weights) {
        var builder = GraphBuilder()
        let beats = try builder.input("beats", [4, 24, 2])
        let state = try builder.input("state", [6])
        var x = try builder.add("fold", FoldTime(), beats)
        x = try builder.add("conv", Conv1d(8, kernel: 5, stride: 2), x)
        x = try builder.add("norm", BatchNorm(activation: .silu), x)
        let causal = try builder.add("causal", Conv1d(8, kernel: 3, dilation: 2, padding: .causal, bias: false), x)
        let pooled = try builder.add("maximum", Pool1d(.maximum, kernel: 3), x)
        x = try builder.add("join", Concatenate(), causal, pooled)
        x = try builder.add("gelu", Activation(.gelu), x)
        x = try builder.squeezeExcite("excite", x, squeeze: 4)
        x = try builder.add("mean", Pool1d(.average, kernel: 4, stride: 4, padding: .symmetric(1)), x)
        let tail = try builder.add("tail", Reshape([x.shape.count]), x)
        let normed = try builder.add("layer_norm", LayerNorm(), tail)
        let rows = try builder.add("unfold", UnfoldTime(steps: 4), normed)
        let states = try builder.add("gru", GRU(6), rows, state)
        try builder.output("states", states)
        try builder.output("logits", builder.add("head", Linear(5), states))
        try builder.output("leaves", builder.add("trees", ObliviousTrees(trees: 3, depth: 2, classes: 5), states))

        let picture = try builder.input("picture", [12, 10, 3])
        var y = try builder.add("stem", Conv2d(8, kernel: 3, stride: 2), picture)
        y = try builder.add("depthwise", DepthwiseConv2d(kernel: 5, bias: false), y)
        let twice = try builder.add("sum", Add(activation: .tanh), y, y)
        y = try builder.blockAttention("cbam", twice, squeeze: 2, kernel: 7)
        y = try builder.add("shrink", Pool2d(.average, kernel: 2, stride: 2), y)
        let all = try builder.add("statistics", GlobalPool(.averageAndMaximum), y)
        try builder.output("statistics", all)
        try builder.output("probabilities", builder.add("softmax", Softmax(), all))
        let graph = try builder.build()
        let drawn = Weights(graph: graph, seed: 11).tensors.map { ($0.name, $0.tensor) }
        var tensors = Dictionary(uniqueKeysWithValues: drawn)
        tensors["trees.features"] = Tensor(shape: [3, 2], values: [0, 5, 2, 2, 1, 4])
        tensors["trees.thresholds"] = Tensor(shape: [3, 2], values: [0, 0.1, -0.1, 0.2, 0.05, -0.02])
        tensors["trees.leaves"] = Tensor(shape: [3, 4, 5], values: values(60, seed: 5))
        return (graph, try Weights(graph: graph, tensors: tensors))
    }

    /// Repeatable values in (-1, 1).
    static func values(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
        }
    }

    /// Writes repeatable values that differ from name to name.
    static func fill(_ name: String, _ place: UnsafeMutableBufferPointer<Float>) {
        let seed = name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }
        for (index, value) in values(place.count, seed: seed).enumerated() { place[index] = value }
    }
}
