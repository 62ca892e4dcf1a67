/// Reads the signals of a WFDB record as a stream of frames, in bounded memory.
///
///     let reader = try RecordReader(path: "mitdb/100")
///     var values: [Float] = []
///     while try reader.read(into: &values, maxFrames: 4_096) > 0 {
///         // values: frames one after the other, `reader.valuesPerFrame` values each
///     }
///     reader.findings  // what did not match the header's checksums
///
/// A frame holds the samples of the signals in the order of `signals`, `samplesPerFrame` of each. Values are physical:
/// voltages in mV whatever multiple of the volt the header uses, other quantities in their own units, `NaN` where a
/// sample is missing. `readRaw` gives ADC values instead. Multi-segment records read as one: signals that a segment
/// does not have are missing there, gains are each segment's own.
///
/// Headers are not trusted: whatever one says, a reader takes less than 160 MB (signal files 66, a read of `largestRead`
/// values 64, the header the rest), and a record of a few leads some 300 KB.
///
/// Where a signal file ends before the length that the header states, its frames are handed out and the next `read`
/// throws `WFDBError.truncatedSignal`.
public final class RecordReader {
    /// What `readRaw` gives for a missing sample, in every format.
    public static let missingSample = Int32.min

    /// Values that one `read` gives at most; where frames are so wide that `maxFrames` would be more, it gives fewer.
    public static let largestRead = 1 << 24

    /// The record's header.
    public let header: Header
    /// The record's signals; for a multi-segment record those of its layout, or of its first segment.
    public let signals: [SignalDescription]
    /// Values in a frame: the sum of the signals' samples per frame.
    public let valuesPerFrame: Int
    /// Length in frames; nil where only reading to the end will tell.
    public let frameCount: Int64?
    /// The next frame that `read` gives.
    public private(set) var position: Int64 = 0
    /// Signals that do not match their header, known where segments have been read from start to end.
    public private(set) var findings: [IntegrityFinding] = []

    private let location: RecordLocation
    private let columns: [Int]
    private let segments: [Span]
    private var current: (index: Int, reader: SegmentReader?)?
    /// Why the next `read` fails: the frames before have been handed out.
    private var failure: WFDBError?
    /// The last segment whose findings have been taken.
    private var lastFound = -1

    /// A segment with its place in the record.
    private struct Span {
        let start: Int64
        let end: Int64
        let name: String
        let isNull: Bool
    }

    /// Opens a record.
    ///
    /// - Parameter path: the record's path, with or without `.hea`: `mitdb/100`; or that of an EDF or BDF file.
    public init(path: String) throws(WFDBError) {
        location = RecordLocation(path)
        let file = location.isEDF ? try EDFFile(path: path) : nil
        header = if let file { file.header } else { try Header(path: path) }
        if header.isMultiSegment {
            signals = try Self.layout(of: header, location: location)
        } else {
            signals = header.signals
        }
        var next = 0
        var columns: [Int] = []
        for signal in signals {
            columns.append(next)
            next += signal.samplesPerFrame
        }
        self.columns = columns
        valuesPerFrame = next
        guard header.isMultiSegment else {
            let reader: SegmentReader
            if let file {
                reader = SegmentReader(file)
            } else {
                reader = try SegmentReader(
                    header: header, location: location, columns: columns, valuesPerFrame: next)
            }
            frameCount = reader.frameCount
            segments = [.init(start: 0, end: reader.frameCount ?? .max, name: header.name, isNull: false)]
            current = (0, reader)
            return
        }
        var start: Int64 = 0
        var spans: [Span] = []
        for segment in header.segments where segment.frameCount > 0 {
            spans.append(
                .init(start: start, end: start + segment.frameCount, name: segment.name, isNull: segment.isNull))
            start += segment.frameCount
        }
        segments = spans
        frameCount = start
    }

    /// Frames per second in Hz.
    public var frameRate: Double { header.frameRate }

    /// Reads the next frames as physical values: `values` becomes `count * valuesPerFrame` long and keeps its storage.
    ///
    /// - Returns: the number of frames, at most `maxFrames`; 0 at the end of the record.
    public func read(into values: inout [Float], maxFrames: Int) throws(WFDBError) -> Int {
        try read(into: &values, maxFrames: maxFrames, missing: .nan) { (reader, frames, output) throws(WFDBError) in
            try reader.read(frames: frames, into: output)
        }
    }

    /// Reads the next frames as ADC values, `missingSample` where there is none.
    ///
    /// - Returns: the number of frames, at most `maxFrames`; 0 at the end of the record.
    public func readRaw(into values: inout [Int32], maxFrames: Int) throws(WFDBError) -> Int {
        try read(into: &values, maxFrames: maxFrames, missing: Self.missingSample) {
            (reader, frames, output) throws(WFDBError) in
            try reader.readRaw(frames: frames, into: output)
        }
    }

    /// Makes a frame the next one that `read` gives; the record's length is allowed and gives its end.
    public func seek(toFrame frame: Int64) throws(WFDBError) {
        guard frame >= 0, frame <= frameCount ?? .max else {
            throw .outOfRange(frame: frame, frameCount: frameCount ?? 0)
        }
        position = frame
        failure = nil
        guard let index = segmentIndex(at: frame) else { return }
        let reader = try openSegment(index)
        try reader?.seek(toFrame: frame - segments[index].start)
    }

    /// Makes the frame at a time the next one that `read` gives.
    ///
    /// - Parameter time: seconds since frame 0; rounded to the nearest frame.
    public func seek(toTime time: Double) throws(WFDBError) {
        let frame = (time * frameRate).rounded()
        guard frame >= 0, frame < 0x1p60 else {
            throw .outOfRange(frame: frame >= 0 ? 1 << 60 : -1, frameCount: frameCount ?? 0)
        }
        try seek(toFrame: Int64(frame))
    }

    private func read<Value>(
        into values: inout [Value], maxFrames: Int, missing: Value,
        using body: (SegmentReader, Int, UnsafeMutablePointer<Value>) throws(WFDBError) -> Int
    ) throws(WFDBError) -> Int {
        precondition(maxFrames > 0, "maxFrames must be positive")
        guard valuesPerFrame > 0 else { return 0 }
        // A header can claim a million values in a frame; the caller's frames of two leads must not become that much.
        let maxFrames = min(maxFrames, max(1, Self.largestRead / valuesPerFrame))
        let capacity = maxFrames * valuesPerFrame
        if values.count < capacity {
            values.append(contentsOf: repeatElement(missing, count: capacity - values.count))
        }
        var done = 0
        do throws(WFDBError) {
            if let failure { throw failure }
            while done < maxFrames, let index = segmentIndex(at: position) {
                let wanted = Int(min(Int64(maxFrames - done), segments[index].end - position))
                let count = try values.withUnsafeMutableBufferPointer { (buffer) throws(WFDBError) -> Int in
                    guard let base = buffer.baseAddress else { return 0 }
                    return try readSegment(
                        index, frames: wanted, into: base + done * valuesPerFrame, missing: missing, using: body)
                }
                done += count
                position += Int64(count)
                takeFindings(index, isAtEnd: count < wanted)
                if count < wanted { break }
            }
        } catch {
            failure = error
            if done == 0 {
                values.removeAll(keepingCapacity: true)
                throw error
            }
        }
        values.removeLast(values.count - done * valuesPerFrame)
        return done
    }

    private func readSegment<Value>(
        _ index: Int, frames: Int, into output: UnsafeMutablePointer<Value>, missing: Value,
        using body: (SegmentReader, Int, UnsafeMutablePointer<Value>) throws(WFDBError) -> Int
    ) throws(WFDBError) -> Int {
        let reader = try openSegment(index)
        if reader?.header.isMissingSignals(of: valuesPerFrame) ?? true {
            output.update(repeating: missing, count: frames * valuesPerFrame)
        }
        guard let reader else { return frames }
        return try body(reader, frames, output)
    }

    private func takeFindings(_ index: Int, isAtEnd: Bool) {
        guard isAtEnd || position == segments[index].end, index > lastFound, let reader = current?.reader else {
            return
        }
        findings += reader.findings()
        lastFound = index
    }

    private func segmentIndex(at frame: Int64) -> Int? {
        if let current, frame >= segments[current.index].start, frame < segments[current.index].end {
            return current.index
        }
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].end <= frame { low = middle + 1 } else { high = middle }
        }
        return low < segments.count ? low : nil
    }

    /// The reader of a segment; nil where it is a gap.
    private func openSegment(_ index: Int) throws(WFDBError) -> SegmentReader? {
        if let current, current.index == index { return current.reader }
        let span = segments[index]
        current = nil
        guard !span.isNull else {
            current = (index, nil)
            return nil
        }
        let reader = try Self.segment(
            span.name, frames: span.end - span.start, of: header, location: location, signals: signals,
            columns: columns, valuesPerFrame: valuesPerFrame)
        current = (index, reader)
        return reader
    }
}

extension Header {
    /// True where the signals do not fill a frame of the record.
    func isMissingSignals(of valuesPerFrame: Int) -> Bool {
        let filled = signals.reduce(0) { $0 + ($1.fileName == "~" || $1.format == .null ? 0 : $1.samplesPerFrame) }
        return filled < valuesPerFrame
    }
}
