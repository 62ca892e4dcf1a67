internal import Foundation
public import Inference
internal import SwiftProtobuf

/// Writes graphs as models of the Open Neural Network Exchange.
///
///     let bytes = try ONNXExporter.model(graph, weights, name: "inception-base")
///
/// IR version 8, operator set 17: what ONNX Runtime has read since 1.12. Inputs and outputs have the graph's names and
/// layouts (channels last, the batch first and free); inside, ONNX wants channels first, and values are transposed where
/// the two meet. Batch norms are written as they are: runtimes fold them.
public struct ONNXExporter {
    /// How a value's axes lie.
    enum Layout {
        /// As in the engine: (batch, …, channels).
        case last
        /// As ONNX's convolutions want it: (batch, channels, …).
        case first
    }

    let graph: Graph
    let tensors: [String: Tensor]
    var message = Onnx_GraphProto()
    /// Names of the tensors that hold a node's value.
    var names: [Int: [Layout: String]] = [:]
    private var constants = 0

    /// The bytes of a model that computes the named outputs; all outputs when none are named.
    ///
    /// - Parameters:
    ///   - name: of the graph in the file.
    ///   - metadata: kept in the file beside the graph.
    public static func model(
        _ graph: Graph, _ weights: Weights, outputs: [String]? = nil, name: String, metadata: [String: String] = [:]
    ) throws(ONNXError) -> [UInt8] {
        var exporter = ONNXExporter(graph, weights)
        exporter.message.name = name
        try exporter.write(outputs ?? graph.outputs.map(\.name))
        var model = Onnx_ModelProto()
        model.irVersion = 8
        model.producerName = "beatlab"
        model.graph = exporter.message
        var operators = Onnx_OperatorSetIdProto()
        operators.version = 17
        model.opsetImport = [operators]
        model.metadataProps = metadata.sorted { $0.key < $1.key }.map { key, value in
            var entry = Onnx_StringStringEntryProto()
            entry.key = key
            entry.value = value
            return entry
        }
        do { return try model.serializedBytes() } catch { throw .encoding("\(error)") }
    }

    private init(_ graph: Graph, _ weights: Weights) {
        self.graph = graph
        tensors = Dictionary(weights.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
    }

    private mutating func write(_ outputs: [String]) throws(ONNXError) {
        var roots: [Int] = []
        for name in outputs {
            guard let output = graph.outputs.first(where: { $0.name == name }) else {
                throw .unknownOutput(name, known: graph.outputs.map(\.name))
            }
            roots.append(output.node)
        }
        for index in graph.ancestors(of: roots) { try add(index) }
        for (name, root) in zip(outputs, roots) {
            // An output's name is the caller's to choose: the value gets it by one more node.
            emit("Identity", [value(root)], to: name)
            message.output.append(port(name, graph.nodes[root]))
        }
    }

    func port(_ name: String, _ node: Graph.Node) -> Onnx_ValueInfoProto {
        var shape = Onnx_TensorShapeProto()
        var batch = Onnx_TensorShapeProto.Dimension()
        batch.dimParam = node.repeats == 1 ? "batch" : "batch_times_\(node.repeats)"
        shape.dim = [batch]
        for extent in node.shape.dimensions {
            var dimension = Onnx_TensorShapeProto.Dimension()
            dimension.dimValue = Int64(extent)
            shape.dim.append(dimension)
        }
        var info = Onnx_ValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = 1
        info.type.tensorType.shape = shape
        return info
    }

    // MARK: - Values

    /// The tensor of a node's value in a layout, transposed if it only exists in the other.
    mutating func value(_ node: Int, _ layout: Layout = .last) -> String {
        if let name = names[node]?[layout] { return name }
        let rank = graph.nodes[node].shape.rank
        guard let other = names[node]?.values.first, rank > 1 else { return names[node]?.values.first ?? "" }
        let order = layout == .first ? [0, rank] + Array(1..<rank) : [0] + Array(2...rank) + [1]
        let name = graph.nodes[node].name + (layout == .first ? ":first" : ":last")
        emit("Transpose", [other], to: name, [ints("perm", order)])
        names[node, default: [:]][layout] = name
        return name
    }

    /// The layout that a node's value has without a transposition.
    func layout(of node: Int) -> Layout { names[node]?[.last] == nil ? .first : .last }

    /// Declares what holds a node's value.
    mutating func define(_ node: Int, _ layout: Layout, _ name: String) { names[node, default: [:]][layout] = name }

    /// The axis of the channels.
    func channelAxis(_ node: Int, _ layout: Layout) -> Int { layout == .first ? 1 : graph.nodes[node].shape.rank }

    /// All axes but the batch's and the channels'.
    func positionAxes(_ node: Int, _ layout: Layout) -> [Int] {
        let rank = graph.nodes[node].shape.rank
        return Array(layout == .first ? 2..<rank + 1 : 1..<rank)
    }

    // MARK: - Nodes, attributes, constants

    /// Adds an operator; returns the name of its result.
    @discardableResult
    mutating func emit(
        _ kind: String, _ inputs: [String], to output: String, _ attributes: [Onnx_AttributeProto] = []
    ) -> String {
        var node = Onnx_NodeProto()
        node.opType = kind
        node.name = output
        node.input = inputs
        node.output = [output]
        node.attribute = attributes
        message.node.append(node)
        return output
    }

    func ints(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.ints = values.map(Int64.init)
        attribute.type = .ints
        return attribute
    }

    func int(_ name: String, _ value: Int) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.i = Int64(value)
        attribute.type = .int
        return attribute
    }

    func float(_ name: String, _ value: Float) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.f = value
        attribute.type = .float
        return attribute
    }

    /// A constant of whole numbers, for shapes and axes.
    mutating func constant(_ values: [Int]) -> String {
        constants += 1
        var tensor = Onnx_TensorProto()
        tensor.name = "constant\(constants)"
        tensor.dims = [Int64(values.count)]
        tensor.dataType = 7
        tensor.rawData = values.reduce(into: Data()) { data, value in
            withUnsafeBytes(of: Int64(value).littleEndian) { data.append(contentsOf: $0) }
        }
        message.initializer.append(tensor)
        return tensor.name
    }

    /// A constant of numbers.
    mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
        var tensor = Onnx_TensorProto()
        tensor.name = name
        tensor.dims = shape.map(Int64.init)
        tensor.dataType = 1
        tensor.rawData = values.reduce(into: Data(capacity: 4 * values.count)) { data, value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        message.initializer.append(tensor)
        return tensor.name
    }

    /// A parameter of a node, as it stands in model files.
    mutating func parameter(_ node: Graph.Node, _ name: String) -> String {
        let full = node.name + "." + name
        guard let tensor = tensors[full] else { return "" }
        return constant(full, tensor.shape, tensor.values)
    }
}
