import ArgumentParser
import Foundation
import Inference

/// Takes weights that were trained elsewhere into a model file.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take experts' weights from safetensors into a model file.",
        discussion: """
            A file holds what PyTorch's state_dict() gives for the expert's network: parameters are found by their names \
            (docs/EXCHANGE.md); what the expert does not know is left out. `beatlab export --format safetensors` writes such files. \
            Experts that are not named keep the weights of --model.
            """)

    @Option(help: "A model file, or the name of an architecture.")
    var model: String

    @Option(name: .shortAndLong, help: "Model file to write, with 32-bit numbers.")
    var output: String

    @Argument(help: "EXPERT=FILE, such as signal=signal.safetensors.")
    var weights: [String]

    func run() throws {
        var model = try BeatModel(fileOrArchitecture: model)
        for argument in weights {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let names = model.ensemble.experts.map(\.name)
            guard parts.count == 2, let index = names.firstIndex(of: parts[0]) else {
                throw ValidationError(
                    "'\(argument)' is not EXPERT=FILE with an expert of the model: \(names.joined(separator: ", "))")
            }
            let graph = try model.ensemble.experts[index].expert.streamingGraph(window: model.window)
            let taken = try Weights(graph: graph, tensors: Safetensors(contentsOf: URL(filePath: parts[1])).tensors)
            model.weights[index] = Dictionary(uniqueKeysWithValues: taken.tensors.map { ($0.name, $0.tensor) })
            print("\(parts[0]): \(graph.parameters.count) parameters")
        }
        model.origin.scores = [:]
        model.origin.note = "weights of \(weights.joined(separator: " "))"
        try model.write(to: URL(filePath: output), format: .single)
    }
}

extension BeatModel {
    /// A model file, or an architecture with random weights.
    init(fileOrArchitecture name: String) throws {
        if let entry = ModelRegistry.entry(named: name) {
            try self.init(untrained: entry)
        } else {
            guard FileManager.default.fileExists(atPath: name) else {
                throw ValidationError("'\(name)' is neither a file nor an architecture: `beatlab models` lists those")
            }
            try self.init(path: name)
        }
    }
}
