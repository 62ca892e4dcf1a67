import ArgumentParser

/// The workshop beside the daemon: data, training, evaluation, made of the daemon's own stages.
@main
struct Beatlab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "beatlab",
        abstract: "Train, evaluate and prepare data for beatd.",
        discussion:
            """
            Records are named by their path without suffix, as in mitdb/100. Results go to stdout, progress to stderr. A file \
            appears when it is complete; links are followed, devices and pipes written into.

            Exit codes: 0 done, 64 wrong usage, 65 a file that makes no sense, 66 a file is missing, 69 something the command \
            needs is not there, 73 output finds no room or may not be written.
            """,
        version: "0.1.0",
        subcommands: [
            CardCommand.self,
            ClassifyCommand.self,
            ConvertCommand.self,
            CrossValidateCommand.self,
            DetectCommand.self,
            EvaluateCommand.self,
            ExplainCommand.self,
            ExportCommand.self,
            FitDetectorCommand.self,
            FitPacingCommand.self,
            FuseCommand.self,
            ImportCommand.self,
            InspectCommand.self,
            ModelsCommand.self,
            ScoreCommand.self,
            StressCommand.self,
            SynthesizeCommand.self,
            TrainCommand.self,
        ])

    /// Runs a command; what goes wrong ends with a code of `ExitStatus`.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try StandardOutput.finish()
        } catch {
            exit(withError: ExitStatus.ending(for: error))
        }
    }
}
