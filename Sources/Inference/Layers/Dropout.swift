/// Sets elements to zero at random while training and scales the others by 1/(1 − rate).
///
/// Srivastava et al. 2014.
public struct Dropout: Layer {
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
        let random = pass.random
        let scale = 1 / (1 - rate)
        pass.ranges(pass.batch * pass.shape.count, width: 1) { range in
            guard pass.isTraining else {
                return (y + range.lowerBound).update(from: x + range.lowerBound, count: range.count)
            }
            for i in range { y[i] = random.uniform(UInt64(i)) < rate ? 0 : x[i] * scale }
        }
    }
}
