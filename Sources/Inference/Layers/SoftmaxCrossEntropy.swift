import Foundation

/// Cross-entropy of logits with labels: logits `(…, C)` and labels `(…)` or class probabilities `(…, C)` to one value per sample
/// `(1)`; the sum over the batch is the loss.
///
/// A label is a class index as a number; below 0 it is left out. Smoothing spreads `smoothing` of the label's
/// weight evenly over all classes. The loss of the batch is the mean over all labels, weighted by `classWeights`, as
/// PyTorch's `CrossEntropyLoss`: every sample holds its share of it.
public struct SoftmaxCrossEntropy: Layer {
    /// Weight that is spread over all classes, 0 to below 1.
    public let smoothing: Float
    /// Weight of each class; empty for equal weights.
    public let classWeights: [Float]

    /// Describes it.
    public init(smoothing: Float = 0, classWeights: [Float] = []) {
        self.smoothing = smoothing
        self.classWeights = classWeights
    }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.count == 2 else { throw .inputCount(node: node, expected: "2", found: inputs.count) }
        try check("smoothing", smoothing, 0..<1, node)
        let logits = inputs[0]
        guard logits.rank >= 1, inputs[1] == logits || inputs[1].count == logits.positions else {
            throw .shape(node: node, found: inputs, reason: "labels must be (…) or (…, C) of the logits (…, C)")
        }
        guard classWeights.isEmpty || classWeights.count == logits.channels else {
            throw .setting(
                node: node, name: "classWeights", value: "\(classWeights.count) weights",
                allowed: "none or \(logits.channels)")
        }
        guard classWeights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw .setting(node: node, name: "classWeights", value: "\(classWeights)", allowed: "numbers from 0")
        }
        return [1]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(saved: batch * inputs[0].count + 1, scratch: inputs[0].channels)
    }

    /// The wanted probabilities of one label times its weight, and its weight in the mean.
    private func target(_ pass: LayerPass, _ row: Int, into target: Floats) -> Float {
        let channels = pass.inputShapes[0].channels
        let labels = pass.inputs[1]
        target.update(repeating: 0, count: channels)
        let hasProbabilities = pass.inputShapes[1] == pass.inputShapes[0]
        var weight: Float = 1
        if hasProbabilities {
            for c in 0..<channels {
                target[c] = labels[row * channels + c] * (1 - smoothing) + smoothing / Float(channels)
            }
        } else {
            let label = labels[row]
            guard label >= 0, label < Float(channels) else { return 0 }
            for c in 0..<channels { target[c] = smoothing / Float(channels) }
            target[Int(label)] += 1 - smoothing
            if !classWeights.isEmpty { weight = classWeights[Int(label)] }
        }
        if !classWeights.isEmpty { for c in 0..<channels { target[c] *= classWeights[c] } }
        return weight
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let (channels, rows) = (pass.inputShapes[0].channels, pass.inputShapes[0].positions)
        let wanted = pass.scratch(0)
        var total: Float = 0
        for row in 0..<pass.batch * rows { total += target(pass, row, into: wanted) }
        let share: Float = total > 0 ? 1 / total : 0
        for b in 0..<pass.batch {
            var loss: Float = 0
            for row in b * rows..<(b + 1) * rows {
                let (x, gradient) = (pass.inputs[0] + row * channels, pass.saved + row * channels)
                _ = target(pass, row, into: wanted)
                softmax(channels, x, into: gradient)
                var maximum = x[0]
                for c in 1..<max(channels, 1) { maximum = max(maximum, x[c]) }
                var sum: Float = 0
                var mass: Float = 0
                for c in 0..<channels {
                    sum += exp(x[c] - maximum)
                    mass += wanted[c]
                }
                let logSum = maximum + log(sum)
                for c in 0..<channels where wanted[c] != 0 { loss += share * wanted[c] * (logSum - x[c]) }
                for c in 0..<channels { gradient[c] = share * (mass * gradient[c] - wanted[c]) }
            }
            pass.output[b] = loss
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        guard let dX = pass.inputGradients[0] else { return }
        let count = pass.inputShapes[0].count
        for b in 0..<pass.batch {
            for i in b * count..<(b + 1) * count { dX[i] = pass.saved[i] * pass.outputGradient[b] }
        }
    }
}
