/// A static graph of layers: one description for training, inference, summary and export.
///
/// Made once with `GraphBuilder`. Nodes stand in an order in which every input comes before its users. Weights are not
/// part of it: see `Weights`.
public struct Graph: Sendable {
    /// One layer with its place in the graph.
    public struct Node: Sendable {
        /// Unique name; parameters are named `name.weight` and so on.
        public let name: String
        /// What it does.
        public let layer: any Layer
        /// Indices of the nodes whose results it takes.
        public let inputs: [Int]
        /// Shape of one sample of its result.
        public let shape: Shape
        /// Samples of this node for one sample of the batch (1 outside `FoldTime` … `UnfoldTime`).
        public let repeats: Int
        /// Its parameters among `Graph.parameters`.
        public let parameters: Range<Int>
    }

    /// A named result.
    public struct Output: Sendable {
        /// Name.
        public let name: String
        /// Index of the node.
        public let node: Int
    }

    /// All nodes, inputs before users.
    public let nodes: [Node]
    /// Named results in the order they were declared.
    public let outputs: [Output]
    /// All parameters with their full names, in the order of the nodes.
    public let parameters: [Parameter]

    /// Indices of the nodes that are inputs of the graph.
    public var inputs: [Int] { nodes.indices.filter { nodes[$0].layer is Input } }

    /// Number of trained values.
    public var trainedCount: Int { parameters.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }

    /// Shapes of a node's inputs.
    public func inputShapes(of node: Node) -> [Shape] { node.inputs.map { nodes[$0].shape } }

    /// Index of the node of a named output.
    public func output(_ name: String) throws(GraphError) -> Int {
        guard let output = outputs.first(where: { $0.name == name }) else {
            throw .unknownName(name, known: outputs.map(\.name))
        }
        return output.node
    }

    /// Index of a named input.
    public func input(_ name: String) throws(GraphError) -> Int {
        guard let node = inputs.first(where: { nodes[$0].name == name }) else {
            throw .unknownName(name, known: inputs.map { nodes[$0].name })
        }
        return node
    }

    /// Indices of the nodes that the given nodes need, themselves included, in order: what a plan for some of the
    /// outputs has to run.
    public func ancestors(of roots: [Int]) -> [Int] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for root in roots { needed[root] = true }
        for index in nodes.indices.reversed() where needed[index] {
            for input in nodes[index].inputs { needed[input] = true }
        }
        return nodes.indices.filter { needed[$0] }
    }
}
