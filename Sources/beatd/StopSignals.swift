import Foundation
import UnixSignals
import Ward

/// The signals that ask the daemon to stop: SIGTERM, SIGINT, and SIGHUP unless it was started to outlive its terminal.
///
/// They are trapped before anything else is done; those that come while the model is loaded are heard when there is
/// something to be stopped.
struct StopSignals {
    /// Seconds that readers of the events have after the first signal; the unit's `TimeoutStopSec` is longer.
    static let patience = 10.0

    private let signals: UnixSignalsSequence

    /// Traps the signals.
    init() async {
        signals = await UnixSignalsSequence(
            trapping: Self.isIgnored(SIGHUP) ? [.sigterm, .sigint] : [.sigterm, .sigint, .sighup])
    }

    /// Whether whoever started the program wants the signal to be ignored, as `nohup` does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// Passes the signals on until the task is cancelled: at the first the sources stop and the readers of the events
    /// have some seconds left, at the second no more.
    func pass(to stop: StopRequest, _ sinks: [EventSink]) async {
        var patience = Self.patience
        for await _ in signals {
            for sink in sinks { sink.giveUp(after: patience) }
            patience = 0
            stop.send()
        }
    }
}
