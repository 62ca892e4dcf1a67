import Foundation

/// Columns of the C programs' tables.
enum Column {
    /// A count, right-aligned.
    static func count(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: " ", count: max(0, width - digits.count)) + digits
    }

    /// A text, right-aligned.
    static func text(_ value: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - value.count)) + value
    }

    /// Counts with their widths, separated by spaces.
    static func counts(_ values: [Int], widths: [Int]) -> String {
        zip(values, widths).map { count($0, $1) }.joined(separator: " ")
    }

    /// Counts of one width, separated by spaces.
    static func counts(_ values: [Int], width: Int) -> String {
        values.map { count($0, width) }.joined(separator: " ")
    }

    /// A number in a C format such as `%6.2f`.
    static func number(_ value: Double, _ format: String) -> String { String(format: format, value) }

    /// A number, or a dash in a column of that width where it is undefined.
    static func number(_ value: Double?, _ format: String, dash width: Int) -> String {
        value.map { number($0, format) } ?? text("-", width)
    }

    /// Per cent rounded half up to a whole number, as the run and episode tables print it.
    static func wholePercent(_ proportion: Proportion) -> Int? { proportion.percent.map { Int($0 + 0.5) } }

    /// A duration in whole ms, rounded half up within its second (WFDB's `mstimstr`).
    static func milliseconds(frames: Int64, sampleRate: Double) -> Int64 {
        let seconds = Int64(Double(frames) / sampleRate)
        let rest = (Double(frames) - Double(seconds) * sampleRate) * 1000 / sampleRate
        return seconds * 1000 + Int64(rest + 0.5)
    }

    /// A duration as h:mm:ss.mmm or m:ss.mmm, in 12 columns (WFDB's `mstimstr`).
    static func duration(frames: Int64, sampleRate: Double) -> String {
        let milliseconds = Int(milliseconds(frames: frames, sampleRate: sampleRate))
        let minutes = milliseconds / 60_000
        let tail = String(format: "%02d.%03d", milliseconds / 1000 % 60, milliseconds % 1000)
        guard minutes >= 60 else { return "   " + count(minutes, 2) + ":" + tail }
        return count(minutes / 60, 2) + String(format: ":%02d:", minutes % 60) + tail
    }
}
