/// Why a graph cannot be written as ONNX.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    /// No ONNX operators stand for a layer.
    case unsupported(node: String, kind: String)
    /// A named output does not exist.
    case unknownOutput(String, known: [String])
    /// The message could not be encoded.
    case encoding(String)

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .unsupported(let node, let kind):
            "node '\(node)': \(kind) has no form in ONNX; export outputs that do not need it"
        case .unknownOutput(let name, let known):
            "the graph has no output '\(name)', it has: \(known.joined(separator: ", "))"
        case .encoding(let reason): "the ONNX model could not be encoded: \(reason)"
        }
    }
}
