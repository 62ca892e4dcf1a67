/// Why a graph cannot be compiled for inference.
public enum PlanError: Error, Equatable, CustomStringConvertible {
    /// The plan has no code for a layer.
    case unsupported(node: String, kind: String)
    /// A tree asks for a feature that does not exist.
    case features(node: String, width: Int)
    /// A setting of the plan is out of its range.
    case batch(Int)
    /// A named output does not exist, or the weights are of another graph.
    case graph(GraphError)

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .unsupported(let node, let kind):
            "node '\(node)': \(kind) has no inference code; leave it out of the outputs that the plan computes"
        case .features(let node, let width):
            "node '\(node)': its weights name a feature that is none of 0 to \(width - 1); the file is damaged"
        case .batch(let batch): "a plan's largest batch is 1 to 4096, not \(batch)"
        case .graph(let error): error.description
        }
    }
}
