import Acquisition
import ArgumentParser
import Foundation
import Inference
import Logging
import Publication
import ServiceLifecycle
import Session
import Synchronization
import UnixSignals
import Ward

/// Puts the parts together and runs them until they are done or told to stop.
enum Daemon {
    /// Runs, and ends the program with the exit code of what went wrong, if anything did.
    static func run(_ settings: () throws -> Settings) async throws {
        do {
            try await run(try settings())
        } catch {
            throw exit(for: error)
        }
    }

    /// Says what went wrong and with which code the program ends.
    static func exit(for error: any Error) -> ExitCode {
        if let code = error as? ExitCode { return code }
        FileHandle.standardError.write(Data("beatd: \(error)\n".utf8))
        return ExitStatus(error).code
    }

    private static func run(_ settings: Settings) async throws {
        // A reader that goes away is an error of `write`, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "beatd")
        logger.logLevel = settings.logLevel

        let model = try ModelFailure.loading(settings.model)
        let classifier = try BeatClassifier(model: model)
        let stop = StopRequest()
        let sinkFailure = Mutex<SinkError?>(nil)
        let sinks = try settings.sinks.map { sink in
            EventSink(descriptor: try sink.url.open(), policy: sink.policy) { [logger] code in
                // A closed pipe is how `head` says that it has enough.
                if code != EPIPE {
                    logger.error("writing events failed", metadata: ["error": "\(String(cString: strerror(code)))"])
                    sinkFailure.withLock { $0 = .failed(String(cString: strerror(code))) }
                }
                stop.send()
            }
        }
        let ward = Ward(
            configuration: SessionConfiguration(
                emission: settings.emission, statusInterval: settings.statusInterval, version: Beatd.version,
                model: model.name, modelSHA256: model.digest.isEmpty ? nil : model.digest),
            classifier: classifier, sinks: sinks,
            clock: Ward.Clock(start: settings.start, reportsLatency: settings.reportsLatency),
            threads: settings.threads ?? ProcessInfo.processInfo.activeProcessorCount,
            failed: { stop.send() })
        let sources = settings.sources.map { source in
            source.url.source(
                in: SourceEnvironment(
                    parameters: source.parameters, overrun: source.overrun, open: { ward.open($0) },
                    report: { [logger] in logger.warning("\($0)") }))
        }
        for source in sources { try await source.open() }
        logger.notice(
            "listening",
            metadata: [
                "sources": "\(settings.sources.map(\.url.description).joined(separator: " "))",
                "model": "\(model.name)",
            ])

        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: WardService(ward: ward)),
                    .init(
                        service: SourcesService(sources: sources, stop: stop),
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: NotificationService(ward: ward, notifier: Notifier(), sourceCount: sources.count)),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet(logger)))
        defer { for sink in sinks { sink.close() } }
        try await group.run()
        for sink in sinks { sink.close() }
        let activity = ward.activity
        logger.notice("stopped", metadata: ["frames": "\(activity.frames)", "beats": "\(activity.beats)"])
        if let failure = sinkFailure.withLock({ $0 }) { throw failure }
        if let failure = ward.failure { throw WardFailure(description: failure) }
    }

    /// The lifecycle's own lines are for debugging.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        if quiet.logLevel > .debug { quiet.logLevel = .warning }
        return quiet
    }
}

/// The ward cannot go on.
struct WardFailure: Error, CustomStringConvertible {
    var description: String
}
