public import Signal

/// Changes the sample rate of a stream of frames by a windowed-sinc polyphase filter.
///
///     var resampler = Resampler(from: 360, to: 128, leadCount: 2)
///     resampler.consume(block, into: &resampled)   // resampled.values is reused
///
/// Output frame m lies at source time m / `targetRate` exactly (time 0 is source frame 0): the filter is linear-phase and its
/// delay is taken out by indexing. An output frame is written once the source has reached `lookAhead` seconds past it; the
/// output does not depend on how the source was cut into blocks. Positions are computed from the frame's number, so that
/// nothing drifts over days.
///
/// The kernel is a sinc of `cutoff` Hz under a Kaiser window (beta 5, about 50 dB; Kaiser & Schafer, *IEEE Trans. ASSP* 28
/// (1980) 105-107), `halfWidth` seconds to each side, normalised to unit gain at 0 Hz for every phase.
///
/// Values that are missing (`NaN`) for up to `bridgedTime` lie on the line between their neighbours. Longer losses are bridged
/// by the last good value, and the output is `NaN` where the source frame nearest to it is missing. It does not interpolate
/// over gaps of the stream: after one, call `reset(at:)`.
public struct Resampler: Sendable, Codable {
    /// Frames per second that come in.
    public let sourceRate: Double
    /// Frames per second that go out.
    public let targetRate: Double
    /// Values per frame.
    public let leadCount: Int
    /// Cut-off (-6 dB) in Hz.
    public let cutoff: Double

    /// Seconds without a value that are bridged: less than a QRS complex.
    static let bridgedTime = 0.05

    /// Source frames that an output frame reaches to each side.
    let reach: Int
    private let kernel: PolyphaseKernel
    private var history: FrameHistory
    /// Index of the next source frame to come.
    public private(set) var nextSourceFrame: Int64 = 0
    /// Index of the next output frame.
    public private(set) var nextFrame: Int64 = 0 {
        didSet { due = kernel.position(of: nextFrame) }
    }
    /// Where that one lies on the source's axis.
    private var due: PolyphaseKernel.Position

    /// Makes a resampler.
    ///
    /// - Parameters:
    ///   - sourceRate: frames per second that come in, above 0.
    ///   - targetRate: frames per second that go out, above 0.
    ///   - leadCount: values per frame.
    ///   - cutoff: low-pass cut-off in Hz; by default 0.42 of the lower of both rates.
    ///   - halfWidth: seconds that the kernel reaches to each side; by default 8 periods of the lower rate.
    public init(
        from sourceRate: Double, to targetRate: Double, leadCount: Int, cutoff: Double? = nil, halfWidth: Double? = nil
    ) {
        precondition(sourceRate > 0 && targetRate > 0, "sample rates are above 0")
        precondition(leadCount > 0, "a frame has at least one lead")
        self.sourceRate = sourceRate
        self.targetRate = targetRate
        self.leadCount = leadCount
        let lower = min(sourceRate, targetRate)
        self.cutoff = cutoff ?? 0.42 * lower
        reach = max(2, Int(((halfWidth ?? 8 / lower) * sourceRate).rounded(.up)))
        kernel = PolyphaseKernel(
            sourceRate: sourceRate, targetRate: targetRate, reach: reach, cutoff: self.cutoff)
        history = FrameHistory(
            capacity: 2 * reach + 1, leadCount: leadCount, bridge: min(Int(Self.bridgedTime * sourceRate), reach - 1))
        due = kernel.position(of: 0)
    }

    /// Seconds of source that must have come in after an output frame's time before it is written.
    public var lookAhead: Double { Double(reach + 1) / sourceRate }

    /// Forgets the past and expects source frame `frame` next.
    ///
    /// Output goes on at the first frame at or after its time.
    public mutating func reset(at frame: Int64) {
        history.reset()
        nextSourceFrame = frame
        nextFrame = firstFrame(atOrAfterSource: frame)
    }

    /// Position of an output frame on the source's axis, in source frames.
    public func sourcePosition(of frame: Int64) -> Double { kernel.position(of: frame).value }

    /// Takes a block and puts the frames that it completes into `output`, whose values are replaced.
    ///
    /// - Precondition: `block` has `leadCount` leads and begins at `nextSourceFrame`.
    public mutating func consume(_ block: SampleBlock, into output: inout SampleBlock) {
        precondition(block.leadCount == leadCount && output.leadCount == leadCount, "the lead count differs")
        precondition(block.firstFrame == nextSourceFrame, "blocks are contiguous; after a gap call reset(at:)")
        output.values.removeAll(keepingCapacity: true)
        output.firstFrame = nextFrame
        block.values.withUnsafeBufferPointer { values in
            for frame in 0..<block.frameCount {
                push(UnsafeBufferPointer(rebasing: values[(frame * leadCount)..<((frame + 1) * leadCount)]), &output)
            }
        }
    }

    /// Writes the frames up to the last source frame as if its values held on: the end of a record.
    public mutating func finish(into output: inout SampleBlock) {
        precondition(output.leadCount == leadCount, "the lead count differs")
        output.values.removeAll(keepingCapacity: true)
        output.firstFrame = nextFrame
        let last = Double(nextSourceFrame - 1)
        guard !history.isEmpty else { return }
        while due.value <= last {
            history.repeatLast()
            nextSourceFrame += 1
            emitReady(into: &output)
        }
        // Frames past the end that the last held values completed.
        while output.frameCount > 0, kernel.position(of: nextFrame - 1).value > last {
            output.values.removeLast(leadCount)
            nextFrame -= 1
        }
    }

    private mutating func push(_ frame: UnsafeBufferPointer<Float>, _ output: inout SampleBlock) {
        history.push(frame)
        nextSourceFrame += 1
        emitReady(into: &output)
    }

    private mutating func emitReady(into output: inout SampleBlock) {
        // The kernel covers source frames whole - reach + 1 ... whole + reach.
        while due.whole + Int64(reach) < nextSourceFrame {
            let newest = Int(nextSourceFrame - 1 - (due.whole + Int64(reach)))
            history.convolve(kernel, phase: due.phase, age: newest, into: &output.values)
            nextFrame += 1
        }
    }

    private func firstFrame(atOrAfterSource frame: Int64) -> Int64 {
        var candidate = Int64((Double(frame) * targetRate / sourceRate).rounded(.down)) - 1
        while kernel.position(of: candidate).value < Double(frame) { candidate += 1 }
        return candidate
    }
}
