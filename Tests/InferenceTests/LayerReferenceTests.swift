import Foundation
import Testing

@testable import Inference

/// Values and gradients of single layers against those that PyTorch wrote (Reference/make_layers.py).
@Suite struct LayerReferenceTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let layer: any Layer
        var testDescription: String { name }

        init(_ name: String, _ layer: any Layer) { (self.name, self.layer) = (name, layer) }
    }

    static let cases = [
        Case("conv1d", Conv1d(6, kernel: 9)),
        Case("conv1d even", Conv1d(6, kernel: 8, bias: false)),
        Case("conv1d stride", Conv1d(6, kernel: 5, stride: 3, padding: .symmetric(2))),
        Case("conv1d dilation", Conv1d(6, kernel: 3, dilation: 4)),
        Case("conv2d", Conv2d(17, kernel: 3)),
        Case("conv2d stride", Conv2d(8, kernel: 3, stride: 2, padding: .symmetric(1))),
        Case("pointwise", Conv2d(7, kernel: 1)),
        Case("depthwise", DepthwiseConv2d(kernel: 5, stride: 2, padding: .symmetric(2))),
        Case("batch norm", BatchNorm()),
        Case("batch norm silu", BatchNorm(activation: .silu)),
        Case("layer norm", LayerNorm()),
        Case("linear", Linear(3)),
        Case("max pool", Pool1d(.maximum, kernel: 3, padding: .symmetric(1))),
        Case("average pool", Pool2d(.average, kernel: 3, stride: 2, padding: .symmetric(1))),
        Case("gru", GRU(6)),
        Case("gru state", GRU(6)),
        Case("relu", Activation(.relu)),
        Case("silu", Activation(.silu)),
        Case("sigmoid", Activation(.sigmoid)),
        Case("tanh", Activation(.tanh)),
        Case("gelu", Activation(.gelu)),
        Case("softmax", Softmax()),
    ]

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference")

    static func reference() throws -> [String: Tensor] {
        try Safetensors(contentsOf: folder.appending(path: "layers.safetensors")).tensors
    }

    /// Largest |a − b| / (1 + |b|).
    static func difference(_ a: some Sequence<Float>, _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1) / (1 + abs($1.1))) }
    }

    @Test(arguments: cases) func layer_againstPyTorch_agrees(_ item: Case) throws {
        let all = try Self.reference()
        func tensor(_ key: String) throws -> Tensor { try #require(all["\(item.name)/\(key)"], "\(item.name)/\(key)") }
        let inputs = try (0..<(all["\(item.name)/x1"] == nil ? 1 : 2)).map { try tensor("x\($0)") }
        let batch = inputs[0].shape[0]
        let check = try GradientCheck(batch: batch, inputs.map { Shape(Array($0.shape.dropFirst())) }) {
            builder, values in
            let result = try builder.add("layer", item.layer, values)
            try builder.output("y", result)
            return result
        }
        let executor = check.executor
        var weights = Dictionary(executor.weights.tensors.map { ($0.name, $0.tensor) }) { a, _ in a }
        let parameters = item.name == "batch norm silu" ? "0." : ""
        for (index, input) in inputs.enumerated() {
            weights["variable\(index).value"] = Tensor(shape: [input.values.count], values: input.values)
        }
        for name in weights.keys where name.hasPrefix("layer.") && !name.contains("running") {
            weights[name] = try tensor("p." + parameters + name.dropFirst(6))
        }
        executor.weights = try Weights(graph: executor.graph, tensors: weights)
        try executor.setInput("projection", tensor("projection").values)
        executor.forward(training: true)
        executor.backward()

        #expect(try executor.output("y").count == tensor("y").values.count)
        #expect(Self.difference(try executor.output("y"), try tensor("y").values) < 2e-6)
        var gradients = executor.weights
        for i in executor.gradients.indices { gradients.values[i] = executor.gradients[i] }
        for (name, gradient) in gradients.tensors {
            if name.hasPrefix("variable") {
                let wanted = try tensor("dx" + String(name.dropFirst(8).prefix(1)))
                #expect(Self.difference(gradient.values, wanted.values) < 1e-5, "\(name)")
            } else if name.hasPrefix("layer."), !name.contains("running") {
                let wanted = try tensor("dp." + parameters + name.dropFirst(6))
                #expect(gradient.values.count == wanted.values.count)
                #expect(Self.difference(gradient.values, wanted.values) < 1e-5, "\(name)")
            }
        }
        for (name, value) in executor.weights.tensors where name.contains("running") {
            let wanted = try tensor("b." + parameters + name.dropFirst(6))
            #expect(Self.difference(value.values, wanted.values) < 1e-6, "\(name)")
        }
    }

    @Test func crossEntropy_againstPyTorch_agrees() throws {
        let all = try Self.reference()
        func values(_ key: String) throws -> [Float] { try #require(all["loss/" + key]).values }
        var builder = GraphBuilder()
        let logits = try builder.add("logits", Variable(shape: [5], batch: 6), [])
        let labels = try builder.input("labels", [1])
        let layer = SoftmaxCrossEntropy(smoothing: 0.1, classWeights: try values("weights"))
        try builder.output("loss", builder.add("loss", layer, logits, labels))
        let graph = try builder.build()
        let start = ["logits.value": Tensor(shape: [30], values: try values("logits"))]
        let executor = try TrainingExecutor(
            graph: graph, batchSize: 6, objective: "loss", weights: Weights(graph: graph, tensors: start))
        try executor.setInput("labels", values("labels"))
        executor.forward(training: true)
        executor.backward()
        #expect(abs(executor.objectiveValue - (try values("value")[0])) < 1e-6)
        #expect(Self.difference(executor.gradients, try values("dlogits")) < 1e-6)
    }
}
