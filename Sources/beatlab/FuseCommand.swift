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
            are named. Several models of one kind (seeds) share its weight. Experts that learned from single leads (leads=1) are \
            kinds of their own, single-lead-signal and so on: they judge the beats of which one lead gives signal, and \
            the others all others. A second row of weights may say whose word counts on S against N, where shape says \
            little, and experts may be sceptics, who are heard on it only while S is rare in the patient; on V against both, \
            what was said of the patient's earlier beats of the same shape may count with a share, and thresholds of the \
            patient's own may stand in both.
            """)

    @Option(help: "YAML file of the training that says which records are for validation.")
    var config: String?
    @OptionGroup var fusion: FusionOptions
    @Option(
        help: """
            Bits of a number in the file: 16, or 8 for matrices and the leaves of trees, which then hold the odds of S and V \
            to N alone, where a small file is worth a little rounding.
            """)
    var bits = 16
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
        if fusion.given == nil { validation = try await EnsembleTraining.datasets(configuration, data.set).validation }
        var fused = try Fusion(validation: validation, threads: configuration.threads, report: tell).fuse(parts)
        if let given = fusion.given {
            fused.ensemble.fusion = try given.fusion(of: fused.ensemble.experts)
            fused.origin.scores = [:]
        }
        let origins = parts.map(\.origin.command).joined(separator: "; ")
        let chosen = fusion.text + (bits == 16 ? "" : " --bits \(bits)")
        fused.origin.command = origins + "; beatlab fuse" + chosen + " " + models.joined(separator: " ")
        fused.origin.configuration = parts.map(\.origin.configuration).joined(separator: "---\n")
        if bits == 8 { fused = fused.withLeafOdds() }
        try fused.write(to: URL(filePath: output), format: bits == 8 ? .quarter : .half)
        print("\(output) \(fused.origin.scores)")
    }

    func validate() throws {
        guard [8, 16].contains(bits) else { throw ValidationError("--bits is 8 or 16") }
    }
}
