import Testing

@testable import Inference

/// Gradients of every layer against central differences.
@Suite struct LayerGradientTests {
    typealias Build = @Sendable (inout GraphBuilder, [GraphBuilder.Value]) throws -> GraphBuilder.Value

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shapes: [Shape]
        var batch = 3
        let build: Build
        var testDescription: String { name }

        init(_ name: String, _ shapes: [Shape], batch: Int = 3, _ build: @escaping Build) {
            (self.name, self.shapes, self.batch, self.build) = (name, shapes, batch, build)
        }

        init(_ name: String, _ shape: Shape, batch: Int = 3, _ layer: any Layer) {
            self.init(name, [shape], batch: batch) { try $0.add("layer", layer, $1[0]) }
        }
    }

    static let convolutions = [
        Case("conv1d same, odd kernel", [9, 2], Conv1d(3, kernel: 5)),
        Case("conv1d same, even kernel", [9, 2], Conv1d(3, kernel: 4, bias: false)),
        Case("conv1d stride 2", [11, 3], Conv1d(2, kernel: 4, stride: 2, padding: .symmetric(1))),
        Case("conv1d dilation 2", [11, 3], Conv1d(2, kernel: 3, dilation: 2)),
        Case("conv1d causal", [8, 2], Conv1d(20, kernel: 3, dilation: 2, padding: .causal)),
        Case("conv1d pointwise", [7, 5], Conv1d(18, kernel: 1)),
        Case("conv1d wide, many samples", [6, 17], batch: 11, Conv1d(33, kernel: 3)),
        Case("conv1d no padding", [9, 2], Conv1d(3, kernel: 5, padding: .symmetric(0))),
        Case("conv1d padding beyond the kernel", [5, 2], Conv1d(3, kernel: 2, padding: .symmetric(3))),
        Case("conv2d dense", [5, 6, 2], Conv2d(3, kernel: 3)),
        Case("conv2d stride 2", [6, 7, 2], Conv2d(3, kernel: 3, stride: 2, padding: .symmetric(1))),
        Case("conv2d uneven kernel", [5, 6, 2], Conv2d(3, kernel: Extent2D(1, 3), stride: Extent2D(2, 1))),
        Case("conv2d pointwise", [3, 4, 5], Conv2d(7, kernel: 1)),
        Case("conv2d pointwise stride 2", [4, 4, 3], Conv2d(5, kernel: 1, stride: 2)),
        Case("depthwise", [5, 6, 3], DepthwiseConv2d(kernel: 3)),
        Case(
            "depthwise stride 2", [7, 6, 18], DepthwiseConv2d(kernel: 5, stride: 2, padding: .symmetric(2), bias: false)
        ),
        Case("linear", [6], batch: 5, Linear(4)),
        Case("linear over positions", [3, 6], batch: 20, Linear(19, bias: false)),
    ]

    static let others =
        ActivationFunction.allCases.map { Case("activation \($0)", [5, 3], Activation($0)) }
        + ActivationFunction.allCases.map {
            Case("batch norm with \($0)", [7, 3], batch: 4, BatchNorm(activation: $0))
        } + [
            Case("layer norm", [4, 6], LayerNorm()),
            Case("max pool 1d", [9, 3], Pool1d(.maximum, kernel: 3)),
            Case("max pool 1d stride 2", [9, 18], Pool1d(.maximum, kernel: 2, stride: 2, padding: .symmetric(0))),
            Case("average pool 1d", [9, 3], Pool1d(.average, kernel: 4, stride: 2, padding: .symmetric(1))),
            Case("max pool 2d", [6, 5, 3], Pool2d(.maximum, kernel: 3, stride: 2, padding: .symmetric(1))),
            Case("average pool 2d", [6, 5, 3], Pool2d(.average, kernel: 2, stride: 2)),
            Case("global average", [4, 3, 5], GlobalPool(.average)),
            Case("global maximum", [4, 3, 5], GlobalPool(.maximum)),
            Case("global average and maximum", [6, 5], GlobalPool(.averageAndMaximum)),
            Case("channel pool", [3, 4, 5], ChannelPool()),
            Case("sum of positions", [2, 5], SumPositions()),
            Case("dropout", [8, 5], Dropout(rate: 0.4)),
            Case("softmax", [3, 5], Softmax()),
            Case("reshape", [3, 4], Reshape([2, 6])),
            Case("gru", [5, 3], batch: 9, GRU(4)),
            Case("gru of one step", [1, 3], GRU(4)),
            Case("gru with a state", [[4, 3], [5]]) { try $0.add("gru", GRU(5), $1[0], $1[1]) },
            Case("add", [[3, 2], [3, 2], [3, 2]]) { try $0.add("sum", Add(), $1) },
            Case("add a value to itself", [[3, 2]]) { try $0.add("sum", Add(), $1[0], $1[0]) },
            Case("add with silu", [[3, 2], [3, 2]]) { try $0.add("sum", Add(activation: .silu), $1) },
            Case("concatenate", [[3, 2], [3, 4], [3, 1]]) { try $0.add("all", Concatenate(), $1) },
            Case("multiply elements", [[3, 2], [3, 2]]) { try $0.add("gate", Multiply(), $1) },
            Case("multiply channels", [[3, 4, 5], [5]]) { try $0.add("gate", Multiply(), $1) },
            Case("multiply positions", [[3, 4, 5], [3, 4, 1]]) { try $0.add("gate", Multiply(), $1) },
            Case("fold and unfold", [[4, 6]], batch: 2) {
                let folded = try $0.add("fold", FoldTime(), $1[0])
                return try $0.add("unfold", UnfoldTime(steps: 4), $0.add("linear", Linear(3), folded))
            },
            Case("squeeze and excite", [[3, 3, 6]]) { try $0.squeezeExcite("se", $1[0], squeeze: 2) },
            Case("block attention", [[5, 5, 6]]) { try $0.blockAttention("cbam", $1[0], squeeze: 2, kernel: 3) },
            Case("one value used by three layers", [[6, 3]]) {
                let a = try $0.add("a", Conv1d(4, kernel: 3), $1[0])
                let b = try $0.add("b", Conv1d(4, kernel: 1), $1[0])
                let c = try $0.add("c", Conv1d(4, kernel: 5), $1[0])
                let sum = try $0.add("ab", Add(), a, b)
                return try $0.add("all", Concatenate(), sum, c, sum)
            },
        ]

    @Test(arguments: convolutions + others) func backward_againstDifferences_agrees(_ item: Case) throws {
        let check = try GradientCheck(batch: item.batch, item.shapes, item.build)
        let worst = check.largestError()
        #expect(worst.error < 5e-3, "\(item.name): \(worst.parameter)")
    }

    @Test(arguments: [0, 0.1] as [Float], [[], [0.5, 2, 1, 0.25]] as [[Float]])
    func crossEntropy_againstDifferences_agrees(smoothing: Float, weights: [Float]) throws {
        var builder = GraphBuilder()
        let logits = try builder.add("logits", Variable(shape: [3, 4], batch: 2), [])
        let labels = try builder.input("labels", [3])
        let layer = SoftmaxCrossEntropy(smoothing: smoothing, classWeights: weights)
        try builder.output("objective", builder.add("loss", layer, logits, labels))
        let graph = try builder.build()
        var start = Weights(graph: graph, seed: 1)
        for (i, value) in GradientCheck.spread(24, seed: 2).enumerated() { start.values[i] = 2 * value }
        let executor = try TrainingExecutor(graph: graph, batchSize: 2, objective: "objective", weights: start)
        try executor.setInput("labels", [0, 3, 1, -1, 2, 2])
        let worst = GradientCheck(executor: executor).largestError()
        #expect(worst.error < 2e-3, "\(worst.parameter)")
    }
}

extension GradientCheck {
    init(executor: TrainingExecutor) { self.executor = executor }
}

/// The check itself: a layer whose gradient is wrong by a tenth.
struct WrongGradient: Layer {
    func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { inputs[0] }
    func forward(_ pass: LayerPass) { Activation(.tanh).forward(pass) }
    func backward(_ pass: LayerPass) {
        Activation(.tanh).backward(pass)
        for i in 0..<pass.batch * pass.shape.count { pass.inputGradients[0]?[i] *= 1.1 }
    }
}

extension LayerGradientTests {
    @Test func gradientCheck_wrongGradient_isFound() throws {
        let check = try GradientCheck(batch: 2, [[5, 3]]) { try $0.add("layer", WrongGradient(), $1[0]) }
        #expect(check.largestError().error > 5e-3)
    }
}
