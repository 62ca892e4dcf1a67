import CSystemd
import Foundation

/// Speaks to the service manager through libsystemd; says nothing where there is none (`NOTIFY_SOCKET`).
struct Notifier: Sendable {
    /// The service works from now on.
    func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
    /// One line about what goes on.
    func status(_ status: String) { send("STATUS=\(status)") }
    /// The service ends.
    func stopping() { send("STOPPING=1\nSTATUS=Finishing the beats under way") }
    /// The service is alive.
    func feedWatchdog() { send("WATCHDOG=1") }

    /// How often the manager wants to hear that the service is alive; nil where it does not care.
    var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    private func send(_ message: String) { sd_notify(0, message) }
}
