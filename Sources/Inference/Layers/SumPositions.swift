/// Sum over all positions: `(…, C)` to `(C)`.
public struct SumPositions: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        [try single(inputs, node).channels]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory(readsInputs: false) }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let (positions, channels) = (pass.inputShapes[0].positions, pass.shape.channels)
        pass.ranges(pass.batch, width: positions * channels) { samples in
            for b in samples {
                Kernel.columnSum(
                    positions, channels, pass.inputs[0] + b * positions * channels, into: pass.output + b * channels)
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let (positions, channels) = (pass.inputShapes[0].positions, pass.shape.channels)
        pass.ranges(pass.batch, width: positions * channels) { samples in
            for b in samples {
                for row in b * positions..<(b + 1) * positions {
                    (dX + row * channels).update(from: pass.outputGradient + b * channels, count: channels)
                }
            }
        }
    }
}
