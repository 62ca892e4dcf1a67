/// Frames that are missing from a stream: an explicit value, never a silent splice.
public struct Gap: Sendable, Equatable, Codable {
    /// Why frames are missing.
    public enum Reason: String, Sendable, Codable {
        /// The consumer was too slow and the oldest samples were dropped.
        case overrun
        /// The sender skipped sample numbers.
        case skipped
        /// The writer of a FIFO or socket went away and came back.
        case disconnected
    }

    /// Absolute index of the first missing frame.
    public var firstFrame: Int64
    /// Number of missing frames; 0 where nobody knows (the writer went away and the count goes on after it).
    public var frameCount: Int64
    /// Why.
    public var reason: Reason

    /// Makes a gap.
    public init(firstFrame: Int64, frameCount: Int64, reason: Reason) {
        self.firstFrame = firstFrame
        self.frameCount = frameCount
        self.reason = reason
    }
}

/// What a source hands to a session: samples, or the news that some are missing.
public enum StreamItem: Sendable, Equatable {
    /// Consecutive frames.
    case block(SampleBlock)
    /// Missing frames; the next block starts at `firstFrame + frameCount`.
    case gap(Gap)
}
