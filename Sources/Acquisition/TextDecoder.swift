internal import Signal

/// Reads frames from lines: `csv` or `jsonl`.
struct TextDecoder: Sendable {
    /// Rejected lines after which a stream that never gave a frame is refused.
    static let patience: Int64 = 100

    private let encoding: SampleEncoding
    private var splitter = LineSplitter()
    private var beginning = ""
    private var hasFrames = false
    private var rejectedLines: Int64 = 0
    private var jsonl: JSONFrameReader

    init(encoding: SampleEncoding, sampleRate: Double) {
        precondition(encoding.isText, "binary has its own decoder")
        self.encoding = encoding
        jsonl = JSONFrameReader(sampleRate: sampleRate)
    }

    mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) {
        var splitter = LineSplitter()
        swap(&splitter, &self.splitter)
        defer { swap(&splitter, &self.splitter) }
        try splitter.consume(bytes) { line throws(StreamError) in
            try take(line, into: &frames, emit: emit)
        }
    }

    mutating func finish(into frames: inout FrameAssembler, emit: (StreamItem) -> Void) throws(StreamError) {
        var splitter = self.splitter
        self.splitter = LineSplitter()
        let before = rejectedLines
        try splitter.finish { line throws(StreamError) in
            try take(line, into: &frames, emit: emit)
        }
        try jsonl.finish(into: &frames, emit: emit)
        // A line that stops in the middle is the sender's end, not its mistake.
        if rejectedLines > before { frames.rejections.count(.partialFrame) }
        if rejectedLines > 0, !hasFrames {
            throw .nothingUnderstood(encoding: encoding, rejected: rejectedLines, beginning: beginning)
        }
    }

    private mutating func take(
        _ line: UnsafeBufferPointer<UInt8>?, into frames: inout FrameAssembler, emit: (StreamItem) -> Void
    ) throws(StreamError) {
        guard let line else {
            frames.rejections.count(.oversizedLine)
            return try reject(nil, into: &frames)
        }
        let mark = frames.mark
        let verdict: LineVerdict
        if encoding == .csv {
            verdict = CSVFrameReader.read(line, into: &frames)
        } else {
            verdict = try jsonl.read(line, into: &frames, emit: emit)
        }
        switch verdict {
        case .frames:
            hasFrames = true
            try frames.flushIfLong(emit: emit)
        case .blank: break
        case .outOfOrder: frames.rejections.count(.outOfOrder)
        case .malformed:
            frames.truncate(to: min(mark, frames.mark))
            frames.rejections.count(.malformedLine)
            try reject(line, into: &frames)
        }
    }

    /// A line that cannot be read was a frame all the same where one line is one frame, so that time stays right.
    private mutating func reject(
        _ line: UnsafeBufferPointer<UInt8>?, into frames: inout FrameAssembler
    ) throws(StreamError) {
        rejectedLines += 1
        if rejectedLines == 1, let line {
            beginning = String(decoding: line.prefix(32).map { (0x20...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
        }
        if hasFrames {
            if encoding == .csv { frames.appendMissingFrame() }
        } else if rejectedLines >= Self.patience || line?.contains(0) == true {
            // A NUL says at once that these are no lines of text.
            throw .nothingUnderstood(encoding: encoding, rejected: rejectedLines, beginning: beginning)
        }
    }
}

/// What a line of text was.
enum LineVerdict {
    /// One frame or more.
    case frames
    /// Nothing.
    case blank
    /// Frames that have passed already.
    case outOfOrder
    /// No frame.
    case malformed
}
