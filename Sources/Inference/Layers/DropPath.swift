/// Sets whole samples of a residual branch to zero at random while training and scales the others by 1/(1 − rate).
///
/// Stochastic depth, Huang et al. 2016.
public struct DropPath: Layer {
    /// Probability of zero.
    public let rate: Float

    /// Describes it.
    public init(rate: Float) { self.rate = rate }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("rate", rate, 0..<1, node)
        return try single(inputs, node)
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory(readsInputs: false) }

    /// Forward pass.
    public func forward(_ pass: LayerPass) { drop(pass, from: pass.inputs[0], into: pass.output) }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        if let dX = pass.inputGradients[0] { drop(pass, from: pass.outputGradient, into: dX) }
    }

    private func drop(_ pass: LayerPass, from x: Floats, into y: Floats) {
        let count = pass.shape.count
        pass.ranges(pass.batch, width: count) { samples in
            for sample in samples {
                let isDropped = pass.isTraining && pass.random.uniform(UInt64(sample)) < rate
                let factor: Float = isDropped ? 0 : pass.isTraining ? 1 / (1 - rate) : 1
                for i in sample * count..<(sample + 1) * count { y[i] = x[i] * factor }
            }
        }
    }
}
