internal import Foundation
internal import Synchronization

/// Where events go: a file descriptor with a bounded queue and a thread of its own, so that it slows nobody else.
///
/// Only whole lines are taken and they leave in the order they came. When the reader is too slow for the queue, the policy
/// says whether the writers wait or lines are dropped and counted. When the reader is gone (EPIPE) the sink says so once and
/// swallows the rest.
public final class EventSink: Sendable {
    /// What happens to lines that the reader does not take in time.
    public enum Policy: String, Sendable, CaseIterable, Codable {
        /// Writers wait.
        case wait
        /// The line is dropped and counted.
        case drop
    }

    /// Bytes that may wait.
    public static let capacity = 1 << 20

    private struct State: Sendable {
        var waiting: [UInt8] = []
        var isClosing = false
        var isBroken = false
        var isRunning = false
        var droppedLines: Int64 = 0
    }

    private let descriptor: Int32
    private let policy: Policy
    private let brokenPipe: @Sendable (Int32) -> Void
    private let state: Protected<State>

    /// Makes a sink and starts its thread.
    ///
    /// - Parameters:
    ///   - descriptor: Where the bytes go; the sink does not close it.
    ///   - policy: What happens when the reader is too slow.
    ///   - broken: Called once, with `errno`, when nobody reads any more or writing fails.
    public init(descriptor: Int32, policy: Policy, broken: @escaping @Sendable (Int32) -> Void) {
        self.descriptor = descriptor
        self.policy = policy
        brokenPipe = broken
        state = Protected(State(isRunning: true))
        let thread = Thread { [self] in run() }
        thread.name = "beatd sink"
        thread.stackSize = 256 * 1024
        thread.start()
    }

    /// Lines dropped so far.
    public var droppedLines: Int64 { state.withLock { $0.droppedLines } }

    /// Takes whole lines.
    public func write(_ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        state.wait { state -> Attempt<Void> in
            if state.isBroken { return .done(()) }
            if state.waiting.count > Self.capacity {
                if policy == .wait { return .wait }
                state.droppedLines += Int64(lines.count { $0 == 0x0A })
                return .done(())
            }
            state.waiting.append(contentsOf: lines)
            return .done(())
        }
        state.signalAll()
    }

    /// Writes what waits and ends; returns when the last byte is out.
    public func close() {
        state.withLock { $0.isClosing = true }
        state.signalAll()
        state.wait { $0.isRunning ? .wait : .done(()) }
    }

    private func run() {
        var lines: [UInt8] = []
        while true {
            lines.removeAll(keepingCapacity: true)
            state.wait { state -> Attempt<Void> in
                if state.waiting.isEmpty, !state.isClosing { return .wait }
                swap(&lines, &state.waiting)
                return .done(())
            }
            state.signalAll()
            if lines.isEmpty || !write(all: lines) { break }
        }
        state.withLock { $0.isRunning = false }
        state.signalAll()
    }

    /// Writes everything; false when the other end is gone.
    private func write(all lines: [UInt8]) -> Bool {
        var written = 0
        while written < lines.count {
            let count = lines.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                // Somebody made our end non-blocking.
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&polled, 1, -1)
            } else if errno != EINTR {
                let code = errno
                state.withLock { state in
                    state.isBroken = true
                    state.waiting = []
                }
                brokenPipe(code)
                return false
            }
        }
        return true
    }
}
