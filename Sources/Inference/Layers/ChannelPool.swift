import CKernels

/// Mean and maximum over the channels of every position: `(…, C)` to `(…, 2)`, the mean first.
///
/// As the spatial attention of Woo et al. 2018 has it.
public struct ChannelPool: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        guard input.rank >= 1 else { throw .shape(node: node, found: inputs, reason: "it has no channels") }
        return Shape(input.dimensions.dropLast() + [2])
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let channels = pass.inputShapes[0].channels
        pass.ranges(pass.batch * pass.shape.positions, width: channels) { rows in
            ck_row_mean_max(
                Int64(rows.count), Int64(channels), pass.inputs[0] + rows.lowerBound * channels,
                pass.output + rows.lowerBound * 2)
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let channels = pass.inputShapes[0].channels
        let share = 1 / Float(channels)
        pass.ranges(pass.batch * pass.shape.positions, width: channels) { rows in
            for row in rows {
                let (x, dx) = (pass.inputs[0] + row * channels, dX + row * channels)
                let maximum = pass.output[2 * row + 1]
                dx.update(repeating: pass.outputGradient[2 * row] * share, count: channels)
                for c in 0..<channels where x[c] == maximum {
                    dx[c] += pass.outputGradient[2 * row + 1]
                    break
                }
            }
        }
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory(readsOutput: true) }
}
