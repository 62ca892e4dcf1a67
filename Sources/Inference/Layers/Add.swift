/// Sum of two or more values of one shape.
public struct Add: Layer {
    /// Applied to the sum.
    public let activation: ActivationFunction

    /// Describes it.
    public init(activation: ActivationFunction = .identity) { self.activation = activation }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard inputs.count >= 2 else { throw .inputCount(node: node, expected: "at least 2", found: inputs.count) }
        guard inputs.allSatisfy({ $0 == inputs[0] }) else {
            throw .shape(node: node, found: inputs, reason: "all must have one shape")
        }
        return inputs[0]
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory {
        LayerMemory(readsInputs: activation != .identity)
    }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let y = pass.output
        pass.ranges(pass.batch * pass.shape.count, width: 1) { range in
            sum(pass, range, into: y)
            if activation != .identity {
                Kernel.activate(range.count, y + range.lowerBound, activation, into: y + range.lowerBound)
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let gradients = pass.inputGradients
        guard let place = gradients.firstIndex(where: { $0 != nil }), let first = gradients[place] else { return }
        let dY = pass.outputGradient
        pass.ranges(pass.batch * pass.shape.count, width: 1) { range in
            let (at, count) = (range.lowerBound, range.count)
            if activation == .identity {
                (first + at).update(from: dY + at, count: count)
            } else {
                sum(pass, range, into: first)
                Kernel.activateBackward(count, first + at, dY + at, activation, into: first + at)
            }
            for case let other? in gradients[(place + 1)...] { (other + at).update(from: first + at, count: count) }
        }
    }

    private func sum(_ pass: LayerPass, _ range: Range<Int>, into y: Floats) {
        let at = range.lowerBound
        (y + at).update(from: pass.inputs[0] + at, count: range.count)
        for input in pass.inputs.dropFirst() { Kernel.addScaled(range.count, 1, input + at, y + at) }
    }
}
