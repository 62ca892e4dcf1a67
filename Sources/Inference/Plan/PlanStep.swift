/// One operation of a compiled plan, with the places of what it reads and writes.
struct PlanStep {
    /// What is done; numbers are settled when the plan is compiled, offsets are into its constants.
    enum Operation {
        case product(PlanProduct)
        case fourier(PlanFourier)
        case depthwise(PlanDepthwise)
        case affine(scale: Int, shift: Int, Int32)
        case activation(ActivationFunction)
        case add(ActivationFunction)
        case gate(Multiply.Broadcast)
        /// To the channels from `channel` on.
        case copy(channel: Int)
        case pool(PoolingKind, ImageWindow)
        case globalPool(GlobalPool.Statistic)
        case channelPool
        case sumPositions
        case softmax
        case layerNorm(weight: Int, bias: Int, epsilon: Float)
        case recurrence(PlanRecurrence)
        case trees(ObliviousTrees, features: Int, thresholds: Int, leaves: Int)
    }

    let name: String
    let operation: Operation
    let input: PlanPlace
    let inputShape: Shape
    /// The other operand, residual, gate or state.
    let second: PlanPlace?
    let output: PlanPlace
    let outputShape: Shape
    let scratch: Int

    /// Computes the tile at hand.
    func execute(_ run: PlanRun) {
        switch operation {
        case .product(let product): product.execute(self, run)
        case .fourier(let fourier): fourier.execute(self, run)
        case .depthwise(let depthwise): depthwise.execute(self, run)
        case .recurrence(let recurrence): recurrence.execute(self, run)
        case .affine, .activation, .add, .gate, .softmax, .layerNorm, .trees: executeElements(run)
        case .copy, .pool, .globalPool, .channelPool, .sumPositions: executePositions(run)
        }
    }

    /// Calls once for all samples when they lie together in memory, else once for each.
    @inline(__always)
    func eachRun(_ run: PlanRun, _ body: (_ samples: Int, _ input: Floats, _ second: Floats?, _ output: Floats) -> Void)
    {
        let samples = output.samples(run)
        let (x, z, y) = (input.base(run), second?.base(run), output.base(run))
        if input.isDense(inputShape), output.isDense(outputShape), second.map({ $0.stride == inputShape.count }) ?? true
        {
            return body(samples, x, z, y)
        }
        for sample in 0..<samples {
            body(
                1, x + sample * input.stride, z.map { $0 + sample * (second?.stride ?? 0) }, y + sample * output.stride)
        }
    }

    /// Writes the zeros that a later convolution over time reads around this one's result.
    func clearPadding(_ run: PlanRun) {
        let (before, after) = output.padding
        guard before + after > 0 else { return }
        let count = outputShape.count
        let channels = outputShape.channels
        for sample in 0..<output.samples(run) {
            let start = output.base(run) + sample * output.stride
            (start - before * channels).update(repeating: 0, count: before * channels)
            (start + count).update(repeating: 0, count: after * channels)
        }
    }
}
