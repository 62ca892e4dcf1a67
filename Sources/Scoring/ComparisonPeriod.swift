/// Which part of a record is compared, and how far apart two annotations of one beat may lie.
///
///     let period = try ComparisonPeriod(sampleRate: 360, length: 650_000)  // from 5:00 to the end, 150 ms
///
/// EC57 leaves out the first five minutes (the learning period) and pairs beats that are at most 150 ms apart.
public struct ComparisonPeriod: Sendable, Equatable {
    /// Frames per second of the record, in Hz.
    public let sampleRate: Double
    /// First frame that counts.
    public let start: Int64
    /// What ends the comparison.
    public let end: End
    /// Match window in frames: the largest distance of two annotations of one beat.
    public let window: Int64

    /// What ends a comparison.
    public enum End: Sendable, Equatable {
        /// This frame: the end of the record, or an earlier one that was asked for.
        case frame(Int64)
        /// The last reference annotation, where the record's length is unknown.
        case lastReference
        /// The end of whichever annotation file ends first.
        case eitherFile
    }

    /// Seconds of EC57's learning period.
    public static let learningPeriod = 300.0
    /// Seconds of EC57's match window.
    public static let matchWindow = 0.15

    /// Makes a period of times in seconds, each rounded to the nearest frame.
    ///
    /// - Parameters:
    ///   - sampleRate: Frames per second, in Hz.
    ///   - length: Frames in the record; nil or 0 where unknown.
    ///   - from: Start in seconds.
    ///   - to: End in seconds; nil for the end of the record, 0 for the end of the shorter annotation file.
    ///   - window: Match window in seconds.
    /// - Throws: `ScoringError` where a value is not a time or the end precedes the start.
    public init(
        sampleRate: Double, length: Int64?, from: Double = learningPeriod, to: Double? = nil,
        window: Double = matchWindow
    ) throws(ScoringError) {
        guard sampleRate.isFinite, sampleRate > 0, sampleRate <= 1e6 else { throw .sampleRate(sampleRate) }
        self.sampleRate = sampleRate
        start = try Self.frames(from, sampleRate)
        self.window = try Self.frames(window, sampleRate)
        if let to {
            let frame = try Self.frames(to, sampleRate)
            end = frame == 0 ? .eitherFile : .frame(frame)
        } else if let length, length > 0 {
            end = .frame(length)
        } else {
            end = .lastReference
        }
        if case .frame(let last) = end, last < start {
            throw .emptyPeriod(from: from, to: Double(last) / sampleRate)
        }
    }

    /// Frames in a number of seconds, rounded half up as WFDB's `strtim` does.
    static func frames(_ seconds: Double, _ sampleRate: Double) throws(ScoringError) -> Int64 {
        let frames = seconds * sampleRate + 0.5
        guard seconds >= 0, frames < 0x1p52 else { throw .time(seconds) }
        return Int64(frames)
    }

    /// Frames in one second, rounded: the divisor of times and RR errors in the reports.
    var framesPerSecond: Int64 { max(1, Int64(sampleRate + 0.5)) }

    /// The last frame that counts; nil where the record's length is unknown.
    var lastFrame: Int64? {
        if case .frame(let frame) = end { frame } else { nil }
    }
}
