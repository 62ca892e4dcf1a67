import Testing

@testable import Inference

/// A value that is learned as it is: what a layer under test gets as its input, so that its input gradients are parameter gradients.
struct Variable: Layer {
    let shape: Shape
    let batch: Int

    func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { shape }
    func parameters(_ inputs: [Shape]) -> [Parameter] {
        [Parameter("value", [batch * shape.count], initialization: .constant(0))]
    }
    func forward(_ pass: LayerPass) { pass.output.update(from: pass.parameters[0], count: pass.batch * shape.count) }
    func backward(_ pass: LayerPass) {
        pass.parameterGradients[0].update(from: pass.outputGradient, count: pass.batch * shape.count)
    }
}

/// Compares a graph's gradients with central differences of its objective.
struct GradientCheck {
    let executor: TrainingExecutor

    /// A graph that ends in a fixed random projection of what `build` makes of variables of the given shapes.
    init(
        batch: Int, threads: Int = 2, precision: Precision = .float32, _ shapes: [Shape],
        _ build: (inout GraphBuilder, [GraphBuilder.Value]) throws -> GraphBuilder.Value
    ) throws {
        var builder = GraphBuilder()
        var values: [GraphBuilder.Value] = []
        for (index, shape) in shapes.enumerated() {
            values.append(try builder.add("variable\(index)", Variable(shape: shape, batch: batch), []))
        }
        let result = try build(&builder, values)
        let projection = try builder.input("projection", result.shape)
        try builder.output("objective", builder.add("product", Multiply(), result, projection))
        let graph = try builder.build()
        var weights = Weights(graph: graph, seed: 3)
        for index in graph.parameters.indices {
            let name = graph.parameters[index].name
            let range = weights.range(index)
            if name.hasPrefix("variable") {
                for (value, i) in zip(Self.spread(range.count, seed: UInt64(index)), range) {
                    weights.values[i] = value
                }
            } else if name.hasSuffix("weight"), graph.parameters[index].initialization == .constant(1) {
                for i in range { weights.values[i] = 0.5 + CounterRandom(seed: 5, stream: 1).uniform(UInt64(i)) }
            }
        }
        executor = try TrainingExecutor(
            graph: graph, batchSize: batch, objective: "objective", weights: weights, seed: 9,
            pool: WorkerPool(threads: threads), precision: precision)
        let random = CounterRandom(seed: 11, stream: 0)
        try executor.withInput("projection") { place in
            for i in place.indices { place[i] = 2 * random.uniform(UInt64(i)) - 1 }
        }
    }

    /// Distinct values around 0, none within 0.02 of another or of 0 for up to 100 of them, in random order: kinks of maxima and ReLU stay
    /// out of reach of the differences.
    static func spread(_ count: Int, seed: UInt64) -> [Float] {
        let step = max(0.04, 4 / Float(count))
        let random = CounterRandom(seed: seed, stream: 77)
        let order = (0..<count).sorted { random.bits(UInt64($0)) < random.bits(UInt64($1)) }
        return order.map { (Float($0) - Float(count) / 2 + 0.5) * step * min(1, 100 / Float(count)) }
    }

    private var objective: Double {
        executor.forward(training: true)
        let node = executor.plan.objective ?? 0
        let count = executor.passes[node].batch * executor.graph.nodes[node].shape.count
        return (0..<count).reduce(0) { $0 + Double(executor.passes[node].output[$1]) }
    }

    /// The largest |gradient − difference| / max(1, |difference|) over at most `samples` values of every parameter.
    func largestError(samples: Int = 24, step: Float = 4e-3) -> (error: Double, parameter: String) {
        _ = objective
        executor.backward()
        let gradients = Array(executor.gradients)
        let weights = executor.weights
        var worst = (error: 0.0, parameter: "")
        for (index, parameter) in executor.graph.parameters.enumerated() where parameter.isTrained {
            let range = weights.range(index)
            for i in stride(from: range.lowerBound, to: range.upperBound, by: max(1, range.count / samples)) {
                let value = executor.trainedValues[i]
                executor.trainedValues[i] = value + step
                let above = objective
                executor.trainedValues[i] = value - step
                let below = objective
                executor.trainedValues[i] = value
                let difference = (above - below) / (2 * Double(step))
                let error = abs(Double(gradients[i]) - difference) / max(1, abs(difference))
                if !(error <= worst.error) { worst = (error, "\(parameter.name)[\(i - range.lowerBound)]") }
            }
        }
        return worst
    }
}
