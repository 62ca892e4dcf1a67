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
}
