import CKernels

/// Mean or maximum over all positions: `(…, C)` to `(C)`; or both, to `(2, C)`: mean first.
///
/// Both in one value let one small network judge both (CBAM's channel attention: its weights are shared).
public struct GlobalPool: Layer {
    /// What is taken over the positions.
    public enum Statistic: String, Sendable, Codable {
        /// The mean: `(C)`.
        case average
        /// The maximum: `(C)`.
        case maximum
        /// The mean and the maximum: `(2, C)`.
        case averageAndMaximum
    }
    /// Which.
    public let statistic: Statistic

    /// Describes it.
    public init(_ statistic: Statistic) { self.statistic = statistic }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        return statistic == .averageAndMaximum ? [2, input.channels] : [input.channels]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: statistic != .average, readsOutput: statistic != .average)
    }

    private var hasMean: Bool { statistic != .maximum }
    private var hasMaximum: Bool { statistic != .average }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let input = pass.inputShapes[0]
        let (positions, channels) = (input.positions, input.channels)
        pass.ranges(pass.batch, width: input.count) { samples in
            for b in samples {
                let x = pass.inputs[0] + b * input.count
                var y = pass.output + b * pass.shape.count
                if hasMean {
                    Kernel.columnSum(positions, channels, x, into: y)
                    for c in 0..<channels { y[c] /= Float(positions) }
                    y += channels
                }
                if hasMaximum { ck_column_max(Int64(positions), Int64(channels), x, y) }
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let input = pass.inputShapes[0]
        let (positions, channels) = (input.positions, input.channels)
        let share = 1 / Float(positions)
        pass.ranges(pass.batch, width: input.count) { samples in
            for b in samples {
                let dx = dX + b * input.count
                var dy = pass.outputGradient + b * pass.shape.count
                if hasMean {
                    for row in 0..<positions {
                        for c in 0..<channels { dx[row * channels + c] = dy[c] * share }
                    }
                    dy += channels
                } else {
                    dx.update(repeating: 0, count: input.count)
                }
                if hasMaximum {
                    let maximum = pass.output + b * pass.shape.count + (hasMean ? channels : 0)
                    addToFirstMaximum(pass.inputs[0] + b * input.count, maximum, dy, positions, channels, into: dx)
                }
            }
        }
    }

    /// The gradient of a maximum goes to the first position that holds it.
    private func addToFirstMaximum(
        _ x: Floats, _ maximum: Floats, _ dy: Floats, _ positions: Int, _ channels: Int, into dx: Floats
    ) {
        for c in 0..<channels {
            var at = c
            for _ in 0..<positions {
                if x[at] == maximum[c] {
                    dx[at] += dy[c]
                    break
                }
                at += channels
            }
        }
    }
}
