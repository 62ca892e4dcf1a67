/// Makes every step of a sequence a sample of its own: `(T, …)` to `(…)`.
///
/// So a network for one beat runs on all beats of a sequence. `UnfoldTime` puts them back. No element moves.
public struct FoldTime: Layer {
    /// Describes it.
    public init() {}

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        guard input.rank >= 2 else { throw .shape(node: node, found: inputs, reason: "it needs (T, …)") }
        return Shape(Array(input.dimensions.dropFirst()))
    }

    /// How the number of samples changes.
    public func repeats(_ inputs: [Shape], repeats: Int) -> Int { repeats * inputs[0][0] }

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

/// Makes `steps` consecutive samples a sequence again: `(…)` to `(T, …)`; undoes `FoldTime`.
public struct UnfoldTime: Layer {
    /// T.
    public let steps: Int

    /// Describes it.
    public init(steps: Int) { self.steps = steps }

    /// The result for inputs of these shapes.
    public func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape {
        let input = try single(inputs, node)
        try check("steps", steps, extentRange, node)
        return Shape([steps] + input.dimensions)
    }

    /// How the number of samples changes.
    public func repeats(_ inputs: [Shape], repeats: Int) -> Int {
        repeats.isMultiple(of: steps) ? repeats / steps : 0
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
