import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Ward

/// Says in the log how many lines the readers of the events did not take in time: every few seconds, and at the end.
final class SinkLosses: Service {
    private let sinks: [(url: SinkURL, sink: EventSink)]
    private let logger: Logger
    private let told: Mutex<[Int64]>

    init(_ settings: [SinkSettings], _ sinks: [EventSink], logger: Logger) {
        self.sinks = zip(settings, sinks).map { (url: $0.url, sink: $1) }
        self.logger = logger
        told = Mutex(Array(repeating: 0, count: sinks.count))
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while true {
                try await Task.sleep(for: .seconds(5))
                tell()
            }
        }
    }

    /// Says what was lost since the last time.
    func tell() {
        told.withLock { told in
            for (index, (url, sink)) in sinks.enumerated() where sink.droppedLines > told[index] {
                let lines = sink.droppedLines - told[index]
                told[index] += lines
                logger.error(
                    "events are lost: their reader is too slow", metadata: ["sink": "\(url)", "lines": "\(lines)"])
            }
        }
    }
}
