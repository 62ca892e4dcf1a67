import Inference
import Testing

@testable import Training

@Suite struct OptimizerTests {
    /// A linear layer on the constant input 1: the gradient of every weight is known.
    func executor() throws -> TrainingExecutor {
        var builder = GraphBuilder()
        let input = try builder.input("input", [2])
        try builder.output("objective", builder.add("linear", Linear(1), input))
        let graph = try builder.build()
        let start = [
            "linear.weight": Tensor(shape: [1, 2], values: [2, -1]), "linear.bias": Tensor(shape: [1], values: [0.5]),
        ]
        let executor = try TrainingExecutor(
            graph: graph, batchSize: 1, objective: "objective", weights: Weights(graph: graph, tensors: start))
        try executor.setInput("input", [3, 4])
        executor.forward(training: true)
        executor.backward()
        return executor
    }

    @Test func clipping_longGradient_isCutToTheNorm() throws {
        let executor = try executor()
        let length = Float(26).squareRoot()  // of (3, 4, 1)
        #expect(abs(GradientClipping.length(executor) - length) < 1e-6)
        #expect(abs(GradientClipping(norm: 1).scale(executor) - 1 / length) < 1e-6)
        #expect(GradientClipping(norm: 6).scale(executor) == 1)
        executor.gradients[0] = .nan
        #expect(GradientClipping(norm: 1).scale(executor) == 0)
    }

    @Test(arguments: [Float.infinity, .nan]) func step_ofAGradientThatIsNoNumber_movesNothing(gradient: Float) throws {
        for kind in [AdamW.self, SGD.self] as [any Training.Optimizer.Type] {
            let executor = try executor()
            let start = executor.weights
            let fresh = kind == AdamW.self ? AdamW(weights: start) : SGD(weights: start) as any Training.Optimizer
            var optimizer = fresh
            executor.gradients[0] = gradient
            optimizer.step(executor, rate: 0.05, gradientScale: GradientClipping(norm: 1).scale(executor))
            #expect(executor.weights == start && optimizer.steps == 1)
            #expect(optimizer.state.dropFirst().map(\.tensor) == fresh.state.dropFirst().map(\.tensor))
            executor.forward(training: true)
            executor.backward()
            optimizer.step(executor, rate: 0.05, gradientScale: GradientClipping(norm: 1).scale(executor))
            #expect(executor.trainedValues.allSatisfy(\.isFinite) && executor.weights != start)
        }
    }

    @Test func sgd_momentumAndDecay_followTheRecurrence() throws {
        let executor = try executor()
        var optimizer = SGD(weights: executor.weights, momentum: 0.9, decay: 0.1)
        var (weight, bias, velocity, biasVelocity): (Float, Float, Float, Float) = (2, 0.5, 0, 0)
        for step in 0..<4 {
            optimizer.step(executor, rate: 0.05)
            let gradient = 3 + 0.1 * weight
            velocity = step == 0 ? gradient : 0.9 * velocity + gradient
            biasVelocity = step == 0 ? 1 : 0.9 * biasVelocity + 1
            weight -= 0.05 * velocity
            bias -= 0.05 * biasVelocity  // no decay
        }
        let tensors = executor.weights.tensors
        #expect(abs(tensors[0].tensor.values[0] - weight) < 1e-5)
        #expect(abs(tensors[1].tensor.values[0] - bias) < 1e-5)
    }

    @Test func restore_otherNetwork_isRefused() throws {
        let executor = try executor()
        var optimizer = AdamW(weights: executor.weights)
        let state = [
            "optimizer.steps": Tensor(shape: [1], values: [3]), "optimizer.first": Tensor(shape: [1], values: [0]),
        ]
        #expect(throws: OptimizerError.self) { try optimizer.restore(state) }
    }

    @Test(arguments: [-1, 0.5, 3e38, 1e19] as [Float])
    func restore_stepsThatAreNone_areRefused(steps: Float) throws {
        let weights = try executor().weights
        for optimizer in [AdamW(weights: weights), SGD(weights: weights)] as [any Training.Optimizer] {
            var state = Dictionary(uniqueKeysWithValues: optimizer.state.map { ($0.name, $0.tensor) })
            state["optimizer.steps"] = Tensor(shape: [1], values: [steps])
            var copy = optimizer
            #expect(throws: OptimizerError.steps(steps)) { try copy.restore(state) }
        }
    }

    @Test func average_followsTheWeights() throws {
        let executor = try executor()
        var average = ExponentialMovingAverage(weights: executor.weights, decay: 0.5)
        executor.trainedValues[0] = 6
        average.update(executor)  // 2 / 11 stays
        #expect(abs(average.weights.values[0] - (2 * 2 / 11 + 6 * 9 / 11)) < 1e-5)
    }

    @Test func schedules_atTheirCorners_haveTheirRates() {
        let cosine = LearningRateSchedule.cosine(peak: 1, warmup: 10, total: 110, final: 0.1)
        #expect(abs(cosine.rate(step: 0) - 0.1) < 1e-6)
        #expect(abs(cosine.rate(step: 9) - 1) < 1e-6)
        #expect(abs(cosine.rate(step: 60) - 0.55) < 1e-6)
        #expect(abs(cosine.rate(step: 110) - 0.1) < 1e-6)
        #expect(abs(cosine.rate(step: 500) - 0.1) < 1e-6)
        let cycle = LearningRateSchedule.oneCycle(peak: 1, total: 100, rise: 0.3)
        #expect(abs(cycle.rate(step: 0) - 0.04) < 1e-6)
        #expect(abs(cycle.rate(step: 29) - 1) < 1e-6)
        #expect(abs(cycle.rate(step: 99) - 4e-6) < 1e-6)
        let steps = LearningRateSchedule.step(initial: 1, factor: 0.1, every: 30)
        #expect(abs(steps.rate(step: 29) - 1) < 1e-6)
        #expect(abs(steps.rate(step: 61) - 0.01) < 1e-6)
    }
}
