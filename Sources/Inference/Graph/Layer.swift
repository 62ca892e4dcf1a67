/// One operation of a graph: its shapes and parameters, and its forward and backward passes.
///
/// A layer is a description without state: weights, running statistics and memory belong to who runs the graph (the
/// training executor or the inference plan). To add one, copy a file of `Layers/` that is near to it.
public protocol Layer: Sendable {
    /// Name of the operation in summaries: `Conv1d`.
    var kind: String { get }
    /// Shape of the result for inputs of these shapes; `node` is for messages.
    func outputShape(_ inputs: [Shape], node: String) throws(GraphError) -> Shape
    /// What the layer learns and keeps, for inputs of these shapes (which `outputShape` has accepted).
    func parameters(_ inputs: [Shape]) -> [Parameter]
    /// Multiply-accumulate operations for one sample.
    func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int
    /// Changes how many samples one sample of the batch counts for from here on: `FoldTime` multiplies, `UnfoldTime`
    /// divides, everything else leaves it.
    func repeats(_ inputs: [Shape], repeats: Int) -> Int
    /// Memory that the passes need for a batch of so many samples.
    func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory
    /// Computes the result from the inputs.
    func forward(_ pass: LayerPass)
    /// Computes the gradients of inputs and parameters from that of the result, after a training `forward`.
    func backward(_ pass: LayerPass)
}

extension Layer {
    /// The type's name.
    public var kind: String { "\(Self.self)" }
    /// None.
    public func parameters(_ inputs: [Shape]) -> [Parameter] { [] }
    /// None.
    public func multiplyAccumulates(_ inputs: [Shape], output: Shape) -> Int { 0 }
    /// Unchanged.
    public func repeats(_ inputs: [Shape], repeats: Int) -> Int { repeats }
    /// None.
    public func memory(_ inputs: [Shape], output: Shape, batch: Int) -> LayerMemory { LayerMemory() }
}

extension Layer {
    /// The only input's shape.
    func single(_ inputs: [Shape], _ node: String) throws(GraphError) -> Shape {
        guard inputs.count == 1 else {
            throw .inputCount(node: node, expected: "1", found: inputs.count)
        }
        return inputs[0]
    }

    /// The only input's shape, which must have `rank` axes.
    func single(_ inputs: [Shape], rank: Int, _ layout: String, _ node: String) throws(GraphError) -> Shape {
        let shape = try single(inputs, node)
        guard shape.rank == rank else {
            throw .shape(node: node, found: inputs, reason: "\(kind) needs \(layout)")
        }
        return shape
    }

    /// Checks a whole number among a layer's settings.
    func check(_ name: String, _ value: Int, _ allowed: ClosedRange<Int>, _ node: String) throws(GraphError) {
        guard allowed.contains(value) else {
            throw .setting(
                node: node, name: name, value: "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
        }
    }

    /// Checks a probability or rate among a layer's settings.
    func check(_ name: String, _ value: Float, _ allowed: Range<Float>, _ node: String) throws(GraphError) {
        guard allowed.contains(value) else {
            throw .setting(
                node: node, name: name, value: "\(value)",
                allowed: "at least \(allowed.lowerBound), below \(allowed.upperBound)")
        }
    }
}

/// Channels, kernel sizes, strides and dilations that a graph may have.
let extentRange = 1...65_536
