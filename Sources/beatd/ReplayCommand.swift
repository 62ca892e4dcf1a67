import Acquisition
import ArgumentParser

/// `beatd replay`.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replays a WFDB record as if it came in live.",
        discussion: """
            The record is named by its path without suffix: beatd replay mitdb/208. The same samples sent through a pipe or \
            socket give the same events.
            """)

    @Argument(help: ArgumentHelp("Path of the record, with or without .hea.", valueName: "record"))
    var record: String

    @Option(help: ArgumentHelp("Times real time, or max for as fast as it goes.", valueName: "n|max"))
    var speed: ReplaySpeed = .times(1)

    @Option(help: ArgumentHelp("Name of the stream. Default: the record's.", valueName: "name"))
    var stream: String?

    @OptionGroup(title: "Run options") var options: RunOptions

    func run() async throws {
        try await Daemon.run {
            var settings = Settings()
            try options.apply(to: &settings)
            let path = record.hasSuffix(".hea") ? String(record.dropLast(4)) : record
            settings.sources = [
                SourceSettings(
                    url: .wfdb(path: path, speed: speed), parameters: StreamParameters(stream: stream), overrun: .wait)
            ]
            return settings
        }
    }
}
