import Foundation
import Inference

/// Everything a run needs to go on exactly where it was.
struct Checkpoint {
    /// Position and history of a run.
    struct Progress: Codable, Equatable {
        /// Epochs that are done.
        var epoch = 0
        /// Steps that are done.
        var step: UInt64 = 0
        /// Best validation score so far.
        var best: ValidationScore?
        /// Epoch of the best score.
        var bestEpoch = 0
    }

    var progress: Progress
    var weights: Weights
    var best: Weights
    var optimizer: AdamW
    /// The resolved configuration, as YAML.
    var configuration: String

    func write(to url: URL) throws {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in weights.tensors { tensors["weights/" + name] = tensor }
        for (name, tensor) in best.tensors { tensors["best/" + name] = tensor }
        for (name, tensor) in optimizer.state { tensors[name] = tensor }
        let text = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
        try Safetensors(tensors: tensors, metadata: ["progress": text, "configuration": configuration])
            .write(to: url)
    }

    /// Reads a checkpoint of the same network and configuration.
    init(url: URL, graph: Graph, optimizer: AdamW, configuration: String) throws {
        let file = try Safetensors(contentsOf: url)
        guard file.metadata["configuration"] == configuration else {
            throw TrainingError.checkpoint(
                file: url.path, reason: "was made with another configuration; name another output or remove it")
        }
        guard let text = file.metadata["progress"],
            let progress = try? JSONDecoder().decode(Progress.self, from: Data(text.utf8))
        else { throw TrainingError.checkpoint(file: url.path, reason: "has no progress") }
        func part(_ prefix: String) -> [String: Tensor] {
            let own = file.tensors.filter { $0.key.hasPrefix(prefix) }
            return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        }
        self.progress = progress
        weights = try Weights(graph: graph, tensors: part("weights/"))
        best = try Weights(graph: graph, tensors: part("best/"))
        self.optimizer = optimizer
        try self.optimizer.restore(file.tensors)
        self.configuration = configuration
    }

    init(progress: Progress, weights: Weights, best: Weights, optimizer: AdamW, configuration: String) {
        self.progress = progress
        self.weights = weights
        self.best = best
        self.optimizer = optimizer
        self.configuration = configuration
    }
}
