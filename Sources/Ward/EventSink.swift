internal import Foundation
internal import Synchronization

/// Where events go: a file descriptor with a bounded queue and a thread of its own, so that it slows nobody else.
///
/// Only whole lines are taken and they leave in the order they came. When the reader is too slow for the queue, the policy
/// says whether the writers wait or lines are dropped and counted. When the reader is gone (EPIPE) the sink says so once and
/// swallows the rest. A reader that is there and takes nothing is waited for until it is given up (``giveUp(after:)``).
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
        /// Lines that the thread writes just now.
        var linesUnderWay: Int64 = 0
        var droppedLines: Int64 = 0
        var failure: Int32?
        /// When the reader has had its time, on the monotonic clock.
        var deadline: Int64?

        var isGivenUp: Bool { deadline.map { $0 <= MonotonicClock.now } ?? false }
        func patience<Result>() -> Attempt<Result> { deadline.map { .waitUntil($0) } ?? .wait }
    }

    /// Nanoseconds.
    private static let lastMoment: Int64 = 250_000_000

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

    /// Lines that the reader did not take in time and that are lost.
    public var droppedLines: Int64 { state.withLock { $0.droppedLines } }

    /// The value of `errno` that ended the writing, where something did.
    public var failure: Int32? { state.withLock { $0.failure } }

    /// Takes whole lines.
    ///
    /// Lines that must arrive (the first and the last of a stream) may fill the queue twice before they are dropped.
    public func write(_ lines: [UInt8], mustArrive: Bool = false) {
        guard !lines.isEmpty else { return }
        let limit = mustArrive ? 2 * Self.capacity : Self.capacity
        state.wait { state -> Attempt<Void> in
            if state.isBroken { return .done(()) }
            if state.waiting.count > limit {
                if policy == .wait, !state.isGivenUp { return state.patience() }
                state.droppedLines += Self.count(lines)
                return .done(())
            }
            state.waiting.append(contentsOf: lines)
            return .done(())
        }
        state.signalAll()
    }

    /// Grants the reader so many seconds from now; then nobody waits for it any more, and what it has not taken is lost.
    public func giveUp(after seconds: Double) {
        let deadline = MonotonicClock.now + Int64(seconds * 1e9)
        state.withLock { $0.deadline = min($0.deadline ?? .max, deadline) }
        state.signalAll()
    }

    /// Writes what waits and ends; returns when the last byte is out or the reader was given up.
    ///
    /// A reader whose time was up before has a moment for what came last: one that takes its lines loses none.
    public func close() {
        state.withLock { state in
            state.isClosing = true
            state.deadline = state.deadline.map { max($0, MonotonicClock.now + Self.lastMoment) }
        }
        state.signalAll()
        state.wait { state -> Attempt<Void> in
            if !state.isRunning { return .done(()) }
            guard state.isGivenUp else { return state.patience() }
            // The thread is left in its call, which only the reader or the end of the process can end.
            state.droppedLines += state.linesUnderWay + Self.count(state.waiting)
            state.linesUnderWay = 0
            state.waiting = []
            state.isBroken = true
            return .done(())
        }
    }

    private static func count(_ lines: [UInt8]) -> Int64 { Int64(lines.count { $0 == 0x0A }) }

    private func run() {
        var lines: [UInt8] = []
        while true {
            lines.removeAll(keepingCapacity: true)
            state.wait { state -> Attempt<Void> in
                if state.waiting.isEmpty, !state.isClosing { return .wait }
                swap(&lines, &state.waiting)
                state.linesUnderWay = Self.count(lines)
                return .done(())
            }
            state.signalAll()
            if lines.isEmpty || !write(all: lines) { break }
            state.withLock { $0.linesUnderWay = 0 }
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
                    state.failure = code
                    state.waiting = []
                }
                brokenPipe(code)
                return false
            }
        }
        return true
    }
}
