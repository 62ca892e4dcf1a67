internal import Signal

/// Collects decoded frames and hands them out as blocks: the part that all decoders share.
struct FrameAssembler: Sendable {
    /// The last sample number that an index may have; JSON readers elsewhere count exactly up to here.
    static let lastIndex: Int64 = 9_007_199_254_740_992
    /// Values beyond this many mV are no ECG.
    static let plausible: Float = 10_000
    /// Frames of the longest block that is handed out.
    static let longestBlock = 4096

    let leadCount: Int
    private(set) var nextFrame: Int64
    private(set) var hasFrames = false
    var rejections = Rejections()
    private var values: [Float] = []

    /// `gain` and `baseline` turn ADC units into mV; without a gain values are mV.
    private let gain: Float?
    private let baseline: Float

    init(leadCount: Int, nextFrame: Int64, gain: Double?, baseline: Double?) {
        self.leadCount = leadCount
        self.nextFrame = nextFrame
        self.gain = gain.map { Float($0) }
        self.baseline = Float(baseline ?? 0)
    }

    /// A value as it came, as mV; infinite and implausible ones are counted and become `NaN`.
    mutating func millivolts(_ raw: Float) -> Float {
        if raw.isNaN { return .nan }
        let value = gain.map { (raw - baseline) / $0 } ?? raw
        guard value.magnitude <= Self.plausible else {
            rejections.count(.implausibleValue)
            return .nan
        }
        return value
    }

    /// Takes one value of the frame under way, in mV.
    mutating func append(_ value: Float) { values.append(value) }

    /// Number of values taken and not handed out, to go back to with `truncate(to:)`.
    var mark: Int { values.count }

    /// Forgets the values taken since a mark.
    mutating func truncate(to mark: Int) { values.removeLast(values.count - mark) }

    /// The values taken since a mark.
    func taken(since mark: Int) -> [Float] { Array(values[mark...]) }

    /// Takes a frame that is known to be one and says nothing.
    mutating func appendMissingFrame() {
        for _ in 0..<leadCount { values.append(.nan) }
    }

    /// Hands out the frames taken so far.
    mutating func flush(emit: (StreamItem) -> Void) throws(StreamError) {
        let frames = values.count / leadCount
        guard frames > 0 else { return }
        guard nextFrame <= Self.lastIndex - Int64(frames) else { throw .indexOverflow }
        emit(.block(SampleBlock(firstFrame: nextFrame, leadCount: leadCount, values: values)))
        nextFrame += Int64(frames)
        hasFrames = true
        values.removeAll(keepingCapacity: true)
    }

    /// Hands out frames if there are enough for a block.
    mutating func flushIfLong(emit: (StreamItem) -> Void) throws(StreamError) {
        if values.count >= Self.longestBlock * leadCount { try flush(emit: emit) }
    }

    /// Lets the stream go on at a later frame.
    mutating func skip(to frame: Int64, emit: (StreamItem) -> Void) throws(StreamError) {
        try flush(emit: emit)
        guard frame <= Self.lastIndex else { throw .indexOverflow }
        if hasFrames {
            emit(.gap(Gap(firstFrame: nextFrame, frameCount: frame - nextFrame, reason: .skipped)))
        }
        nextFrame = frame
    }
}
