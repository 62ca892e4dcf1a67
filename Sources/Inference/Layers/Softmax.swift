import Foundation

/// Probabilities from logits over the last axis: `eˣ / Σ eˣ`.
public struct Softmax: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape { try single(inputs, node) }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: false, readsOutput: true)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let channels = pass.shape.channels
        pass.ranges(pass.batch * pass.shape.positions, width: channels) { rows in
            for row in rows { softmax(channels, pass.inputs[0] + row * channels, into: pass.output + row * channels) }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let channels = pass.shape.channels
        pass.ranges(pass.batch * pass.shape.positions, width: channels) { rows in
            for row in rows {
                let (p, dy, dx) = (
                    pass.output + row * channels, pass.outputGradient + row * channels, dX + row * channels
                )
                let mean = dot(channels, p, dy)
                for c in 0..<channels { dx[c] = p[c] * (dy[c] - mean) }
            }
        }
    }
}

/// p = eˣ / Σ eˣ.
func softmax(_ count: Int, _ x: Floats, into p: Floats) {
    var maximum = x[0]
    for i in 1..<max(count, 1) { maximum = max(maximum, x[i]) }
    var sum: Float = 0
    for i in 0..<count {
        p[i] = exp(x[i] - maximum)
        sum += p[i]
    }
    for i in 0..<count { p[i] /= sum }
}
