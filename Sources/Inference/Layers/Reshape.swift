/// The same elements in another shape; the order in memory stays.
public struct Reshape: Layer {
    /// The new shape.
    public let shape: Shape

    /// Describes it.
    public init(_ shape: Shape) { self.shape = shape }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        guard shape.isSound, shape.count == input.count else {
            throw .shape(node: node, found: inputs + [shape], reason: "both must have the same number of elements")
        }
        return shape
    }

    /// Memory for a batch.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory(readsInputs: false) }

    /// Forward pass.
    public func forward(_ pass: LayerPass) {
        pass.output.update(from: pass.inputs[0], count: pass.batch * pass.shape.count)
    }

    /// Backward pass.
    public func backward(_ pass: LayerPass) {
        pass.inputGradients[0]?.update(from: pass.outputGradient, count: pass.batch * pass.shape.count)
    }
}
