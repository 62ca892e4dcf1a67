public import Acquisition
public import Signal

/// What came from a source and was not worked off yet, bounded by signal time.
///
/// When it is full, a sender that can wait is asked to (`push` says `.wait`), and a live one loses its oldest samples,
/// which leaves a gap. With the policy `auto` the stream itself tells which of the two it is: a sender that has delivered
/// more signal than real time could have given it is reading from somewhere and can wait.
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

    private let sampleRate: Double
    private let policy: OverrunPolicy
    private let capacity: Int
    private var entries: [Entry] = []
    private var head = 0
    private var frames = 0
    private var received = 0
    private var firstArrival: Int64?
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
            received += block.frameCount
        }
        let started = firstArrival ?? now
        firstArrival = started
        entries.append(Entry(item: item, arrival: now))
        guard frames > capacity else { return .go }
        if mustDrop(elapsed: Double(now - started) / 1e9) {
            dropOldest()
            return .go
        }
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

    private func mustDrop(elapsed: Double) -> Bool {
        switch policy {
        case .wait: false
        case .drop: true
        case .auto: Double(received) / sampleRate <= elapsed + Self.headStart
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
