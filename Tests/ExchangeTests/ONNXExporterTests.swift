import Foundation
import Inference
import SwiftProtobuf
import Testing

@testable import Exchange

@Suite struct ONNXExporterTests {
    @Test func model_everyLayer_isAWellFormedGraph() throws {
        let (graph, weights) = try LayerZoo.make()
        let model = try Onnx_ModelProto(
            serializedBytes: ONNXExporter.model(graph, weights, name: "zoo", metadata: ["b": "2", "a": "1"]))
        #expect(model.irVersion == 8)
        #expect(model.opsetImport.map(\.version) == [17])
        #expect(model.metadataProps.map(\.key) == ["a", "b"])
        #expect(model.graph.input.map(\.name) == ["beats", "state", "picture"])
        #expect(model.graph.output.map(\.name) == graph.outputs.map(\.name))
        var known = Set(model.graph.input.map(\.name) + model.graph.initializer.map(\.name) + [""])
        #expect(known.count == model.graph.input.count + model.graph.initializer.count + 1, "a name is used twice")
        for node in model.graph.node {
            #expect(known.isSuperset(of: node.input), "\(node.name) reads what is not there yet")
            #expect(node.output.allSatisfy { known.insert($0).inserted }, "\(node.name) writes what is there")
        }
        #expect(known.isSuperset(of: model.graph.output.map(\.name)))
    }

    @Test func model_weights_areThoseOfTheFile() throws {
        let (graph, weights) = try LayerZoo.make()
        let model = try Onnx_ModelProto(serializedBytes: ONNXExporter.model(graph, weights, name: "zoo"))
        let own = Dictionary(weights.tensors.map { ($0.name, $0.tensor) }) { first, _ in first }
        let conv = try #require(model.graph.initializer.first { $0.name == "conv.weight" })
        #expect(conv.dims == [8, 2, 5])
        let values = conv.rawData.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(values == own["conv.weight"]?.values)
    }

    @Test func model_oneOutput_holdsOnlyWhatItNeeds() throws {
        let (graph, weights) = try LayerZoo.make()
        let model = try Onnx_ModelProto(
            serializedBytes: ONNXExporter.model(graph, weights, outputs: ["statistics"], name: "zoo"))
        #expect(model.graph.input.map(\.name) == ["picture"])
        #expect(!model.graph.node.contains { $0.opType == "GRU" })
    }

    @Test func model_unknownOutput_saysWhichThereAre() throws {
        let (graph, weights) = try LayerZoo.make()
        #expect(throws: ONNXError.unknownOutput("nothing", known: graph.outputs.map(\.name))) {
            try ONNXExporter.model(graph, weights, outputs: ["nothing"], name: "zoo")
        }
    }

    @Test func model_lossOfTraining_isRefused() throws {
        var builder = GraphBuilder()
        let (x, labels) = (try builder.input("x", [5]), try builder.input("labels", [1]))
        try builder.output("loss", builder.add("loss", SoftmaxCrossEntropy(), x, labels))
        let graph = try builder.build()
        #expect(throws: ONNXError.unsupported(node: "loss", kind: "SoftmaxCrossEntropy")) {
            try ONNXExporter.model(graph, Weights(graph: graph, seed: 0), name: "loss")
        }
    }
}
