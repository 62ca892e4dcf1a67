import Foundation
import Inference
import Testing

@testable import Exchange

/// Needs a Python with onnx and onnxruntime, named by BEATD_PYTHON.
private let python = ProcessInfo.processInfo.environment["BEATD_PYTHON"]

@Suite(.enabled(if: python != nil, "BEATD_PYTHON names no Python with onnxruntime"))
struct ONNXRuntimeTests {
    private struct Array: Codable {
        let shape: [Int]
        let values: [Float]
    }

    @Test(arguments: ["dual-tiny", "dual-base", "inception-large", "efficientnet-b1"])
    func model_ofEveryExpert_givesTheSameProbabilities(name: String) throws {
        let entry = try #require(ModelRegistry.entry(named: name))
        let model = try BeatModel(untrained: entry)
        for (member, tensors) in zip(model.ensemble.experts, model.weights) {
            let graph = try member.expert.streamingGraph(window: model.window)
            try compare(graph, Weights(graph: graph, tensors: tensors), named: name + "-" + member.name)
        }
    }

    @Test func model_everyLayer_givesTheSameValues() throws {
        let (graph, weights) = try LayerZoo.make()
        try compare(graph, weights, named: "layers")
    }

    private func compare(_ graph: Graph, _ weights: Weights, named name: String) throws {
        let batch = 3
        let plan = try InferencePlan(graph, weights, maximumBatch: batch)
        let workspace = plan.makeWorkspace()
        var inputs: [String: Array] = [:]
        for (index, port) in plan.inputs.enumerated() {
            let values = LayerZoo.values(batch * port.shape.count, seed: UInt64(index + 1))
            let place = try #require(workspace.input(port.name))
            for (k, value) in values.enumerated() { place[k] = value }
            inputs[port.name] = Array(shape: [batch] + port.shape.dimensions, values: values)
        }
        plan.run(batch: batch, workspace)
        let theirs = try runtime(ONNXExporter.model(graph, weights, name: name), inputs, name)
        for port in plan.outputs {
            let expected = try #require(theirs[port.name])
            let output = try #require(workspace.output(port.name))
            let ours = (0..<expected.count).map { output[$0] }
            let width = port.shape.channels
            let (a, b) = port.name == "logits" ? (softmax(ours, width), softmax(expected, width)) : (ours, expected)
            let difference = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference < 1e-4, "\(name): \(port.name)")
        }
    }

    private func softmax(_ values: [Float], _ width: Int) -> [Float] {
        stride(from: 0, to: values.count, by: width).flatMap { start in
            let row = values[start..<start + width].map { exp($0) }
            return row.map { $0 / row.reduce(0, +) }
        }
    }

    private func runtime(_ model: [UInt8], _ inputs: [String: Array], _ name: String) throws -> [String: [Float]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beatd-\(name)-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (modelFile, inputFile) = (folder.appending(path: "m.onnx"), folder.appending(path: "i.json"))
        try Data(model).write(to: modelFile)
        try JSONEncoder().encode(inputs).write(to: inputFile)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_onnx.py")
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [script.path, modelFile.path, inputFile.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONDecoder().decode([String: [Float]].self, from: data)
    }
}
