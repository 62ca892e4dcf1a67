/// Where a stream's frames lie in wall-clock time: the one place where samples become hours and minutes.
///
///     var clock = StreamClock(start: start, sampleRate: 360)
///     clock.time(of: 720)   // start + 2 s
///
/// Time is counted from an anchor at the stream's own rate, so a replay of the same samples with the same start prints
/// the same times. Where a writer went away for a while nobody knows how many frames are missing: the first frame after
/// it is anchored anew.
public struct StreamClock: Sendable, Equatable, Codable {
    /// Frames per second.
    public let sampleRate: Double
    private var anchorFrame: Int64
    private var anchor: Timestamp

    /// A clock whose frame `frame` lies at `start`.
    public init(start: Timestamp, frame: Int64 = 0, sampleRate: Double) {
        precondition(sampleRate > 0, "a stream has a positive rate")
        self.sampleRate = sampleRate
        anchorFrame = frame
        anchor = start
    }

    /// The instant of a frame.
    public func time(of frame: Int64) -> Timestamp {
        anchor.advanced(bySeconds: Double(frame - anchorFrame) / sampleRate)
    }

    /// From `frame` on, count from `time`.
    public mutating func reanchor(frame: Int64, at time: Timestamp) {
        anchorFrame = frame
        anchor = time
    }
}
