/// Two or more values side by side along the channels: `(…, C₁)`, `(…, C₂)` … to `(…, C₁ + C₂ + …)`.
public struct Concatenate: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        guard let first = inputs.first, inputs.count >= 2 else {
            throw .inputCount(node: node, expected: "at least 2", found: inputs.count)
        }
        let leading = first.dimensions.dropLast()
        guard first.rank >= 1, inputs.allSatisfy({ $0.rank == first.rank && $0.dimensions.dropLast() == leading })
        else {
            throw .shape(node: node, found: inputs, reason: "all axes but the last must agree")
        }
        return Shape(leading + [inputs.reduce(0) { $0 + $1.channels }])
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory(readsInputs: false) }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        let width = pass.shape.channels
        pass.ranges(pass.batch * pass.shape.positions, width: width) { rows in
            var first = 0
            for (input, shape) in zip(pass.inputs, pass.inputShapes) {
                let channels = shape.channels
                for row in rows {
                    (pass.output + row * width + first).update(from: input + row * channels, count: channels)
                }
                first += channels
            }
        }
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        let width = pass.shape.channels
        pass.ranges(pass.batch * pass.shape.positions, width: width) { rows in
            var first = 0
            for (dX, shape) in zip(pass.inputGradients, pass.inputShapes) {
                let channels = shape.channels
                if let dX {
                    for row in rows {
                        (dX + row * channels).update(from: pass.outputGradient + row * width + first, count: channels)
                    }
                }
                first += channels
            }
        }
    }
}
