import Extraction
import Inference

/// The networks that are timed: the two that other programs are known for, and those of the registry.
struct Network {
    let name: String
    let graph: Graph
    let weights: Weights

    init(_ name: String, _ graph: Graph) {
        self.name = name
        self.graph = graph
        weights = Weights(graph: graph, seed: 1)
    }

    static func all() throws -> [Network] {
        var networks = [
            Network("inception-base 256x2", try inceptionTime()),
            Network("efficientnet-b0+cbam 64x64x2", try efficientNet()),
        ]
        for name in ["dual-tiny", "dual-base"] {
            for member in ModelRegistry.entry(named: name)?.experts ?? [] where member.name != "timing" {
                networks.append(
                    Network(name + " " + member.name, try member.expert.streamingGraph(window: .standard)))
            }
        }
        return networks
    }

    /// InceptionTime as published: six modules of 32 filters, bottleneck 32, kernels 39, 19, 9.
    static func inceptionTime() throws -> Graph {
        var builder = GraphBuilder()
        var value = try builder.input("x", [256, 2])
        var shortcut = value
        for index in 0..<6 {
            let name = "module\(index)"
            let narrow = try builder.add(name + ".bottleneck", Conv1d(32, kernel: 1, bias: false), value)
            var branches: [GraphBuilder.Value] = []
            for (branch, kernel) in [39, 19, 9].enumerated() {
                branches.append(
                    try builder.add("\(name).branch\(branch)", Conv1d(32, kernel: kernel, bias: false), narrow))
            }
            let pooled = try builder.add(name + ".pool", Pool1d(.maximum, kernel: 3), value)
            branches.append(try builder.add(name + ".pool_conv", Conv1d(32, kernel: 1, bias: false), pooled))
            let joined = try builder.add(name + ".join", Concatenate(), branches)
            value = try builder.add(name + ".norm", BatchNorm(activation: .relu), joined)
            guard index % 3 == 2 else { continue }
            let residual = try builder.add(name + ".residual", Conv1d(128, kernel: 1, bias: false), shortcut)
            let normed = try builder.add(name + ".residual_norm", BatchNorm(), residual)
            value = try builder.add(name + ".add", Add(activation: .relu), value, normed)
            shortcut = value
        }
        return try head(value, &builder)
    }

    /// EfficientNet-B0 as published (Tan & Le 2019), with CBAM behind the last stage.
    static func efficientNet() throws -> Graph {
        var builder = GraphBuilder()
        var value = try builder.input("x", [64, 64, 2])
        value = try convolution(value, 32, kernel: 3, stride: 2, "stem", &builder)
        let stages = [
            (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
            (6, 5, 2, 192, 4),
            (6, 3, 1, 320, 1),
        ]
        for (stage, (expansion, kernel, stride, channels, repeats)) in stages.enumerated() {
            for block in 0..<repeats {
                let name = "stage\(stage).\(block)"
                let input = value
                let step = block == 0 ? stride : 1
                if expansion > 1 {
                    let wide = input.shape.channels * expansion
                    value = try convolution(value, wide, kernel: 1, stride: 1, name + ".expand", &builder)
                }
                value = try builder.add(
                    name + ".depthwise", DepthwiseConv2d(kernel: kernel, stride: step, bias: false), value)
                value = try builder.add(name + ".norm", BatchNorm(activation: .silu), value)
                value = try builder.squeezeExcite(name + ".excite", value, squeeze: max(1, input.shape.channels / 4))
                value = try builder.add(name + ".project", Conv2d(channels, kernel: 1, bias: false), value)
                value = try builder.add(name + ".project_norm", BatchNorm(), value)
                if step == 1, input.shape.channels == channels {
                    value = try builder.add(name + ".add", Add(), input, value)
                }
            }
        }
        value = try builder.blockAttention("attention", value, squeeze: 20, kernel: 7)
        value = try convolution(value, 1280, kernel: 1, stride: 1, "top", &builder)
        return try head(value, &builder)
    }

    private static func convolution(
        _ input: GraphBuilder.Value, _ channels: Int, kernel: Int, stride: Int, _ name: String,
        _ builder: inout GraphBuilder
    ) throws -> GraphBuilder.Value {
        let value = try builder.add(name, Conv2d(channels, kernel: kernel, stride: stride, bias: false), input)
        return try builder.add(name + "_norm", BatchNorm(activation: .silu), value)
    }

    private static func head(_ value: GraphBuilder.Value, _ builder: inout GraphBuilder) throws -> Graph {
        let pooled = try builder.add("pool", GlobalPool(.average), value)
        try builder.output("logits", builder.add("head", Linear(5), pooled))
        return try builder.build()
    }
}
