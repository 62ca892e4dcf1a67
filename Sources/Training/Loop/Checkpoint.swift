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

    /// Where the checkpoint of an expert is.
    static func url(of expert: String, _ configuration: TrainingConfiguration) -> URL {
        URL(filePath: configuration.output).appending(path: "\(expert).checkpoint.safetensors")
    }

    /// Refuses a configuration with which a run that has begun cannot go on, and one whose expert would take the place of
    /// another configuration's: trees have no checkpoint.
    static func requireConfiguration(_ configuration: TrainingConfiguration, of expert: String) throws {
        let url = url(of: expert, configuration)
        if FileManager.default.fileExists(atPath: url.path) {
            try requireConfiguration(configuration, of: Safetensors(contentsOf: url), url)
        }
        let model = URL(filePath: configuration.output).appending(path: expert + ".safetensors")
        if FileManager.default.fileExists(atPath: model.path) {
            do {
                try requireConfiguration(configuration, is: BeatModel(path: model.path).origin.configuration, model)
            } catch let error as BeatModelError {
                throw TrainingError.checkpoint(file: model.path, reason: "\(error); name another output or remove it")
            }
        }
    }

    private static func requireConfiguration(
        _ configuration: TrainingConfiguration, of file: Safetensors, _ url: URL
    ) throws(TrainingError) {
        try requireConfiguration(configuration, is: file.metadata["configuration"], url)
    }

    private static func requireConfiguration(
        _ configuration: TrainingConfiguration, is found: String?, _ url: URL
    ) throws(TrainingError) {
        guard found == configuration.yaml else {
            throw .checkpoint(
                file: url.path, reason: "was made with another configuration; name another output or remove it")
        }
    }

    func write(to url: URL) throws {
        var tensors: [String: Tensor] = [:]
        for (name, tensor) in weights.tensors { tensors["weights/" + name] = tensor }
        for (name, tensor) in best.tensors { tensors["best/" + name] = tensor }
        for (name, tensor) in optimizer.state { tensors[name] = tensor }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(progress), as: UTF8.self)
        try Safetensors(tensors: tensors, metadata: ["progress": text, "configuration": configuration])
            .write(to: url)
    }

    /// Reads a checkpoint of the same network and configuration.
    init(url: URL, graph: Graph, optimizer: AdamW, configuration: TrainingConfiguration) throws {
        let file = try Safetensors(contentsOf: url)
        try Self.requireConfiguration(configuration, of: file, url)
        func part(_ prefix: String) -> [String: Tensor] {
            let own = file.tensors.filter { $0.key.hasPrefix(prefix) }
            return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        }
        do {
            weights = try Weights(graph: graph, tensors: part("weights/"))
            best = try Weights(graph: graph, tensors: part("best/"))
            self.optimizer = optimizer
            try self.optimizer.restore(file.tensors)
        } catch {
            throw TrainingError.checkpoint(file: url.path, reason: "\(error)")
        }
        guard let text = file.metadata["progress"],
            let progress = try? JSONDecoder().decode(Progress.self, from: Data(text.utf8)),
            progress.isSound(epochs: configuration.epochs, steps: self.optimizer.steps)
        else { throw TrainingError.checkpoint(file: url.path, reason: "has no progress of such a run; remove it") }
        self.progress = progress
        self.configuration = configuration.yaml
    }

    init(progress: Progress, weights: Weights, best: Weights, optimizer: AdamW, configuration: String) {
        self.progress = progress
        self.weights = weights
        self.best = best
        self.optimizer = optimizer
        self.configuration = configuration
    }
}

extension Checkpoint.Progress {
    /// Whether a run of so many epochs can have come here with so many steps of the optimiser, which keeps them as a float.
    func isSound(epochs: Int, steps: Int) -> Bool {
        (0...epochs).contains(epoch) && (0...epoch).contains(bestEpoch) && (best == nil) == (bestEpoch == 0)
            && best?.isSound != false && Float(step) == Float(steps)
    }
}
