/// Runs a graph forward and backward on whole batches.
///
///     let executor = try TrainingExecutor(graph: graph, batchSize: 64, objective: "loss", weights: weights)
///     try executor.setInput("waveform", batchOfWaveforms)
///     try executor.setInput("label", labels)
///     executor.forward(training: true)
///     executor.backward()
///     executor.objectiveValue                  // the loss; its gradients stand in executor.gradients
///
/// All memory is planned and taken at the start. Results are bit-identical for any number of threads: work is cut by
/// the batch alone and sums are taken in a fixed order. The objective is the sum of an output over the batch.
/// Not for several callers at a time.
public final class TrainingExecutor {
    /// What it runs.
    public let graph: Graph
    /// Largest batch.
    public let batchSize: Int
    /// Threads it works on.
    public let pool: WorkerPool
    /// Format of the factors in products.
    public let precision: Precision
    /// Samples of the batch in the inputs, 1 to `batchSize`; smaller than `batchSize` for the rest of a data set.
    public var batch: Int {
        didSet { precondition((1...batchSize).contains(batch), "a batch has 1 to batchSize samples") }
    }
    /// Steps so far: with the seed, what decides which elements are dropped.
    public var step: UInt64 = 0
    /// Where the time goes, if set; costs a look at the clock per layer.
    public var profile: LayerProfile?
    /// Bytes that the plan takes for values, gradients and the layers' own memory.
    public var plannedBytes: Int { (arena.count + shared.count + scratch.count) * MemoryLayout<Float>.stride }

    let plan: TrainingPlan
    let passes: [LayerPass]
    private let arena: AlignedBuffer
    private let shared: AlignedBuffer
    private let scratch: AlignedBuffer
    private let parameters: AlignedBuffer
    private let parameterGradients: AlignedBuffer
    private var template: Weights
    private let random: CounterRandom

    /// Plans and takes the memory.
    ///
    /// - Parameters:
    ///   - objective: name of the output whose sum over the batch is minimised; nil to run forward only.
    ///   - weights: values from which it starts; made for the same graph.
    ///   - seed: of what is dropped.
    ///   - pool: threads; as many as there are processors by default.
    ///   - precision: format of the factors in products; one that this CPU has (`Precision.isSupported`).
    public init(
        graph: Graph, batchSize: Int, objective: String? = nil, weights: Weights, seed: UInt64 = 0,
        pool: WorkerPool = WorkerPool(threads: WorkerPool.processors), precision: Precision = .float32
    ) throws(GraphError) {
        precondition(batchSize > 0, "a batch has at least one sample")
        precondition(precision.isSupported, "this CPU has no \(precision.rawValue)")
        guard weights.parameters == graph.parameters else {
            throw .missingParameter(Self.firstDifference(weights.parameters, graph.parameters))
        }
        self.graph = graph
        self.batchSize = batchSize
        self.pool = pool
        self.precision = precision
        batch = batchSize
        random = CounterRandom(seed: seed, stream: 0x4452_4f50)
        plan = try TrainingPlan(graph: graph, batchSize: batchSize, objective: objective)
        arena = AlignedBuffer(count: plan.arena.count)
        shared = AlignedBuffer(count: plan.shared)
        let stride = (plan.scratch + 15) / 16 * 16
        scratch = AlignedBuffer(count: stride * pool.threads)
        parameters = AlignedBuffer(count: weights.values.count)
        parameterGradients = AlignedBuffer(count: weights.values.count)
        template = weights
        parameters.base.update(from: weights.values, count: weights.values.count)
        passes = plan.makePasses(
            graph, weights, pool, precision, arena: arena.base, parameters: parameters.base,
            gradients: parameterGradients.base, shared: shared.base, scratch: scratch.base, scratchStride: stride)
    }

    /// Calls with the place of a named input, `batchSize` samples one after the other, to fill it.
    public func withInput<R>(
        _ name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
    ) throws -> R {
        let node = try graph.input(name)
        return try body(
            UnsafeMutableBufferPointer(
                start: passes[node].output, count: batchSize * graph.nodes[node].shape.count))
    }

    /// Sets a named input; `values` holds up to `batchSize` samples.
    public func setInput(_ name: String, _ values: [Float]) throws {
        try withInput(name) { place in
            precondition(values.count <= place.count, "input '\(name)' holds \(place.count) values")
            for i in values.indices { place[i] = values[i] }
        }
    }

    /// A named output of the last forward pass, `batch` samples one after the other.
    public func output(_ name: String) throws(GraphError) -> [Float] {
        let node = try graph.output(name)
        return Array(
            UnsafeBufferPointer(start: passes[node].output, count: batch * graph.nodes[node].shape.count))
    }

    /// Computes all outputs; while training, batch norm takes the batch's statistics and dropout drops.
    public func forward(training: Bool) {
        for (index, node) in graph.nodes.enumerated() {
            let pass = passes[index]
            pass.batch = batch * node.repeats
            pass.isTraining = training
            pass.random = random.stream(step).stream(UInt64(index))
            measure(index, isForward: true) { node.layer.forward(pass) }
        }
    }

    /// Computes the gradients of all trained parameters, after `forward(training: true)`.
    public func backward() {
        guard let objective = plan.objective else {
            preconditionFailure("the executor was made without an objective")
        }
        let seed = passes[objective].outputGradient
        seed.update(repeating: 1, count: batch * graph.nodes[objective].repeats * graph.nodes[objective].shape.count)
        for index in graph.nodes.indices.reversed() where plan.isActive[index] {
            measure(index, isForward: false) { graph.nodes[index].layer.backward(passes[index]) }
            for sum in plan.sums[index] {
                let count = batch * graph.nodes[sum.node].repeats * graph.nodes[sum.node].shape.count
                let (from, to) = (arena.base + plan.arena.blocks[sum.block].offset, passes[sum.node].outputGradient)
                passes[index].ranges(count, width: 1) { range in
                    Kernel.addScaled(range.count, 1, from + range.lowerBound, to + range.lowerBound)
                }
            }
        }
    }

    private func measure(_ node: Int, isForward: Bool, _ body: () -> Void) {
        guard profile != nil else { return body() }
        let start = LayerProfile.processorSeconds()
        body()
        profile?.add(
            LayerProfile.processorSeconds() - start, node: node, of: graph.nodes.count, isForward: isForward)
    }

    /// The objective of the last forward pass.
    public var objectiveValue: Float {
        guard let objective = plan.objective else { return 0 }
        let count = batch * graph.nodes[objective].shape.count * graph.nodes[objective].repeats
        return (0..<count).reduce(0) { $0 + passes[objective].output[$1] }
    }

    /// The trained values in the engine's layout, for an optimiser.
    public var trainedValues: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: parameters.base, count: template.trainedEnd)
    }

    /// Trained values and running statistics, placed as `Weights.values`.
    public var allValues: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: parameters.base, count: parameters.count)
    }

    /// The gradients of `trainedValues`.
    public var gradients: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: parameterGradients.base, count: template.trainedEnd)
    }

    /// All values, trained and running; a copy.
    public var weights: Weights {
        get {
            var weights = template
            weights.values = Array(UnsafeBufferPointer(start: parameters.base, count: parameters.count))
            return weights
        }
        set {
            precondition(newValue.parameters == graph.parameters, "the weights belong to another graph")
            parameters.base.update(from: newValue.values, count: newValue.values.count)
        }
    }

    private static func firstDifference(_ found: [Parameter], _ wanted: [Parameter]) -> String {
        zip(found, wanted).first { $0 != $1 }?.1.name ?? wanted.dropFirst(found.count).first?.name ?? "?"
    }
}
