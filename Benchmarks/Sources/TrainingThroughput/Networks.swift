import Inference

/// The networks that are measured; `training_throughput.py` has the same.
enum Networks {
    /// InceptionTime of Fawaz and others (2020): depth 6, 32 filters, kernels 39, 19 and 9, bottleneck 32, on two leads of 256 samples.
    static func inceptionTime() throws(GraphError) -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("input", [256, 2])
        var value = input
        var shortcut = input
        for module in 0..<6 {
            let name = "module\(module)"
            var narrow = value
            if module > 0 { narrow = try builder.add(name + ".bottleneck", Conv1d(32, kernel: 1, bias: false), value) }
            var branches: [GraphBuilder.Value] = []
            for kernel in [39, 19, 9] {
                branches.append(
                    try builder.add("\(name).conv\(kernel)", Conv1d(32, kernel: kernel, bias: false), narrow))
            }
            let pooled = try builder.add(name + ".pool", Pool1d(.maximum, kernel: 3, padding: .symmetric(1)), value)
            branches.append(try builder.add(name + ".pool_conv", Conv1d(32, kernel: 1, bias: false), pooled))
            let joined = try builder.add(name + ".join", Concatenate(), branches)
            value = try builder.add(name + ".bn", BatchNorm(activation: .relu), joined)
            if module % 3 == 2 {
                let side = try builder.add(name + ".side", Conv1d(128, kernel: 1, bias: false), shortcut)
                let normal = try builder.add(name + ".side_bn", BatchNorm(), side)
                value = try builder.add(name + ".add", Add(activation: .relu), value, normal)
                shortcut = value
            }
        }
        return try finish(&builder, value)
    }

    /// EfficientNet-B0 of Tan & Le (2019) with squeeze-and-excitation, and CBAM behind the last stage if wanted, on two pictures of 64 × 64.
    static func efficientNet(attention: Bool) throws(GraphError) -> Graph {
        var builder = GraphBuilder()
        var value = try builder.input("input", [64, 64, 2])
        value = try convolution(&builder, "stem", value, 32, kernel: 3, stride: 2)
        let stages = [
            (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
            (6, 5, 2, 192, 4),
            (6, 3, 1, 320, 1),
        ]
        for (index, (expansion, kernel, stride, channels, count)) in stages.enumerated() {
            for block in 0..<count {
                let name = "stage\(index).\(block)"
                let before = value
                let step = block == 0 ? stride : 1
                if expansion > 1 {
                    value = try convolution(
                        &builder, name + ".expand", value, before.shape.channels * expansion, kernel: 1)
                }
                let depthwise = DepthwiseConv2d(
                    kernel: kernel, stride: step, padding: .symmetric(kernel / 2), bias: false)
                value = try builder.add(name + ".depthwise", depthwise, value)
                value = try builder.add(name + ".depthwise_bn", BatchNorm(activation: .silu), value)
                value = try builder.squeezeExcite(name + ".se", value, squeeze: max(before.shape.channels / 4, 1))
                value = try builder.add(name + ".project", Conv2d(channels, kernel: 1, bias: false), value)
                value = try builder.add(name + ".project_bn", BatchNorm(), value)
                if step == 1, before.shape == value.shape {
                    value = try builder.add(name + ".add", Add(), before, value)
                }
            }
        }
        if attention { value = try builder.blockAttention("attention", value, squeeze: 20) }
        return try finish(&builder, try convolution(&builder, "top", value, 1280, kernel: 1))
    }

    private static func convolution(
        _ builder: inout GraphBuilder, _ name: String, _ value: GraphBuilder.Value, _ channels: Int, kernel: Int,
        stride: Int = 1
    ) throws(GraphError) -> GraphBuilder.Value {
        let layer = Conv2d(channels, kernel: kernel, stride: stride, padding: .symmetric(kernel / 2), bias: false)
        let result = try builder.add(name, layer, value)
        return try builder.add(name + "_bn", BatchNorm(activation: .silu), result)
    }

    private static func finish(_ builder: inout GraphBuilder, _ value: GraphBuilder.Value) throws(GraphError) -> Graph {
        let pooled = try builder.add("pool", GlobalPool(.average), value)
        let logits = try builder.add("head", Linear(5), pooled)
        let labels = try builder.input("labels", [1])
        try builder.output("logits", logits)
        try builder.output("loss", builder.add("loss", SoftmaxCrossEntropy(), logits, labels))
        return try builder.build()
    }
}
