import ArgumentParser
import Foundation
import Inference
import Training

/// Fuses experts that were trained apart.
struct FuseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuse", abstract: "Put experts that were trained apart into one model file.",
        discussion: "The weights of the votes are those that do best on the validation records of the configuration.")

    @Option(help: "YAML file of the training that says which records are for validation.")
    var config: String?
    @Option(help: "Model file to write.")
    var output: String
    @OptionGroup var data: DataOption
    @Option(name: .customLong("set"), help: "A setting that goes before the file's: key=value.")
    var overrides: [String] = []
    @Argument(help: "Model files of experts.")
    var models: [String]

    func run() async throws {
        let configuration = try TrainingConfiguration(file: config, overrides: overrides)
        let (_, validation) = try await EnsembleTraining.datasets(configuration, data.set)
        let parts = try models.map { try BeatModel(path: $0) }
        var fused = try Fusion(validation: validation, threads: configuration.threads, report: tell).fuse(parts)
        let origins = parts.map(\.origin.command).joined(separator: "; ")
        fused.origin.command = origins + "; beatlab fuse " + models.joined(separator: " ")
        fused.origin.configuration = parts.map(\.origin.configuration).joined(separator: "---\n")
        try fused.write(to: URL(filePath: output))
        print("\(output) \(fused.origin.scores)")
    }
}
