import ArgumentParser
import Foundation
import Inference
import Training

/// Fuses experts that were trained apart.
struct FuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuse", abstract: "Put experts that were trained apart into one model file.",
        discussion: """
            The weights of the votes are those that do best on the validation records of the configuration, or those that \
            are given: one for each of signal, vision, timing and trees among the models, in the order in which they \
            are named. Several models of one kind (seeds) share its weight.
            """)

    @Option(help: "YAML file of the training that says which records are for validation.")
    var config: String?
    @Option(help: "Weights instead of a search, such as 0.2,0.4,0.8.", transform: Self.numbers)
    var weights: [Float] = []
    @Option(help: "Model file to write.")
    var output: String
    @OptionGroup var data: DataOption
    @Option(name: .customLong("set"), help: "A setting that goes before the file's: key=value.")
    var overrides: [String] = []
    @Argument(help: "Model files of experts.")
    var models: [String]

    func run() async throws {
        let configuration = try TrainingConfiguration(file: config, overrides: overrides)
        let parts = try models.map { try BeatModel(path: $0) }
        var validation = BeatDataset(records: [])
        if weights.isEmpty { validation = try await EnsembleTraining.datasets(configuration, data.set).validation }
        let fusion = Fusion(validation: validation, threads: configuration.threads, report: tell)
        var fused = try fusion.fuse(parts)
        if !weights.isEmpty {
            guard let shared = Fusion.weights(weights, of: fused.ensemble.experts.map(\.name)) else {
                throw ValidationError("--weights needs one number for each kind of expert among the models")
            }
            fused.ensemble.fusion.weights = shared
            fused.origin.scores = [:]
        }
        let origins = parts.map(\.origin.command).joined(separator: "; ")
        let chosen =
            weights.isEmpty ? "" : "--weights " + weights.map { "\($0)" }.joined(separator: ",") + " "
        fused.origin.command = origins + "; beatlab fuse " + chosen + models.joined(separator: " ")
        fused.origin.configuration = parts.map(\.origin.configuration).joined(separator: "---\n")
        try fused.write(to: URL(filePath: output))
        print("\(output) \(fused.origin.scores)")
    }

    static func numbers(_ text: String) throws -> [Float] {
        try text.split(separator: ",").map { part in
            guard let number = Float(part), number >= 0, number.isFinite else {
                throw ValidationError("'\(part)' is no weight: numbers from 0, with commas between")
            }
            return number
        }
    }
}
