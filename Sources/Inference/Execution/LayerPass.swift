/// Floats in memory.
typealias Floats = UnsafeMutablePointer<Float>

/// Memory that a layer asks for besides its inputs and its result, in floats.
public struct LayerMemory: Sendable {
    /// Kept from the forward pass to the backward pass.
    public var saved = 0
    /// For the time of one pass, one for all threads.
    public var shared = 0
    /// For the time of one pass, for each thread.
    public var scratch = 0
    /// Whether the backward pass reads the inputs.
    public var readsInputs = true
    /// Whether the backward pass reads the result.
    public var readsOutput = false

    /// Asks for memory.
    public init(
        saved: Int = 0, shared: Int = 0, scratch: Int = 0, readsInputs: Bool = true, readsOutput: Bool = false
    ) {
        self.saved = saved
        self.shared = shared
        self.scratch = scratch
        self.readsInputs = readsInputs
        self.readsOutput = readsOutput
    }
}

/// What a layer works on in one pass over a batch: where its inputs, result, parameters and gradients lie.
///
/// Made once per node; only `batch`, `isTraining` and `random` change from step to step. Every value holds its
/// samples one after the other. Loops over `chunks` may run on several threads: what a chunk computes must not depend
/// on the thread, and sums over chunks are taken in their order, so that results are the same for any number of threads.
public final class LayerPass {
    /// Samples of this node (batch times repeats).
    public internal(set) var batch = 0
    /// Whether batch statistics are taken and elements dropped.
    public internal(set) var isTraining = false
    /// Random numbers of this node in this step.
    var random = CounterRandom(seed: 0, stream: 0)

    let inputShapes: [Shape]
    let shape: Shape
    let pool: WorkerPool
    /// Format of the factors in products.
    let precision: Precision
    /// Results of the inputs.
    var inputs: [Floats] = []
    /// The result.
    var output: Floats
    /// Values of the parameters, in the order of `Layer.parameters`.
    var parameters: [Floats] = []
    /// Where the gradients of the parameters go (they are overwritten); a running statistic's is not to be used.
    var parameterGradients: [Floats] = []
    /// Where the gradients of the inputs go (they are overwritten); nil where none is wanted.
    var inputGradients: [Floats?] = []
    /// Gradient of the result.
    var outputGradient: Floats
    var saved: Floats
    var shared: Floats
    var scratchBase: Floats
    var scratchStride = 0

    init(inputShapes: [Shape], shape: Shape, pool: WorkerPool, precision: Precision, nowhere: Floats) {
        self.precision = precision
        self.inputShapes = inputShapes
        self.shape = shape
        self.pool = pool
        output = nowhere
        outputGradient = nowhere
        saved = nowhere
        shared = nowhere
        scratchBase = nowhere
    }

    /// A thread's own memory for the time of the pass.
    func scratch(_ worker: Int) -> Floats { scratchBase + worker * scratchStride }

    /// Runs `body` for every chunk; on the caller's thread alone where `work` (floats touched or products) is small.
    func chunks(_ count: Int, work: Int, _ body: (_ chunk: Int, _ worker: Int) -> Void) {
        if work < 16_384 {
            for chunk in 0..<count { body(chunk, 0) }
        } else {
            pool.run(count, body)
        }
    }

    /// Cuts `0..<count` (elements of `width` floats) into ranges of about 16,384 floats and runs them.
    func ranges(_ count: Int, width: Int, _ body: (Range<Int>) -> Void) {
        let length = max(1, 16_384 / max(width, 1))
        let pieces = (count + length - 1) / length
        chunks(pieces, work: count * width) { chunk, _ in
            body(chunk * length..<min(count, (chunk + 1) * length))
        }
    }

    /// Samples whose gradients of parameters are added up on their own before all are added in order.
    static let gradientGroups = 8

    /// Runs `body` for groups of samples and adds up what they leave in `partial` in the gradients of parameters.
    ///
    /// `partial`, zero at the start, holds `first` floats for parameter 0 and `second` for parameter 1, if any. Needs
    /// `gradientGroups * (first + second)` floats at `memory`.
    func sumOverGroups(
        samples: Int, first: Int, second: Int, work: Int, memory: Floats,
        _ body: (_ samples: Range<Int>, _ partial: Floats, _ worker: Int) -> Void
    ) {
        let count = first + second
        let groups = min(samples, Self.gradientGroups)
        chunks(groups, work: work) { group, worker in
            let partial = memory + group * count
            partial.update(repeating: 0, count: count)
            body(samples * group / groups..<samples * (group + 1) / groups, partial, worker)
        }
        addUp(groups, of: count, at: memory, length: first, into: parameterGradients[0])
        if second > 0 { addUp(groups, of: count, at: memory + first, length: second, into: parameterGradients[1]) }
    }

    /// sum = the stretches of `length` that lie `distance` apart, added in order.
    private func addUp(_ groups: Int, of distance: Int, at memory: Floats, length: Int, into result: Floats) {
        ranges(length, width: groups) { range in
            let sum = result + range.lowerBound
            let part = memory + range.lowerBound
            sum.update(from: part, count: range.count)
            for group in 1..<max(groups, 1) { Kernel.addScaled(range.count, 1, part + group * distance, sum) }
        }
    }

    /// Packs the right-hand side of a product on all threads.
    func pack(_ depth: Int, _ columns: Int, _ matrix: Kernel.Matrix, into packed: Floats) {
        let width = Kernel.panel
        chunks((columns + width - 1) / width, work: depth * columns) { panel, _ in
            let first = panel * width
            Kernel.pack(
                depth, min(width, columns - first),
                Kernel.Matrix(matrix.base + first * matrix.column, row: matrix.row, column: matrix.column),
                into: packed + first * depth)
        }
    }
}
