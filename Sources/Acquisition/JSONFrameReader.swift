internal import Signal

/// Reads a run of frames from one JSON object: `{"sample":N,"mv":[[lead 0, lead 1],[…]]}`.
///
/// `sample` is the sender's number of the first frame. Where it is later than the frame that was due, frames were skipped
/// and a gap is emitted; where it is earlier, the line is rejected. Without it the frames follow on. The numbers of a
/// sender that reconnects and counts from 0 again are shifted to go on where the stream was.
struct JSONFrameReader: Sendable {
    private var shift: Int64?

    mutating func read(
        _ line: UnsafeBufferPointer<UInt8>, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) -> LineVerdict {
        var reader = JSONReader(line)
        if reader.isAtEnd() { return .blank }
        guard reader.take("{") else { return .malformed }
        var sample: Int64?
        var values: Range<Int>?
        let mark = frames.mark
        repeat {
            guard let key = reader.string(), reader.take(":") else { return .malformed }
            switch key {
            case "sample" where sample == nil:
                guard let number = reader.integer(), number >= 0 else { return .malformed }
                sample = number
            case "mv" where values == nil:
                guard Self.readFrames(&reader, into: &frames) else { return .malformed }
                values = mark..<frames.mark
            default: return .malformed
            }
        } while reader.take(",")
        guard reader.take("}"), reader.isAtEnd(), let values else { return .malformed }
        guard let sample else { return values.isEmpty ? .blank : .frames }
        return try place(sample, mark, into: &frames, emit: emit)
    }

    /// Puts the values taken since `mark` where the sender says.
    private mutating func place(
        _ sample: Int64, _ mark: Int, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) -> LineVerdict {
        let due = frames.nextFrame + Int64(mark / frames.leadCount)
        let shift = self.shift ?? (sample < due ? due - sample : 0)
        self.shift = shift
        let first = sample + shift
        if first == due { return .frames }
        let run = frames.taken(since: mark)
        frames.truncate(to: mark)
        if first < due { return .outOfOrder }
        try frames.skip(to: first, emit: emit)
        for value in run { frames.append(value) }
        return .frames
    }

    /// Appends an array of frames, each an array of one number or `null` per lead.
    private static func readFrames(_ reader: inout JSONReader, into frames: inout FrameAssembler) -> Bool {
        guard reader.take("[") else { return false }
        if reader.take("]") { return true }
        repeat {
            guard reader.take("[") else { return false }
            for lead in 0..<frames.leadCount {
                if lead > 0, !reader.take(",") { return false }
                if let value = reader.number() {
                    frames.append(frames.millivolts(Float(value)))
                } else if reader.takeNull() {
                    frames.append(.nan)
                } else {
                    return false
                }
            }
            guard reader.take("]") else { return false }
        } while reader.take(",")
        return reader.take("]")
    }
}
