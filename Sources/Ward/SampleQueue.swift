public import Acquisition
public import Signal

/// What came from a source and was not worked off yet, bounded by signal time.
///
/// When it is full, a sender that can wait is asked to (`push` says `.wait`), and a live one loses its oldest samples,
/// which leaves a gap. With the policy `auto` the stream itself tells which of the two it is: a sender that has lately
/// delivered more signal than real time could have given it is reading from somewhere and can wait. Seconds without a
/// sample, however many, let no sender seem slow: only the bursts between them are measured.
public struct SampleQueue: Sendable {
    /// Something that came, and when.
    public struct Entry: Sendable, Equatable {
        /// Samples, or the news that some are missing.
        public var item: StreamItem
        /// Arrival on the monotonic clock, in ns.
        public var arrival: Int64
    }

    /// Seconds of signal that may wait.
    public static let span = 10.0
    /// Seconds that a live sender may seem to be ahead: what lay in its buffers.
    static let headStart = 5.0
    /// Seconds of signal that a live sender gives in a second at most: its clock is not ours.
    static let pace = 1.01

    private let sampleRate: Double
    private let policy: OverrunPolicy
    private let capacity: Int
    private var entries: [Entry] = []
    private var head = 0
    private var frames = 0
    /// Seconds of signal that the sender is ahead of real time; a bucket that runs out at `pace`.
    private var ahead = 0.0
    private var lastArrival: Int64?
    /// Whether the time since then was of our making.
    private var isWaitedFor = false
    private var droppedFrom: Int64?

    /// Makes an empty queue for a stream.
    public init(sampleRate: Double, policy: OverrunPolicy) {
        self.sampleRate = sampleRate
        self.policy = policy
        capacity = Int((Self.span * sampleRate).rounded())
    }

    /// Whether nothing waits.
    public var isEmpty: Bool { head == entries.count }
    /// Whether a sender that was told to wait may go on.
    public var hasRoom: Bool { frames <= capacity / 2 }

    /// Takes an item that arrived at `now` (ns).
    public mutating func push(_ item: StreamItem, at now: Int64) -> StreamFlow {
        if case .block(let block) = item {
            frames += block.frameCount
            let elapsed = isWaitedFor ? 0 : Double(now - (lastArrival ?? now)) / 1e9
            lastArrival = now
            isWaitedFor = false
            ahead = max(0, ahead - elapsed * Self.pace) + Double(block.frameCount) / sampleRate
        }
        entries.append(Entry(item: item, arrival: now))
        guard frames > capacity else { return .go }
        if mustDrop {
            dropOldest()
            return .go
        }
        isWaitedFor = true
        return .wait
    }

    /// The oldest item; where samples before it were dropped, first the gap that they left.
    public mutating func pop() -> Entry? {
        guard head < entries.count else { return nil }
        let entry = entries[head]
        if let from = droppedFrom {
            droppedFrom = nil
            if case .block(let block) = entry.item, block.firstFrame > from {
                let gap = Gap(firstFrame: from, frameCount: block.firstFrame - from, reason: .overrun)
                return Entry(item: .gap(gap), arrival: entry.arrival)
            }
        }
        head += 1
        if case .block(let block) = entry.item { frames -= block.frameCount }
        if head == entries.count {
            entries.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
        return entry
    }

    private var mustDrop: Bool {
        switch policy {
        case .wait: false
        case .drop: true
        case .auto: ahead <= Self.headStart
        }
    }

    /// Forgets the oldest items until the rest fits; the newest block stays, whatever its length, and so does what
    /// stands after it.
    private mutating func dropOldest() {
        let newest = entries.lastIndex { if case .block = $0.item { true } else { false } } ?? head
        while frames > capacity, head < newest {
            switch entries[head].item {
            case .block(let block):
                frames -= block.frameCount
                droppedFrom = droppedFrom ?? block.firstFrame
            case .gap(let gap): droppedFrom = droppedFrom ?? gap.firstFrame
            }
            head += 1
        }
        // A gap cannot be the first thing after dropped samples: it is part of what is missing.
        while droppedFrom != nil, head < newest, case .gap = entries[head].item { head += 1 }
    }
}
