/// The last samples of a few leads, handed out as contiguous windows without copying.
///
///     var ring = MirroredRing(leadCount: 2, capacity: 1024, firstFrame: 0)
///     ring.append(frame: pointer)                       // one frame, one value per lead
///     ring.withWindow(lead: 0, from: 10, count: 208) { samples in … }
///
/// Every sample is stored twice, `capacity` apart (a mirrored, or "double mapped", ring in plain memory), so that any
/// window of at most `capacity` samples lies in one piece. Frames are absolute indices at the ring's rate. Appending never
/// allocates; the oldest frame is forgotten when the ring is full.
struct MirroredRing: Sendable, Codable {
    let leadCount: Int
    let capacity: Int
    /// Absolute index of the frame after the newest.
    private(set) var endFrame: Int64
    /// Absolute index of the oldest frame since the last reset.
    private(set) var firstFrame: Int64
    /// `leadCount` rows of `2 * capacity` samples.
    private var storage: [Float]

    init(leadCount: Int, capacity: Int, firstFrame: Int64) {
        precondition(leadCount > 0 && capacity > 0, "a ring has leads and a capacity")
        self.leadCount = leadCount
        self.capacity = capacity
        self.firstFrame = firstFrame
        endFrame = firstFrame
        storage = [Float](repeating: 0, count: leadCount * 2 * capacity)
    }

    /// Forgets everything; the next frame is `frame`.
    mutating func reset(at frame: Int64) {
        firstFrame = frame
        endFrame = frame
    }

    /// Appends one value per lead.
    mutating func append(_ value: (_ lead: Int) -> Float) {
        let slot = Self.slot(of: endFrame, capacity: capacity)
        for lead in 0..<leadCount {
            let sample = value(lead)
            let row = lead * 2 * capacity
            storage[row + slot] = sample
            storage[row + slot + capacity] = sample
        }
        endFrame += 1
        if endFrame - firstFrame > Int64(capacity) { firstFrame = endFrame - Int64(capacity) }
    }

    /// Whether all `count` frames from `frame` on are held.
    func holds(from frame: Int64, count: Int) -> Bool {
        frame >= firstFrame && frame + Int64(count) <= endFrame
    }

    /// Calls `body` with `count` consecutive samples of a lead, which must be held.
    func withWindow<R>(lead: Int, from frame: Int64, count: Int, _ body: (UnsafeBufferPointer<Float>) -> R) -> R {
        precondition(holds(from: frame, count: count), "the ring holds \(firstFrame)..<\(endFrame)")
        let start = lead * 2 * capacity + Self.slot(of: frame, capacity: capacity)
        return storage.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[start..<start + count])) }
    }

    private static func slot(of frame: Int64, capacity: Int) -> Int {
        let remainder = Int(frame % Int64(capacity))
        return remainder < 0 ? remainder + capacity : remainder
    }
}
