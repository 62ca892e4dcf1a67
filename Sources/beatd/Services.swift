import Acquisition
import Foundation
import Logging
import ServiceLifecycle
import Ward

/// The ward's threads, from the start until every stream has said bye.
struct WardService: Service {
    let ward: Ward

    func run() async throws {
        ward.start()
        try? await gracefulShutdown()
        await ward.drain()
        ward.stop()
    }
}

/// All sources: runs until the finite ones have ended and there are no others, or until the daemon stops.
struct SourcesService: Service {
    let sources: [any Source]
    let stop: StopRequest

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for source in sources {
                    group.addTask {
                        try await source.run()
                        return false
                    }
                }
                group.addTask {
                    await stop.wait()
                    return true
                }
                var running = sources.count
                defer { group.cancelAll() }
                while running > 0, let isStop = try await group.next() {
                    if isStop { break }
                    running -= 1
                }
                group.cancelAll()
                // Every source closes what it opened before anything else goes on.
                while let _ = try await group.next() {}
            }
        }
    }
}

/// Tells the service manager what goes on, and feeds its watchdog while samples move or none wait.
struct NotificationService: Service {
    let ward: Ward
    let notifier: Notifier
    let sourceCount: Int

    func run() async throws {
        notifier.ready("Listening to \(sourceCount) \(sourceCount == 1 ? "source" : "sources")")
        try? await cancelWhenGracefulShutdown { try await report() }
        notifier.stopping()
    }

    private func report() async throws {
        let watchdog = notifier.watchdogInterval
        let interval = min(watchdog.map { $0 / 3 } ?? .seconds(5), .seconds(5))
        var last = ward.activity
        while true {
            try await Task.sleep(for: interval)
            let now = ward.activity
            if watchdog != nil, now.frames > last.frames || ward.isIdle { notifier.feedWatchdog() }
            let p99 = String(format: "%.1f", Double(now.latency(percentile: 99)) / 1e6)
            notifier.status(
                "\(now.streams) \(now.streams == 1 ? "stream" : "streams"), \(now.frames) frames, beats out in \(p99) ms (p99)"
            )
            last = now
        }
    }
}

/// Something inside asks the daemon to stop: the reader of the events is gone, or the model failed.
final class StopRequest: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func send() { continuation.yield() }

    /// Returns when somebody asked, or the task was cancelled.
    func wait() async {
        for await _ in stream { return }
    }
}
