/// Why a graph could not be built, or a set of weights does not fit it.
public enum GraphError: Error, Equatable, CustomStringConvertible {
    /// A layer got another number of inputs than it takes.
    case inputCount(node: String, expected: String, found: Int)
    /// A layer cannot work on a shape.
    case shape(node: String, found: [Shape], reason: String)
    /// A layer's setting is outside its range.
    case setting(node: String, name: String, value: String, allowed: String)
    /// Two nodes, two outputs or two parameters have one name.
    case duplicateName(String)
    /// A value belongs to another builder.
    case foreignValue(node: String)
    /// A name that the graph does not have.
    case unknownName(String, known: [String])
    /// A graph without an output.
    case noOutput
    /// Weights lack a parameter.
    case missingParameter(String)
    /// Weights have a tensor of that name with another shape.
    case parameterShape(name: String, expected: [Int], found: [Int])

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .inputCount(let node, let expected, let found):
            "node '\(node)' takes \(expected) inputs, got \(found)"
        case .shape(let node, let found, let reason):
            "node '\(node)' cannot work on \(found.map(\.description).joined(separator: ", ")): \(reason)"
        case .setting(let node, let name, let value, let allowed):
            "node '\(node)': \(name) is \(value), allowed is \(allowed)"
        case .duplicateName(let name): "two nodes, outputs or parameters are named '\(name)': rename one"
        case .foreignValue(let node): "node '\(node)' uses a value of another graph: make both with one builder"
        case .unknownName(let name, let known):
            "the graph has no '\(name)', it has: \(known.sorted().joined(separator: ", "))"
        case .noOutput: "the graph has no output: name one with GraphBuilder.output"
        case .missingParameter(let name):
            "the weights have no tensor '\(name)': they belong to another architecture or the file is incomplete"
        case .parameterShape(let name, let expected, let found):
            "tensor '\(name)' has shape \(found), the graph needs \(expected): the weights are of another size"
        }
    }
}
