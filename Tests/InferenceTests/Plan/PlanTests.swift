import Testing

@testable import Inference

/// A graph with random weights and running statistics, run by the training executor and by a plan.
private struct Comparison {
    let graph: Graph
    let weights: Weights

    init(_ build: (inout GraphBuilder) throws -> Void) throws {
        var builder = GraphBuilder()
        try build(&builder)
        graph = try builder.build()
        var weights = Weights(graph: graph, seed: 3)
        for (index, parameter) in graph.parameters.enumerated() {
            let noise = values(parameter.count, seed: UInt64(index + 100))
            for (place, value) in zip(weights.range(index), noise) {
                if parameter.name.hasSuffix("running_var") {
                    weights.values[place] = 0.6 + 0.5 * value
                } else if parameter.count > 1, parameter.fileShape.count == 1 {
                    weights.values[place] += 0.3 * value
                }
            }
        }
        self.weights = weights
    }

    /// The largest difference of any output, relative to the larger of 1 and its size.
    func difference(batch: Int, maximumBatch: Int) throws -> Double {
        let executor = try TrainingExecutor(
            graph: graph, batchSize: batch, weights: weights, pool: WorkerPool(threads: 1))
        let plan = try InferencePlan(graph, weights, maximumBatch: maximumBatch)
        let workspace = plan.makeWorkspace()
        for (index, port) in plan.inputs.enumerated() {
            let content = values(batch * port.shape.count, seed: UInt64(7 + index))
            try executor.setInput(port.name, content)
            let place = try #require(workspace.input(port.name))
            for (k, value) in content.enumerated() { place[k] = value }
        }
        executor.forward(training: false)
        var largest = 0.0
        for _ in 0..<2 {  // the second run finds what the first has left
            plan.run(batch: batch, workspace)
            for port in plan.outputs {
                let expected = try executor.output(port.name)
                let got = Array(try #require(workspace.output(port.name)).prefix(expected.count))
                largest = max(largest, distance(got, expected.map(Double.init)))
            }
        }
        return largest
    }
}

@Suite struct PlanTests {
    private static let batches = [(1, 1), (3, 8), (7, 7), (32, 32)]

    @Test(arguments: batches)
    func run_inceptionModules_equalsExecutor(batch: Int, maximum: Int) throws {
        let comparison = try Comparison { builder in
            let x = try builder.input("x", [40, 2])
            var value = x
            for module in 0..<3 {
                let name = "m\(module)"
                let narrow = try builder.add(name + ".narrow", Conv1d(16, kernel: 1, bias: false), value)
                let branches = try [9, 5, 3].map { kernel throws(GraphError) in
                    try builder.add("\(name).k\(kernel)", Conv1d(8, kernel: kernel, bias: false), narrow)
                }
                let pooled = try builder.add(name + ".pool", Pool1d(.maximum, kernel: 3), value)
                let last = try builder.add(name + ".pointwise", Conv1d(8, kernel: 1, bias: false), pooled)
                let joined = try builder.add(name + ".join", Concatenate(), branches + [last])
                value = try builder.add(name + ".norm", BatchNorm(activation: .relu), joined)
            }
            let residual = try builder.add("residual", Conv1d(32, kernel: 1, bias: false), x)
            let normed = try builder.add("residual.norm", BatchNorm(), residual)
            let sum = try builder.add("sum", Add(activation: .relu), value, normed)
            let pool = try builder.add("pool", GlobalPool(.average), sum)
            let logits = try builder.add("head", Linear(5), pool)
            try builder.output("logits", logits)
            try builder.output("probabilities", builder.add("softmax", Softmax(), logits))
        }
        #expect(try comparison.difference(batch: batch, maximumBatch: maximum) < 1e-5)
    }

    @Test(arguments: batches)
    func run_invertedBottlenecksWithAttention_equalsExecutor(batch: Int, maximum: Int) throws {
        let comparison = try Comparison { builder in
            var value = try builder.input("picture", [32, 24, 2])
            value = try builder.add("stem", Conv2d(16, kernel: 3, stride: 2, bias: false), value)
            value = try builder.add("stem.norm", BatchNorm(activation: .silu), value)
            for (block, stride) in [1, 2, 1, 2].enumerated() {
                let name = "b\(block)"
                var inner = try builder.add(name + ".expand", Conv2d(40, kernel: 1, bias: false), value)
                inner = try builder.add(name + ".expand.norm", BatchNorm(activation: .silu), inner)
                inner = try builder.add(
                    name + ".depthwise", DepthwiseConv2d(kernel: block == 0 ? 3 : 5, stride: stride, bias: false), inner
                )
                inner = try builder.add(name + ".depthwise.norm", BatchNorm(activation: .silu), inner)
                inner = try builder.squeezeExcite(name + ".se", inner, squeeze: 4)
                inner = try builder.add(name + ".project", Conv2d(16, kernel: 1, bias: false), inner)
                inner = try builder.add(name + ".project.norm", BatchNorm(), inner)
                value = stride == 1 ? try builder.add(name + ".add", Add(), value, inner) : inner
            }
            value = try builder.blockAttention("cbam", value, squeeze: 4, kernel: 7)
            value = try builder.add("pool", GlobalPool(.averageAndMaximum), value)
            value = try builder.add("flat", Reshape([32]), value)
            try builder.output("logits", builder.add("head", Linear(5), builder.add("drop", Dropout(rate: 0.2), value)))
        }
        #expect(try comparison.difference(batch: batch, maximumBatch: maximum) < 1e-5)
    }

    @Test(arguments: batches)
    func run_sequenceOfBeats_equalsExecutor(batch: Int, maximum: Int) throws {
        let comparison = try Comparison { builder in
            let beats = try builder.input("beats", [6, 20, 2])
            let state = try builder.input("state", [12])
            var value = try builder.add("fold", FoldTime(), beats)
            value = try builder.add("conv", Conv1d(8, kernel: 5, stride: 2, padding: .symmetric(2)), value)
            value = try builder.add("gelu", Activation(.gelu), value)
            value = try builder.add("causal", Conv1d(8, kernel: 3, dilation: 2, padding: .causal), value)
            value = try builder.add("tanh", Activation(.tanh), value)
            value = try builder.add("mean", Pool1d(.average, kernel: 5, stride: 5, padding: .symmetric(0)), value)
            value = try builder.add("flat", Reshape([16]), value)
            value = try builder.add("norm", LayerNorm(), value)
            value = try builder.add("unfold", UnfoldTime(steps: 6), value)
            value = try builder.add("gru", GRU(12), value, state)
            try builder.output("states", value)
            try builder.output("logits", builder.add("head", Linear(3), value))
        }
        #expect(try comparison.difference(batch: batch, maximumBatch: maximum) < 1e-5)
    }

    /// Kernels long enough for the frequency domain; a length that is no multiple of a tile, a residual, a strided result.
    @Test(arguments: batches)
    func run_longKernels_equalsExecutor(batch: Int, maximum: Int) throws {
        let comparison = try Comparison { builder in
            let x = try builder.input("x", [131, 2])
            let narrow = try builder.add("narrow", Conv1d(16, kernel: 1), x)
            let a = try builder.add("a", Conv1d(32, kernel: 39, bias: false), narrow)
            let b = try builder.add("b", Conv1d(16, kernel: 20, padding: .symmetric(7)), narrow)
            let c = try builder.add("c", Conv1d(16, kernel: 19), narrow)
            let joined = try builder.add("joined", Concatenate(), a, c)
            let normed = try builder.add("normed", BatchNorm(activation: .relu), joined)
            let wide = try builder.add("wide", Conv1d(48, kernel: 1), x)
            let wider = try builder.add("wider", Conv1d(48, kernel: 41), wide)
            try builder.output("sum", builder.add("sum", Add(activation: .silu), normed, wider))
            try builder.output("b", b)
        }
        let plan = try InferencePlan(comparison.graph, comparison.weights)
        let fourier = plan.phases.flatMap(\.steps).filter { if case .fourier = $0.operation { true } else { false } }
        #expect(fourier.map(\.name) == ["a", "b", "c", "sum"])
        #expect(try comparison.difference(batch: batch, maximumBatch: maximum) < 1e-5)
    }

    @Test func tiling_shortKernel_isNotWorthIt() {
        let row = SlidingWindow(length: 1, kernel: 1, stride: 1, dilation: 1, padding: .symmetric(0))
        func tiling(_ kernel: Int, outputs: Int) -> FourierTiling? {
            let time = SlidingWindow(length: 208, kernel: kernel, stride: 1, dilation: 1, padding: .same)
            return FourierTiling(ImageWindow(height: row, width: time), inputs: 32, outputs: outputs)
        }
        #expect(tiling(3, outputs: 32) == nil)
        #expect(tiling(39, outputs: 8) == nil)
        #expect(tiling(39, outputs: 32)?.points == 64)
    }

    /// What fusion must leave alone: values with other users, norms before convolutions, gates of all kinds, sums of three.
    @Test(arguments: batches)
    func run_valuesWithSeveralUsers_equalsExecutor(batch: Int, maximum: Int) throws {
        let comparison = try Comparison { builder in
            let x = try builder.input("x", [30, 4])
            let a = try builder.add("a", Conv1d(8, kernel: 3), x)
            let normed = try builder.add("a.norm", BatchNorm(activation: .relu), a)  // `a` is used again below
            let b = try builder.add("b", Conv1d(8, kernel: 5), normed)
            let sum = try builder.add("sum", Add(activation: .gelu), a, normed, b)
            let elements = try builder.add("elements", Multiply(), sum, b)
            let positions = try builder.add("pooled", ChannelPool(), elements)
            let narrow = try builder.add("narrow", Conv1d(1, kernel: 7), positions)
            let gate = try builder.add("gate", Activation(.sigmoid), narrow)
            let scaled = try builder.add("scaled", Multiply(), elements, gate)
            let first = try builder.add("first", BatchNorm(activation: .tanh), x)
            let joined = try builder.add("joined", Concatenate(), scaled, first, b)
            let after = try builder.add("after", BatchNorm(), joined)
            let twice = try builder.add("twice", Add(), after, after)
            try builder.output("all", twice)
            try builder.output("inner", normed)
            try builder.output("total", builder.add("total", SumPositions(), twice))
        }
        #expect(try comparison.difference(batch: batch, maximumBatch: maximum) < 2e-5)
    }

    @Test func run_sampleInAnyBatch_isBitIdentical() throws {
        let comparison = try Comparison { builder in
            let x = try builder.input("x", [50, 2])
            let a = try builder.add("a", Conv1d(24, kernel: 9), x)
            let b = try builder.add("b", BatchNorm(activation: .silu), a)
            try builder.output("y", builder.add("head", Linear(5), builder.add("pool", GlobalPool(.average), b)))
        }
        let plan = try InferencePlan(comparison.graph, comparison.weights, maximumBatch: 16)
        let workspace = plan.makeWorkspace()
        let input = try #require(workspace.input("x"))
        let output = try #require(workspace.output("y"))
        let content = values(16 * 100, seed: 5)
        for (k, value) in content.enumerated() { input[k] = value }
        plan.run(batch: 16, workspace)
        let together = Array(output)
        for sample in 0..<16 {
            for k in 0..<100 { input[k] = content[sample * 100 + k] }
            plan.run(batch: 1, workspace)
            #expect(Array(output.prefix(5)) == Array(together[sample * 5..<sample * 5 + 5]))
        }
    }

    @Test func init_unknownOutput_saysWhichThereAre() throws {
        var builder = GraphBuilder()
        try builder.output("y", builder.add("a", Activation(.relu), builder.input("x", [3])))
        let graph = try builder.build()
        #expect(throws: PlanError.graph(.unknownName("z", known: ["y"]))) {
            try InferencePlan(graph, Weights(graph: graph, seed: 0), outputs: ["z"])
        }
        #expect(throws: PlanError.batch(0)) {
            try InferencePlan(graph, Weights(graph: graph, seed: 0), maximumBatch: 0)
        }
    }
}
