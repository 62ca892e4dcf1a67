import Foundation
import Inference
import Testing

@testable import Exchange

/// Compares a compiled plan with ONNX Runtime on the exported graph.
struct ONNXRuntime {
    private struct Input: Codable {
        let shape: [Int]
        let file: String
    }

    /// The largest difference of each output, of the probabilities where it is logits; `fill` writes the inputs.
    static func differences(
        _ graph: Graph, _ weights: Weights, batch: Int, fill: (String, UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> [String: Float] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beatd-onnx-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let plan = try InferencePlan(graph, weights, maximumBatch: batch)
        let workspace = plan.makeWorkspace()
        var inputs: [String: Input] = [:]
        for port in plan.inputs {
            let place = try #require(workspace.input(port.name))
            try fill(port.name, place)
            let file = folder.appending(path: port.name + ".f32")
            try Data(buffer: place).write(to: file)
            inputs[port.name] = Input(shape: [batch] + port.shape.dimensions, file: file.path)
        }
        plan.run(batch: batch, workspace)
        let model = folder.appending(path: "model.onnx")
        try Data(ONNXExporter.model(graph, weights, name: "compared")).write(to: model)
        let description = folder.appending(path: "inputs.json")
        try JSONEncoder().encode(inputs).write(to: description)
        let theirs = try run(model, description)
        var differences: [String: Float] = [:]
        for port in plan.outputs {
            let expected = try #require(theirs[port.name])
            let output = try #require(workspace.output(port.name))
            #expect(expected.count == output.count)
            let width = port.name == "logits" ? port.shape.channels : nil
            let pairs = zip(probabilities(Array(output), width), probabilities(expected, width))
            differences[port.name] = pairs.map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 }
        }
        return differences
    }

    private static func probabilities(_ values: [Float], _ width: Int?) -> [Float] {
        guard let width else { return values }
        return stride(from: 0, to: values.count, by: width).flatMap { start in
            let row = values[start..<start + width].map { exp($0) }
            return row.map { $0 / row.reduce(0, +) }
        }
    }

    private static func run(_ model: URL, _ inputs: URL) throws -> [String: [Float]] {
        try JSONDecoder().decode(
            [String: [Float]].self, from: Python.run("check_onnx.py", model.path, inputs.path))
    }
}
