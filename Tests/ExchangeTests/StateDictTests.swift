import Foundation
import Inference
import Testing

/// State dicts that PyTorch wrote, run here: weights load by their names.
///
/// The small ones are Reference/make_state_dict.py's; those of full size it makes when BEATD_PYTHON names a Python with torch.
@Suite struct StateDictTests {
    private static let smallSignal = InceptionTime(depth: 3, filters: 4, kernels: [9, 5, 3], bottleneck: 4)
    private static let smallVision = EfficientNet(
        stem: 8,
        stages: [
            .init(expansion: 1, kernel: 3, stride: 1, channels: 8, repeats: 1),
            .init(expansion: 3, kernel: 5, stride: 2, channels: 12, repeats: 2),
        ], top: 16)

    @Test func logits_ofSmallNetworks_areThoseOfPyTorch() throws {
        try compare(Python.scripts, "signal") { try Self.smallSignal.encode($1, name: "signal", into: &$0) }
        try compare(Python.scripts, "vision") { try Self.smallVision.encode($1, name: "vision", into: &$0) }
    }

    @Test(.enabled(if: Python.path != nil, Python.reason))
    func logits_ofFullNetworks_areThoseOfPyTorch() throws {
        try Python.withFolder { folder in
            _ = try Python.run("make_state_dict.py", folder.path)
            try compare(folder, "signal") { try InceptionTime.base.encode($1, name: "signal", into: &$0) }
            try compare(folder, "vision") { try EfficientNet.b0.encode($1, name: "vision", into: &$0) }
        }
    }

    private func compare(
        _ folder: URL, _ name: String,
        _ encode: (inout GraphBuilder, GraphBuilder.Value) throws -> GraphBuilder.Value
    ) throws {
        let file = try Safetensors(contentsOf: folder.appending(path: name + ".safetensors"))
        let input = try #require(file.tensors["input"])
        let expected = try #require(file.tensors["logits"]).values
        var builder = GraphBuilder()
        let x = try builder.input("x", Shape(Array(input.shape.dropFirst())))
        try builder.output("logits", builder.add("head", Linear(5), encode(&builder, x)))
        let graph = try builder.build()
        let known = Set(graph.parameters.map(\.name)).union(["input", "logits"])
        #expect(file.tensors.keys.allSatisfy { known.contains($0) || $0.hasSuffix("num_batches_tracked") })

        let plan = try InferencePlan(graph, Weights(graph: graph, tensors: file.tensors), maximumBatch: input.shape[0])
        let workspace = plan.makeWorkspace()
        let place = try #require(workspace.input("x"))
        for (index, value) in input.values.enumerated() { place[index] = value }
        plan.run(batch: input.shape[0], workspace)
        let logits = Array(try #require(workspace.output("logits")))
        #expect(logits.count == expected.count)
        let difference = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
        let size = expected.map(abs).max() ?? 0
        #expect(difference < 1e-5 * max(1, size), "\(name): \(difference) of \(size)")
        print("\(name): logits up to \(size), largest difference to PyTorch \(difference)")
    }
}
