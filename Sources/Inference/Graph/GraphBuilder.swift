/// Builds a `Graph` node by node.
///
///     var builder = GraphBuilder()
///     let x = try builder.input("waveform", [256, 2])
///     let h = try builder.add("conv", Conv1d(32, kernel: 39, padding: .same, bias: false), x)
///     let n = try builder.add("bn", BatchNorm(activation: .relu), h)
///     let p = try builder.add("pool", GlobalPool(.average), n)
///     try builder.output("logits", builder.add("head", Linear(5), p))
///     let graph = try builder.build()
///
/// Names are the node's part of parameter names (`conv.weight`), so that they can follow a PyTorch state dict.
public struct GraphBuilder {
    /// The result of a node, to be handed to later ones.
    public struct Value: Sendable {
        let node: Int
        /// Shape of one sample.
        public let shape: Shape
    }

    private var nodes: [Graph.Node] = []
    private var outputs: [Graph.Output] = []
    private var parameters: [Parameter] = []
    private var names: Set<String> = []

    /// Begins an empty graph.
    public init() {}

    /// Declares an input.
    public mutating func input(_ name: String, _ shape: Shape) throws(GraphError) -> Value {
        try add(name, Input(shape: shape), [])
    }

    /// Adds a layer that works on earlier results.
    public mutating func add(_ name: String, _ layer: some Layer, _ inputs: Value...) throws(GraphError) -> Value {
        try add(name, layer, inputs)
    }

    /// Adds a layer that works on earlier results.
    public mutating func add(_ name: String, _ layer: some Layer, _ inputs: [Value]) throws(GraphError) -> Value {
        guard names.insert(name).inserted else { throw .duplicateName(name) }
        for input in inputs {
            guard nodes.indices.contains(input.node), nodes[input.node].shape == input.shape else {
                throw .foreignValue(node: name)
            }
        }
        let shapes = inputs.map(\.shape)
        let shape = try layer.outputShape(shapes, node: name)
        guard shape.isSound else {
            throw .shape(node: name, found: shapes + [shape], reason: "the result is empty or too large")
        }
        let repeats = inputs.map { nodes[$0.node].repeats }
        guard Set(repeats).count <= 1 else {
            throw .shape(node: name, found: shapes, reason: "some inputs are folded in time and others are not")
        }
        let after = layer.repeats(shapes, repeats: repeats.first ?? 1)
        guard (1...Shape.maximumCount).contains(after) else {
            throw .shape(node: name, found: shapes, reason: "time is unfolded that was not folded so")
        }
        let first = parameters.count
        for var parameter in layer.parameters(shapes) {
            parameter.name = name + "." + parameter.name
            guard Shape(parameter.fileShape).isSound else {
                throw .shape(node: name, found: [Shape(parameter.fileShape)], reason: "the parameter is too large")
            }
            parameters.append(parameter)
        }
        nodes.append(
            Graph.Node(
                name: name, layer: layer, inputs: inputs.map(\.node), shape: shape, repeats: after,
                parameters: first..<parameters.count))
        return Value(node: nodes.count - 1, shape: shape)
    }

    /// Names a result of the graph.
    public mutating func output(_ name: String, _ value: Value) throws(GraphError) {
        guard nodes.indices.contains(value.node) else { throw .foreignValue(node: name) }
        guard !outputs.contains(where: { $0.name == name }) else { throw .duplicateName(name) }
        outputs.append(Graph.Output(name: name, node: value.node))
    }

    /// The finished graph.
    public func build() throws(GraphError) -> Graph {
        guard !outputs.isEmpty else { throw .noOutput }
        return Graph(nodes: nodes, outputs: outputs, parameters: parameters)
    }
}
