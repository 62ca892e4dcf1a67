import Acquisition
import ArgumentParser
import Foundation
import Inference
import Logging
import Publication
import ServiceLifecycle
import Session
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
        // Where nobody listens, the exit code says it.
        try? FileHandle.standardError.write(contentsOf: Data("beatd: \(error)\n".utf8))
        return ExitStatus(error).code
    }

    private static func run(_ settings: Settings) async throws {
        let signals = await StopSignals()
        // A reader that goes away is an error of `write`, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "beatd")
        logger.logLevel = settings.logLevel

        let classifier = try ModelFailure.loading(settings.model)
        let model = classifier.model
        let stop = StopRequest()
        let sinks = try settings.sinks.map { sink in
            EventSink(descriptor: try sink.url.open(), policy: sink.policy) { [logger] code in
                // A closed pipe is how `head` says that it has enough.
                if code != EPIPE {
                    logger.error("writing events failed", metadata: ["error": "\(String(cString: strerror(code)))"])
                }
                stop.send()
            }
        }
        let losses = SinkLosses(settings.sinks, sinks, logger: logger)
        let hearing = Task { await signals.pass(to: stop, sinks) }
        defer { hearing.cancel() }
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
        try await open(sources)
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
                    .init(service: losses),
                ], logger: quiet(logger)))
        var failure: (any Error)?
        do { try await group.run() } catch { failure = error }
        await close(sinks)
        losses.tell()
        let activity = ward.activity
        logger.notice("stopped", metadata: ["frames": "\(activity.frames)", "beats": "\(activity.beats)"])
        if let failure { throw failure }
        if let failure = Self.failure(of: zip(settings.sinks, sinks)) { throw failure }
        if let failure = ward.failure { throw WardFailure(description: failure) }
    }

    /// Opens every source, or none: what was made for those before one that fails is taken away again.
    private static func open(_ sources: [any Source]) async throws {
        for (index, source) in sources.enumerated() {
            do { try await source.open() } catch {
                await withTaskGroup(of: Void.self) { group in
                    // A run that is cancelled closes what was opened, and nothing else.
                    group.cancelAll()
                    for opened in sources[..<index] where !opened.isFinite { group.addTask { try? await opened.run() } }
                }
                throw error
            }
        }
    }

    /// Lets the sinks write what waits; on a thread of its own, for a reader may take its time, and a signal that ends
    /// the patience with it has to be heard.
    private static func close(_ sinks: [EventSink]) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                for sink in sinks { sink.close() }
                continuation.resume()
            }
            thread.start()
        }
    }

    /// What kept events from their readers, other than that a reader had enough or was allowed to miss some.
    private static func failure(of sinks: some Sequence<(SinkSettings, EventSink)>) -> SinkError? {
        for (settings, sink) in sinks {
            if let code = sink.failure, code != EPIPE { return .failed(String(cString: strerror(code))) }
            if settings.policy == .wait, sink.droppedLines > 0 { return .notTaken(lines: sink.droppedLines) }
        }
        return nil
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
