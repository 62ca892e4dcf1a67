import CKernels

/// Normalises every channel over batch and positions (Ioffe & Szegedy 2015), then applies an activation.
///
/// `y = act(weight · (x − mean) / √(variance + epsilon) + bias)`. Training uses the batch's mean and biased variance and moves the
/// running ones by `momentum` (the variance unbiased), as PyTorch; evaluation uses the running ones.
/// Parameters `weight`, `bias`, statistics `running_mean`, `running_var`, all `(C)`.
public struct BatchNorm: Layer {
    /// Added to the variance.
    public let epsilon: Float
    /// Share of the new batch in the running statistics.
    public let momentum: Float
    /// Applied to the result.
    public let activation: ActivationFunction

    /// Describes it.
    public init(epsilon: Float = 1e-5, momentum: Float = 0.1, activation: ActivationFunction = .identity) {
        self.epsilon = epsilon
        self.momentum = momentum
        self.activation = activation
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        try check("epsilon", epsilon, 0..<1, node)
        try check("momentum", momentum, 0..<1.0001, node)
        return try single(inputs, node)
    }

    /// What it learns and keeps.
    public func parameters(_ inputs: [Shape]) -> [Parameter] {
        let channels = inputs[0].channels
        return [
            Parameter("weight", [channels], initialization: .constant(1)),
            Parameter("bias", [channels], initialization: .constant(0)),
            Parameter("running_mean", [channels], isTrained: false, initialization: .constant(0)),
            Parameter("running_var", [channels], isTrained: false, initialization: .constant(1)),
        ]
    }

    /// Cost of one sample.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { output.count }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        let chunks = Chunks(rows: batch * output.positions, channels: output.channels)
        return LayerMemory(
            saved: 4 * output.channels, shared: (2 * chunks.count + 3) * output.channels,
            scratch: chunks.largest)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let channels = pass.shape.channels
        let chunks = Chunks(rows: pass.batch * pass.shape.positions, channels: channels)
        let (weight, bias) = (pass.parameters[0], pass.parameters[1])
        let saved = Saved(pass)
        if pass.isTraining { takeStatistics(pass, chunks, saved) }
        for c in 0..<channels {
            if !pass.isTraining {
                saved.mean[c] = pass.parameters[2][c]
                saved.inverse[c] = 1 / (pass.parameters[3][c] + epsilon).squareRoot()
            }
            saved.scale[c] = weight[c] * saved.inverse[c]
            saved.shift[c] = bias[c] - saved.mean[c] * saved.scale[c]
        }
        pass.chunks(chunks.count, work: chunks.rows * channels) { chunk, _ in
            let range = chunks.range(chunk)
            let first = range.lowerBound * channels
            Kernel.affine(
                range.count, channels, pass.inputs[0] + first, scale: saved.scale, shift: saved.shift, activation,
                into: pass.output + first)
        }
    }

    /// Mean and variance of the batch: of every chunk by itself, then together.
    ///
    /// Chan et al. 1979.
    private func takeStatistics(_ pass: LayerPass, _ chunks: Chunks, _ saved: Saved) {
        let channels = pass.shape.channels
        let parts = pass.shared
        pass.chunks(chunks.count, work: chunks.rows * channels) { chunk, _ in
            let range = chunks.range(chunk)
            let x = pass.inputs[0] + range.lowerBound * channels
            let mean = parts + 2 * chunk * channels
            Kernel.columnSum(range.count, channels, x, into: mean)
            for c in 0..<channels { mean[c] /= Float(range.count) }
            ck_column_squares(Int64(range.count), Int64(channels), x, mean, mean + channels)
        }
        let rows = Double(chunks.rows)
        let (runningMean, runningVariance) = (pass.parameters[2], pass.parameters[3])
        pass.ranges(channels, width: 2 * chunks.count) { range in
            for c in range {
                var (seen, mean, squares) = (0.0, 0.0, 0.0)
                for chunk in 0..<chunks.count {
                    let count = Double(chunks.range(chunk).count)
                    let part = parts + 2 * chunk * channels + c
                    let difference = Double(part[0]) - mean
                    mean += difference * count / (seen + count)
                    squares += Double(part[channels]) + difference * difference * seen * count / (seen + count)
                    seen += count
                }
                saved.mean[c] = Float(mean)
                saved.inverse[c] = Float(1 / (squares / rows + Double(epsilon)).squareRoot())
                runningMean[c] += momentum * (Float(mean) - runningMean[c])
                runningVariance[c] += momentum * (Float(squares / max(rows - 1, 1)) - runningVariance[c])
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let channels = pass.shape.channels
        let chunks = Chunks(rows: pass.batch * pass.shape.positions, channels: channels)
        let saved = Saved(pass)
        let dX = pass.inputGradients[0]
        let parts = pass.shared
        // Σ g and Σ g·x, where g is the gradient before the activation; it waits in dX.
        pass.chunks(chunks.count, work: chunks.rows * channels) { chunk, worker in
            let range = chunks.range(chunk)
            let first = range.lowerBound * channels
            let x = pass.inputs[0] + first
            var g = pass.outputGradient + first
            if activation != .identity {
                let before = pass.scratch(worker)
                let to = dX.map { $0 + first } ?? before
                Kernel.affine(range.count, channels, x, scale: saved.scale, shift: saved.shift, into: before)
                Kernel.activateBackward(range.count * channels, before, g, activation, into: to)
                g = to
            }
            Kernel.columnSum(range.count, channels, g, into: parts + 2 * chunk * channels)
            Kernel.columnDot(range.count, channels, g, x, into: parts + (2 * chunk + 1) * channels)
        }
        // dx = weight · inverse · (g − mean(g) − normal · mean(g · normal)), as a · g + b · x + shift.
        let (a, b, shift) = (
            parts + 2 * chunks.count * channels, parts + (2 * chunks.count + 1) * channels,
            parts + (2 * chunks.count + 2) * channels
        )
        let rows = Double(chunks.rows)
        let weight = pass.parameters[0]
        pass.ranges(channels, width: 2 * chunks.count) { range in
            for c in range {
                var (sum, product) = (0.0, 0.0)
                for chunk in 0..<chunks.count {
                    sum += Double(parts[2 * chunk * channels + c])
                    product += Double(parts[(2 * chunk + 1) * channels + c])
                }
                let (mean, inverse) = (Double(saved.mean[c]), Double(saved.inverse[c]))
                let dWeight = inverse * (product - mean * sum)
                let factor = Double(weight[c]) * inverse
                a[c] = Float(factor)
                b[c] = Float(-factor * inverse * dWeight / rows)
                shift[c] = Float(factor * (mean * inverse * dWeight - sum) / rows)
                pass.parameterGradients[0][c] = Float(dWeight)
                pass.parameterGradients[1][c] = Float(sum)
            }
        }
        guard let dX else { return }
        pass.chunks(chunks.count, work: chunks.rows * channels) { chunk, _ in
            let range = chunks.range(chunk)
            let first = range.lowerBound * channels
            let g = (activation == .identity ? pass.outputGradient : dX) + first
            ck_affine2(Int64(range.count), Int64(channels), g, a, pass.inputs[0] + first, b, shift, dX + first)
        }
    }

    /// Where the forward pass leaves what the backward pass needs.
    private struct Saved {
        let mean, inverse, scale, shift: Floats

        init(_ pass: LayerPass) {
            mean = pass.saved
            inverse = mean + pass.shape.channels
            scale = inverse + pass.shape.channels
            shift = scale + pass.shape.channels
        }
    }

    /// Rows cut into pieces that stay in a core's cache.
    private struct Chunks {
        let rows: Int
        let count: Int
        /// Floats of the longest piece of this batch and of every smaller one.
        let largest: Int

        init(rows: Int, channels: Int) {
            self.rows = rows
            count = min(max(rows * channels / 16_384, 1), min(rows, 256))
            largest = max((rows + count - 1) / count * channels, 2 * 16_384 + channels)
        }

        func range(_ chunk: Int) -> Range<Int> { rows * chunk / count..<rows * (chunk + 1) / count }
    }
}
