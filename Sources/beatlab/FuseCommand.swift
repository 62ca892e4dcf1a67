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
            the others all others. A second row of weights may say whose word counts \
            on S against N, where shape says little; and on V against both, what was said of the patient's earlier beats of \
            the same shape may count with a share.
            """)

    @Option(help: "YAML file of the training that says which records are for validation.")
    var config: String?
    @Option(help: "Weights instead of a search, such as 0.2,0.4,0.8.", transform: Self.numbers)
    var weights: [Float] = []
    @Option(
        help: "Weights in the odds of S to N; those of --weights without it.", transform: Self.numbers)
    var atrialWeights: [Float] = []
    @Option(
        help: """
            Weight of the verdicts on earlier beats of the same shape in the odds of V, 0 to 1. Above 0 fusion beats (F) are \
            told by mixtures of these shapes.
            """)
    var familyShare: Float = 0
    @Option(
        help: """
            Bits of a number in the file: 16, or 8 for matrices and the leaves of trees, where a small file is worth a little \
            rounding.
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
        if weights.isEmpty { validation = try await EnsembleTraining.datasets(configuration, data.set).validation }
        let fusion = Fusion(validation: validation, threads: configuration.threads, report: tell)
        var fused = try fusion.fuse(parts)
        if !weights.isEmpty {
            fused.ensemble.fusion = try Fusion.given(
                weights, atrial: atrialWeights, familyShare: familyShare, for: fused.ensemble.experts)
            fused.origin.scores = [:]
        }
        let origins = parts.map(\.origin.command).joined(separator: "; ")
        let chosen = Self.options(weights, atrialWeights, familyShare) + (bits == 16 ? "" : " --bits \(bits)")
        fused.origin.command = origins + "; beatlab fuse" + chosen + " " + models.joined(separator: " ")
        fused.origin.configuration = parts.map(\.origin.configuration).joined(separator: "---\n")
        try fused.write(to: URL(filePath: output), format: bits == 8 ? .quarter : .half)
        print("\(output) \(fused.origin.scores)")
    }

    func validate() throws {
        guard [8, 16].contains(bits) else { throw ValidationError("--bits is 8 or 16") }
        try Self.validate(weights, atrialWeights, familyShare)
    }

    /// Refuses what goes with weights where there are none.
    static func validate(_ weights: [Float], _ atrialWeights: [Float], _ familyShare: Float) throws {
        guard (0...1).contains(familyShare) else {
            throw ValidationError("--family-share is a number from 0 to 1")
        }
        guard !weights.isEmpty || (atrialWeights.isEmpty && familyShare == 0) else {
            throw ValidationError("--atrial-weights and --family-share go with --weights")
        }
    }

    /// The options that give these weights, each after a space.
    static func options(_ weights: [Float], _ atrialWeights: [Float], _ familyShare: Float) -> String {
        [("--weights", weights), ("--atrial-weights", atrialWeights)].filter { !$0.1.isEmpty }
            .map { name, values in " \(name) " + values.map { "\($0)" }.joined(separator: ",") }.joined()
            + (familyShare > 0 ? " --family-share \(familyShare)" : "")
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
