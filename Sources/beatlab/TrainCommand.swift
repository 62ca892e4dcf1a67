import ArgumentParser
import Inference
import Training

/// Trains the experts of an architecture and fuses them.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train an expert or the ensemble on named records.",
        discussion: """
            Progress goes to stderr. The output folder holds the resolved configuration, a checkpoint and a model file \
            per expert, and model.safetensors with all of them; a run that was interrupted goes on when it is started \
            again with the same configuration, and one whose checkpoints are of another configuration is refused and changes \
            nothing. Example:

              beatlab train --config configs/default.yaml epochs=4 optimizer.learning_rate=1e-3 output=runs/trial

            Every setting that there is, with its default, stands in OUTPUT/configuration.yaml; what each does is in \
            docs/TRAINING.md.

            leads=1 trains experts on single leads, which see every lead of a record alone. Fused with experts on both (see fuse) they \
            judge the beats of which one lead gives signal.

            precision=bfloat16 rounds the factors of the networks' products to bfloat16, which is faster where the CPU has \
            AVX512-BF16 and refused elsewhere; float32 is the default.
            """)

    @Option(help: "YAML file with settings; unknown keys are refused.")
    var config: String?
    @OptionGroup var data: DataOption
    @Argument(help: "Settings that go before the file's: key=value.")
    var overrides: [String] = []

    func run() async throws {
        let configuration = try TrainingConfiguration(file: config, overrides: overrides)
        let command =
            "beatlab train" + (config.map { " --config " + $0 } ?? "") + overrides.map { " " + $0 }.joined()
        let training = EnsembleTraining(
            configuration: configuration, set: data.set, command: command, report: tell)
        let model = try await training.run()
        print("\(configuration.output)/model.safetensors \(model.origin.scores)")
    }
}
