import Foundation
import Synchronization

/// A line on standard error that says how far a long task is: shown after two seconds, where a person is looking.
///
///     let progress = ProgressLine("scoring", count: 48)
///     progress.update(12)
///     progress.finish()
final class ProgressLine: Sendable {
    private struct State {
        var shown = false
        var last = ContinuousClock.now
    }

    private let title: String
    private let count: Int
    private let begin = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// Makes a line for so many steps.
    init(_ title: String, count: Int) {
        self.title = title
        self.count = count
    }

    /// Says how many steps are done.
    func update(_ done: Int) {
        guard isTerminal else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            guard now - begin > .seconds(2), now - state.last > .milliseconds(100) || done == count else { return }
            state.last = now
            state.shown = true
            let width = 30
            let filled = count > 0 ? width * min(done, count) / count : width
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
            write("\r\(title) [\(bar)] \(done)/\(count)\(remaining(done, now))\u{1B}[K")
        }
    }

    /// Takes the line away.
    func finish() {
        state.withLock { if $0.shown { write("\r\u{1B}[K") } }
    }

    private func remaining(_ done: Int, _ now: ContinuousClock.Instant) -> String {
        guard done > 0, done < count else { return "" }
        let seconds = Int(((now - begin) / done * (count - done)).components.seconds)
        return ", \(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60) left"
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
