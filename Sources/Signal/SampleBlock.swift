/// A run of consecutive frames of a multi-lead ECG: what every stage consumes.
///
///     let block = SampleBlock(firstFrame: 720, leadCount: 2, values: [0.1, -0.2, 0.15, -0.1])
///     block.frameCount        // 2
///     block[frame: 1, lead: 0] // 0.15
///
/// `values` holds frames one after the other, each with one value per lead (`frame * leadCount + lead`), in millivolts.
/// `NaN` says that the lead gave no value there (lead off, missing sample). `firstFrame` is the absolute index of the
/// first frame since the stream began; consecutive blocks of a stream are contiguous unless a `Gap` stands between them.
public struct SampleBlock: Sendable, Equatable {
    /// Absolute index of the first frame since the start of the stream.
    public var firstFrame: Int64
    /// Values per frame, at least 1.
    public let leadCount: Int
    /// Interleaved values in mV, `frameCount * leadCount` of them; `NaN` where a lead is off.
    public var values: [Float]

    /// Makes a block.
    ///
    /// `values.count` must be a multiple of `leadCount`.
    public init(firstFrame: Int64, leadCount: Int, values: [Float]) {
        precondition(leadCount > 0, "a block has at least one lead")
        precondition(values.count.isMultiple(of: leadCount), "a block holds whole frames")
        self.firstFrame = firstFrame
        self.leadCount = leadCount
        self.values = values
    }

    /// Number of frames.
    @inlinable public var frameCount: Int { values.count / leadCount }

    /// Absolute index of the frame after the last one.
    @inlinable public var endFrame: Int64 { firstFrame + Int64(frameCount) }

    /// One value in mV.
    @inlinable public subscript(frame frame: Int, lead lead: Int) -> Float { values[frame * leadCount + lead] }
}
