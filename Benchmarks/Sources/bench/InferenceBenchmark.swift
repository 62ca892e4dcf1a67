import Exchange
import Foundation
import Inference

/// Times compiled plans, one thread, and leaves each network as ONNX with inputs and outputs for the peers.
enum InferenceBenchmark {
    static let batches = [1, 32]

    static func run(folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for network in try Network.all() {
            let plan = try InferencePlan(network.graph, network.weights, maximumBatch: 32)
            let workspace = plan.makeWorkspace()
            for (index, port) in plan.inputs.enumerated() {
                guard let place = workspace.input(port.name) else { continue }
                for (k, value) in noise(place.count, seed: UInt64(index + 1)).enumerated() { place[k] = value }
            }
            let file = network.name.replacingOccurrences(of: " ", with: "_")
            try write(network, plan, workspace, to: folder + "/" + file)
            for batch in batches {
                let time = Clock.median { plan.run(batch: batch, workspace) }
                report([
                    ("what", "inference"), ("network", network.name), ("file", file), ("batch", batch),
                    ("ms", time / Double(batch) * 1e-6), ("parameters", network.graph.trainedCount),
                    ("mac", network.graph.multiplyAccumulates),
                ])
            }
        }
    }

    private static func write(
        _ network: Network, _ plan: InferencePlan, _ workspace: PlanWorkspace, to path: String
    ) throws {
        let bytes = try ONNXExporter.model(network.graph, network.weights, name: "network")
        try Data(bytes).write(to: URL(filePath: path + ".onnx"))
        plan.run(batch: 32, workspace)
        for port in plan.inputs {
            guard let place = workspace.input(port.name) else { continue }
            try Data(buffer: place).write(to: URL(filePath: path + "." + port.name + ".input"))
        }
        for port in plan.outputs {
            guard let place = workspace.output(port.name) else { continue }
            try Data(buffer: place).write(to: URL(filePath: path + "." + port.name + ".output"))
        }
    }
}
