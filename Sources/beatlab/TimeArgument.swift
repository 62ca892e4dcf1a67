import ArgumentParser

/// A time in a record on the command line: `90`, `1:30`, `0:01:30.5`, in seconds, m:s or h:m:s.
struct TimeArgument: ExpressibleByArgument {
    /// Seconds.
    let seconds: Double

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...3).contains(parts.count) else { return nil }
        var seconds = 0.0
        for part in parts {
            guard let part, part >= 0, part.isFinite else { return nil }
            seconds = seconds * 60 + part
        }
        self.seconds = seconds
    }

    init(seconds: Double) { self.seconds = seconds }

    var defaultValueDescription: String {
        let whole = Int(seconds)
        return seconds == Double(whole) && whole >= 60
            ? "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)" : "\(seconds)"
    }
}
