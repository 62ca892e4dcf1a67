/// Normalises every position over its channels.
///
/// Ba et al. 2016: `y = weight · (x − mean) / √(variance + epsilon) + bias`, mean and biased variance over the last axis.
/// Parameters `weight`, `bias` `(C)`.
public struct LayerNorm: Layer {
    /// Added to the variance.
    public let epsilon: Float

    /// Describes it.
    public init(epsilon: Float = 1e-5) { self.epsilon = epsilon }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("epsilon", epsilon, 0..<1, node)
        return try single(inputs, node)
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let channels = inputs[0].channels
        return [
            Parameter("weight", [channels], initialization: .constant(1)),
            Parameter("bias", [channels], initialization: .constant(0)),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { 2 * output.count }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(
            saved: 2 * batch * output.positions, shared: LayerPass.gradientGroups * 2 * output.channels)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let channels = pass.shape.channels
        let (weight, bias) = (pass.parameters[0], pass.parameters[1])
        pass.ranges(pass.batch * pass.shape.positions, width: channels) { rows in
            for row in rows {
                let (x, y) = (pass.inputs[0] + row * channels, pass.output + row * channels)
                var sum: Float = 0
                for c in 0..<channels { sum += x[c] }
                let mean = sum / Float(channels)
                var squares: Float = 0
                for c in 0..<channels { squares += (x[c] - mean) * (x[c] - mean) }
                let inverse = 1 / (squares / Float(channels) + epsilon).squareRoot()
                pass.saved[2 * row] = mean
                pass.saved[2 * row + 1] = inverse
                for c in 0..<channels { y[c] = (x[c] - mean) * inverse * weight[c] + bias[c] }
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let (channels, positions) = (pass.shape.channels, pass.shape.positions)
        let weight = pass.parameters[0]
        pass.sumOverGroups(
            samples: pass.batch, first: channels, second: channels, work: pass.batch * pass.shape.count,
            memory: pass.shared
        ) { samples, partial, _ in
            for row in samples.lowerBound * positions..<samples.upperBound * positions {
                let (x, dy) = (pass.inputs[0] + row * channels, pass.outputGradient + row * channels)
                let (mean, inverse) = (pass.saved[2 * row], pass.saved[2 * row + 1])
                var (sum, product): (Float, Float) = (0, 0)
                for c in 0..<channels {
                    let normal = (x[c] - mean) * inverse
                    partial[c] += dy[c] * normal
                    partial[channels + c] += dy[c]
                    sum += dy[c] * weight[c]
                    product += dy[c] * weight[c] * normal
                }
                guard let dX = pass.inputGradients[0] else { continue }
                let (a, b) = (sum / Float(channels), product / Float(channels))
                for c in 0..<channels {
                    let normal = (x[c] - mean) * inverse
                    dX[row * channels + c] = inverse * (dy[c] * weight[c] - a - normal * b)
                }
            }
        }
    }
}
