import Testing

@testable import Inference

@Suite struct GraphTests {
    func small() throws -> Graph {
        var builder = GraphBuilder()
        let input = try builder.input("input", [10, 2])
        let value = try builder.add("block.conv", Conv1d(3, kernel: 5), input)
        let normal = try builder.add("block.bn", BatchNorm(activation: .relu), value)
        let pooled = try builder.add("pool", GlobalPool(.average), normal)
        try builder.output("logits", builder.add("head", Linear(4), pooled))
        try builder.output("pooled", pooled)
        return try builder.build()
    }

    @Test func build_parameters_areNamedAndShapedAsInPyTorch() throws {
        let graph = try small()
        let shapes = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.fileShape) })
        #expect(
            shapes == [
                "block.conv.weight": [3, 2, 5], "block.conv.bias": [3], "block.bn.weight": [3], "block.bn.bias": [3],
                "block.bn.running_mean": [3], "block.bn.running_var": [3], "head.weight": [4, 3], "head.bias": [4],
            ])
        #expect(graph.trainedCount == 30 + 3 + 3 + 3 + 12 + 4)
    }

    @Test func summary_smallNetwork_countsParametersAndOperations() throws {
        let lines = try small().summary().split(separator: "\n").map(String.init)
        #expect(lines.count == 7)
        #expect(lines.last?.split(separator: " ").map(String.init) == ["total", "55", "342"])
    }

    @Test func ancestors_oneOutput_leaveOutWhatItDoesNotNeed() throws {
        let graph = try small()
        let needed = graph.ancestors(of: [try graph.output("pooled")])
        #expect(needed.map { graph.nodes[$0].name } == ["input", "block.conv", "block.bn", "pool"])
    }

    @Test func add_whatCannotBe_isRefusedByName() throws {
        var builder = GraphBuilder()
        let signal = try builder.input("signal", [10, 2])
        let picture = try builder.input("picture", [4, 4, 2])
        func refused(_ layer: some Layer, _ inputs: GraphBuilder.Value...) {
            var copy = builder
            #expect(throws: GraphError.self) { try copy.add("layer", layer, inputs) }
        }
        refused(Conv1d(3, kernel: 3), picture)
        refused(Conv2d(3, kernel: 3), signal)
        refused(Conv1d(3, kernel: 11, padding: .symmetric(0)), signal)
        refused(Conv1d(0, kernel: 3), signal)
        refused(Conv1d(3, kernel: .max), signal)
        refused(Conv1d(3, kernel: 3, stride: 0), signal)
        refused(Conv1d(3, kernel: 3, dilation: .max), signal)
        refused(Conv1d(3, kernel: 3, padding: .symmetric(-1)), signal)
        refused(Conv1d(65_536, kernel: 65_536), signal)
        refused(Pool1d(.maximum, kernel: 2, padding: .symmetric(2)), signal)
        refused(Add(), signal, picture)
        refused(Add(), signal)
        refused(Concatenate(), signal, picture)
        refused(Multiply(), signal, picture)
        refused(Dropout(rate: 1), signal)
        refused(Reshape([21]), signal)
        refused(GRU(4), signal, picture)
        refused(UnfoldTime(steps: 3), signal)
        refused(SoftmaxCrossEntropy(classWeights: [1]), signal, signal)
        refused(SoftmaxCrossEntropy(smoothing: .nan), signal, signal)
        var copy = builder
        #expect(throws: GraphError.duplicateName("signal")) { try copy.input("signal", [1]) }
        #expect(throws: GraphError.self) { try copy.input("none", [0]) }
        #expect(throws: GraphError.self) { try copy.input("huge", [1 << 40, 1 << 40]) }
        #expect(throws: GraphError.noOutput) { try copy.build() }
    }

    @Test func weights_throughTensors_comeBackInTheSamePlaces() throws {
        let graph = try small()
        let weights = Weights(graph: graph, seed: 1)
        let tensors = Dictionary(weights.tensors.map { ($0.name, $0.tensor) }) { a, _ in a }
        #expect(try Weights(graph: graph, tensors: tensors) == weights)
        // (Cout, Cin, K) in files, (K, Cin, Cout) in the engine.
        let file = try #require(tensors["block.conv.weight"]).values
        let first = try weights.range("block.conv.weight").lowerBound
        for o in 0..<3 {
            for i in 0..<2 {
                for k in 0..<5 {
                    let place = first + (k * 2 + i) * 3 + o
                    #expect(file[(o * 2 + i) * 5 + k] == weights.values[place])
                }
            }
        }
    }

    @Test func weights_thatDoNotFit_areRefusedByName() throws {
        let graph = try small()
        var tensors = Dictionary(Weights(graph: graph, seed: 1).tensors.map { ($0.name, $0.tensor) }) { a, _ in a }
        let linear = try #require(tensors["head.weight"])
        tensors["head.weight"] = Tensor(shape: [4, 3, 1, 1], values: linear.values)
        #expect(throws: Never.self) { try Weights(graph: graph, tensors: tensors) }
        tensors["head.weight"] = Tensor(shape: [3, 4], values: linear.values)
        let wrong = GraphError.parameterShape(name: "head.weight", expected: [4, 3], found: [3, 4])
        #expect(throws: wrong) { try Weights(graph: graph, tensors: tensors) }
        tensors["head.weight"] = nil
        #expect(throws: GraphError.missingParameter("head.weight")) { try Weights(graph: graph, tensors: tensors) }
    }

    @Test func gru_stepByStep_isTheWholeSequence() throws {
        func graph(_ steps: Int) throws -> Graph {
            var builder = GraphBuilder()
            let input = try builder.input("input", [steps, 3])
            let state = try builder.input("state", [6])
            try builder.output("states", builder.add("gru", GRU(6), input, state))
            return try builder.build()
        }
        let random = CounterRandom(seed: 1, stream: 1)
        let sequence = (0..<24).map { random.normal(UInt64($0)) }
        let whole = try graph(8)
        let weights = Weights(graph: whole, seed: 2)
        let executor = try TrainingExecutor(graph: whole, batchSize: 1, weights: weights)
        try executor.setInput("input", sequence)
        executor.forward(training: false)
        let states = try executor.output("states")
        let single = try TrainingExecutor(graph: graph(1), batchSize: 1, weights: weights)
        for step in 0..<8 {
            try single.setInput("input", Array(sequence[3 * step..<3 * step + 3]))
            single.forward(training: false)
            let state = try single.output("states")
            let worst = zip(state, states.dropFirst(6 * step)).map { abs($0 - $1) }.max() ?? 1
            #expect(worst < 1e-6)
            try single.setInput("state", state)
        }
    }

    @Test func dropout_whileTraining_dropsItsShareAndKeepsTheMean() throws {
        var builder = GraphBuilder()
        let input = try builder.input("input", [1000])
        try builder.output("dropped", builder.add("dropout", Dropout(rate: 0.3), input))
        let graph = try builder.build()
        let executor = try TrainingExecutor(graph: graph, batchSize: 20, weights: Weights(graph: graph, seed: 0))
        try executor.setInput("input", [Float](repeating: 1, count: 20_000))
        executor.forward(training: true)
        let first = try executor.output("dropped")
        let dropped = Float(first.filter { $0 == 0 }.count) / 20_000
        let mean = first.reduce(0, +) / 20_000
        #expect(abs(dropped - 0.3) < 0.015)
        #expect(abs(mean - 1) < 0.02)
        executor.step = 1
        executor.forward(training: true)
        #expect(try executor.output("dropped") != first)
        executor.forward(training: false)
        #expect(try executor.output("dropped") == [Float](repeating: 1, count: 20_000))
    }
}
