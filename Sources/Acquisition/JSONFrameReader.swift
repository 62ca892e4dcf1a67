internal import Signal

/// Reads a run of frames from one JSON object: `{"sample":N,"mv":[[lead 0, lead 1],[…]]}`.
///
/// `sample` is the sender's number of the first frame. Where it is later than the frame that was due, frames were skipped
/// and a gap is emitted; where it is earlier, the line is rejected. Without it the frames follow on. The numbers of a
/// sender that reconnects and counts from 0 again are shifted to go on where the stream was.
///
/// One number that was damaged on its way must not make all that follow late. A line that leaps ahead is therefore held
/// until the next one says where the sender is: ahead too, or back where it was, and then the held line is rejected.
/// A sender whose lines are late for `patience` seconds of signal on end counts anew, and is refused.
struct JSONFrameReader: Sendable {
    /// Seconds of signal that may come late on end.
    static let patience = 10.0

    private let lateLimit: Int
    private var shift: Int64?
    private var held: (first: Int64, values: [Float])?
    private var lateFrames = 0

    init(sampleRate: Double) { lateLimit = Int((Self.patience * sampleRate).rounded()) }

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
        if values.isEmpty, sample == nil { return .blank }
        return try place(sample, mark, into: &frames, emit: emit)
    }

    /// The sender is done: a line that is held has nothing against it.
    mutating func finish(into frames: inout FrameAssembler, emit: (StreamItem) -> Void) throws(StreamError) {
        try settle(next: nil, into: &frames, emit: emit)
    }

    /// Puts the values taken since `mark` where the sender says.
    private mutating func place(
        _ sample: Int64?, _ mark: Int, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) -> LineVerdict {
        if held == nil, first(sample, mark, frames) == due(mark, frames) {
            if let sample { shift = shift ?? due(mark, frames) - sample }
            lateFrames = 0
            return .frames
        }
        let run = frames.taken(since: mark)
        frames.truncate(to: mark)
        try settle(next: sample, into: &frames, emit: emit)
        let due = self.due(frames.mark, frames)
        let first = self.first(sample, frames.mark, frames)
        if first > due {
            held = (first, run)
        } else if first < due {
            lateFrames += run.count / frames.leadCount
            guard lateFrames < lateLimit else { throw .countedAnew(sample: sample ?? due, due: due - (shift ?? 0)) }
            return .outOfOrder
        } else {
            lateFrames = 0
            for value in run { frames.append(value) }
        }
        return .frames
    }

    /// The frame that follows the values taken before `mark`.
    private func due(_ mark: Int, _ frames: FrameAssembler) -> Int64 {
        frames.nextFrame + Int64(mark / frames.leadCount)
    }

    /// The frame that the sender speaks of.
    private func first(_ sample: Int64?, _ mark: Int, _ frames: FrameAssembler) -> Int64 {
        let due = self.due(mark, frames)
        return sample.map { $0 + (shift ?? max(0, due - $0)) } ?? due
    }

    /// Puts the held line where it says, or rejects it if the next one is not as far.
    private mutating func settle(
        next: Int64?, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) {
        guard let line = held else { return }
        held = nil
        if let next, next + (shift ?? 0) < line.first { return frames.rejections.count(.outOfOrder) }
        lateFrames = 0
        shift = shift ?? 0
        try frames.skip(to: line.first, emit: emit)
        for value in line.values { frames.append(value) }
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
