import Foundation
import Inference

/// The networks of Reference/make_networks.py.
enum SmallNetworks {
    static let batch = 12

    static func inceptionTime() throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("input", [64, 2])
        var value = input
        for module in 0..<3 {
            let name = "module\(module)"
            let narrow = try builder.add(name + ".bottleneck", Conv1d(8, kernel: 1, bias: false), value)
            var branches = try [19, 9, 5].map {
                try builder.add("\(name).conv\($0)", Conv1d(8, kernel: $0, bias: false), narrow)
            }
            let pooled = try builder.add(name + ".pool", Pool1d(.maximum, kernel: 3, padding: .symmetric(1)), value)
            branches.append(try builder.add(name + ".pool_conv", Conv1d(8, kernel: 1, bias: false), pooled))
            let joined = try builder.add(name + ".join", Concatenate(), branches)
            value = try builder.add(name + ".bn", BatchNorm(activation: .relu), joined)
        }
        let side = try builder.add(
            "side_bn", BatchNorm(), builder.add("side", Conv1d(32, kernel: 1, bias: false), input))
        return try finish(&builder, builder.add("sum", Add(activation: .relu), value, side))
    }

    static func efficientNet(dropout: Float = 0) throws -> Graph {
        var builder = GraphBuilder()
        var value = try builder.input("input", [16, 16, 2])
        value = try builder.add("stem", Conv2d(8, kernel: 3, stride: 2, padding: .symmetric(1), bias: false), value)
        value = try builder.add("stem_bn", BatchNorm(activation: .silu), value)
        for (index, (wide, kernel, stride)) in [(24, 5, 2), (36, 3, 1)].enumerated() {
            let name = "block\(index)"
            let before = value
            value = try builder.add(name + ".expand", Conv2d(wide, kernel: 1, bias: false), value)
            value = try builder.add(name + ".expand_bn", BatchNorm(activation: .silu), value)
            let depthwise = DepthwiseConv2d(
                kernel: kernel, stride: stride, padding: .symmetric(kernel / 2), bias: false)
            value = try builder.add(name + ".depthwise", depthwise, value)
            value = try builder.add(name + ".depthwise_bn", BatchNorm(activation: .silu), value)
            value = try builder.squeezeExcite(name + ".se", value, squeeze: 4)
            value = try builder.add(name + ".project", Conv2d(12, kernel: 1, bias: false), value)
            value = try builder.add(name + ".project_bn", BatchNorm(), value)
            if before.shape == value.shape {
                value = try builder.add(name + ".sum", Add(), before, value)
            }
        }
        value = try builder.blockAttention("attention", value, squeeze: 4)
        if dropout > 0 { value = try builder.add("dropout", Dropout(rate: dropout), value) }
        return try finish(&builder, value)
    }

    private static func finish(_ builder: inout GraphBuilder, _ value: GraphBuilder.Value) throws -> Graph {
        let pooled = try builder.add("pool", GlobalPool(.average), value)
        let logits = try builder.add("head", Linear(5), pooled)
        let labels = try builder.input("labels", [1])
        try builder.output("logits", logits)
        try builder.output("loss", builder.add("loss", SoftmaxCrossEntropy(), logits, labels))
        return try builder.build()
    }

    /// The batch of a step: noise around a class-dependent shift of the first channel.
    static func setBatch(_ step: Int, _ executor: TrainingExecutor) throws {
        let random = CounterRandom(seed: 1, stream: UInt64(step))
        try executor.withInput("input") { place in
            let count = place.count / batch
            for i in place.indices {
                let label = (step + i / count) % 5
                place[i] = random.uniform(UInt64(i)) * 2 - 1 + (i.isMultiple(of: 2) ? Float(label) * 0.25 : 0)
            }
        }
        try executor.setInput("labels", (0..<batch).map { Float((step + $0) % 5) })
    }
}
