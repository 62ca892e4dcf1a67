public import Signal

/// Where a source puts what it reads: the near end of one stream's pipeline.
public protocol StreamInlet: AnyObject, Sendable {
    /// Takes one item. `.wait` asks the source to stop reading until `whenReady` calls; what it hands over all the same
    /// is taken too.
    func take(_ item: StreamItem) -> StreamFlow
    /// Calls once, soon, from any thread, when there is room again.
    func whenReady(_ resume: @escaping @Sendable () -> Void)
    /// The next frame lies at this moment in wall-clock time: a writer came back after an unknown while.
    func resynchronise(at frame: Int64)
    /// No more items: why, and what could not be used on the way.
    func end(_ reason: StreamEnd, rejections: Rejections)
}

/// Whether a source may go on.
public enum StreamFlow: Sendable, Equatable {
    /// Read on.
    case go
    /// Stop until there is room.
    case wait
}

/// Why a stream's samples end.
public enum StreamEnd: Sendable, Equatable {
    /// The record is over.
    case recordEnded
    /// The sender closed its end.
    case senderLeft
    /// The daemon stops.
    case stopped
    /// The sender now speaks of another rate or other leads.
    case formatChanged
    /// The samples could not be read on.
    case failed(String)
}

/// What is known of a stream when it begins.
public struct StreamOpening: Sendable, Equatable {
    /// Name, rate and leads.
    public var format: StreamFormat
    /// What happens when its consumer is too slow.
    public var overrun: OverrunPolicy
    /// Index of its first frame: 0, or what the sender counts from.
    public var firstFrame: Int64
    /// Microseconds since 1970 in UTC at its first frame, where the source knows (the header of a record).
    public var startMicroseconds: Int64?

    /// Makes an opening.
    public init(
        format: StreamFormat, overrun: OverrunPolicy, firstFrame: Int64 = 0, startMicroseconds: Int64? = nil
    ) {
        self.format = format
        self.overrun = overrun
        self.firstFrame = firstFrame
        self.startMicroseconds = startMicroseconds
    }
}

/// What happens to samples that come faster than they are worked off.
public enum OverrunPolicy: String, Sendable, CaseIterable, Codable {
    /// The sender waits.
    case wait
    /// The oldest samples are dropped, and a gap says so.
    case drop
    /// A sender that is ahead of real time waits, a live one loses its oldest samples.
    case auto
}

/// Makes the pipeline of a stream that begins.
public typealias StreamOpener = @Sendable (StreamOpening) -> any StreamInlet
