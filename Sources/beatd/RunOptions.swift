import Acquisition
import ArgumentParser
import Foundation
import Logging
import Publication
import Session

/// Flags that `run` and `replay` have in common.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Model file.", discussion: "Default: BEATD_MODEL, or the model that came with beatd.", valueName: "path"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Which judgement of a beat becomes an event: provisional (its window is full), final (the next R peak is known "
                + "or 1.5 s have passed), or both. Default: final.", valueName: "stage"))
    var emit: SessionConfiguration.Emission?

    @Option(help: ArgumentHelp("Seconds of signal between status events; 0 for none. Default: 60.", valueName: "s"))
    var statusInterval: Double?

    @Option(help: ArgumentHelp("Worker threads. Default: one per core.", valueName: "n"))
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Time of every stream's first frame, like 2026-11-20T22:42:00Z. Default: what the record says, else now.",
            valueName: "time"))
    var startTime: Timestamp?

    @Flag(help: "Leave out latency_ms, so that two runs over the same samples print the same bytes.")
    var noLatency = false

    @Option(
        help: ArgumentHelp(
            "Where events go: -, file:PATH; may be repeated. Who reads too slowly is waited for, where the configuration "
                + "file does not say drop. Default: -.", valueName: "url"))
    var sink: [String] = []

    @Option(
        help: ArgumentHelp(
            "Least severe log lines on standard error. Default: notice.", valueName: "level"))
    var logLevel: Logger.Level?

    func validate() throws {
        if let statusInterval, !(0...86_400).contains(statusInterval) {
            throw ValidationError("--status-interval is 0 to 86400 seconds.")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is 1 to 1024.") }
        for text in sink { try asUsage { _ = try SinkURL(text) } }
    }

    /// Puts what was given over what the settings hold.
    func apply(to settings: inout Settings) throws {
        settings.model = model ?? settings.model
        settings.emission = emit ?? settings.emission
        settings.statusInterval = statusInterval ?? settings.statusInterval
        settings.threads = threads ?? settings.threads
        settings.start = startTime ?? settings.start
        settings.logLevel = logLevel ?? settings.logLevel
        if noLatency { settings.reportsLatency = false }
        if !sink.isEmpty { settings.sinks = try sink.map { SinkSettings(url: try SinkURL($0)) } }
        if settings.sinks.isEmpty { settings.sinks = [SinkSettings(url: .standardOutput)] }
    }
}

/// A value that cannot be used is a mistake on the command line, said with the usage.
func asUsage(_ body: () throws -> Void) throws {
    do { try body() } catch { throw ValidationError("\(error)") }
}
