/// Parses the text of a header file.
///
/// What is optional and wrong becomes a warning and its default; what cannot be missing is an error. Header text is
/// hostile: numbers are range-checked, lists are bounded.
struct HeaderParser {
    /// Bounds that no honest record comes near, so that a header cannot ask for unbounded memory.
    enum Limit {
        static let fileBytes: Int64 = 4 << 20
        static let frameRates = 1e-6...1e9
        /// Magnitudes; beyond them physical values would not be finite.
        static let gains = 1e-12...1e15
        static let signals = 4_096
        static let samplesPerFrame = 65_536
        static let valuesPerFrame = 1 << 20
        static let segments = 1 << 18
    }

    let name: String
    var warnings: [Header.Warning] = []

    init(name: String) { self.name = name }

    mutating func parse(_ bytes: [UInt8]) throws(WFDBError) -> Header {
        var recordLine: RecordLine?
        var signals: [SignalDescription] = []
        var segments: [Header.Segment] = []
        var comments: [String] = []
        var lineNumber = 0
        var start = 0
        while start <= bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let line = bytes[start..<end]
            start = end + 1
            lineNumber += 1
            let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            if text.hasPrefix("#") {
                comments.append(String(text.dropFirst()))
                continue
            }
            var scanner = FieldScanner(text)
            scanner.skipBlanks()
            // A name that begins with # could not be written again; after blanks, too, it begins a comment.
            guard !scanner.isAtEnd, scanner.next != 0x23 else { continue }
            guard let record = recordLine else {
                recordLine = try parseRecordLine(&scanner, line: lineNumber)
                continue
            }
            if let count = record.segmentCount {
                guard segments.count < count else {
                    warn(lineNumber, "more segments than the \(count) of the record line: ignored")
                    continue
                }
                segments.append(try parseSegment(&scanner, line: lineNumber))
            } else {
                guard signals.count < record.signalCount else {
                    warn(lineNumber, "more signals than the \(record.signalCount) of the record line: ignored")
                    continue
                }
                signals.append(
                    try parseSignal(&scanner, line: lineNumber, index: signals.count, previous: signals.last))
            }
        }
        guard let record = recordLine else {
            throw .malformedHeader(name: name, line: max(lineNumber, 1), problem: "there is no record line")
        }
        try check(record, signals: signals, segments: segments, line: lineNumber)
        var header = Header(
            name: record.name, signals: signals, frameRate: record.frameRate, frameCount: record.frameCount,
            baseTime: record.baseTime, baseDate: record.baseDate, comments: comments)
        header.signalCount = record.signalCount
        header.counterFrequency = record.counterFrequency
        header.baseCounter = record.baseCounter
        header.segments = segments
        header.warnings = warnings
        return header
    }

    mutating func warn(_ line: Int, _ problem: String) {
        if warnings.count < 100 { warnings.append(.init(line: line, problem: problem)) }
    }

    func malformed(_ line: Int, _ problem: String) -> WFDBError {
        .malformedHeader(name: name, line: line, problem: problem)
    }

    private mutating func check(
        _ record: RecordLine, signals: [SignalDescription], segments: [Header.Segment], line: Int
    ) throws(WFDBError) {
        if let count = record.segmentCount {
            guard segments.count == count else {
                throw malformed(line, "\(count) segments announced, \(segments.count) found")
            }
            let total = segments.reduce(Int64(0)) { $0.addingReportingOverflow($1.frameCount).partialValue }
            if let frames = record.frameCount, frames != total {
                warn(1, "length \(frames) is not the segments' sum \(total): the sum holds")
            }
            return
        }
        guard signals.count == record.signalCount else {
            throw malformed(line, "\(record.signalCount) signals announced, \(signals.count) described")
        }
        guard signals.reduce(0, { $0 + $1.samplesPerFrame }) <= Limit.valuesPerFrame else {
            throw malformed(line, "more than \(Limit.valuesPerFrame) samples in a frame")
        }
    }

    private mutating func parseSegment(_ scanner: inout FieldScanner, line: Int) throws(WFDBError) -> Header.Segment {
        guard let segment = scanner.word() else { throw malformed(line, "a segment needs a name") }
        scanner.skipBlanks()
        guard let frames = scanner.integer(), frames >= 0, frames < 1 << 48 else {
            throw malformed(line, "segment \(segment) needs a length in frames")
        }
        return .init(name: segment, frameCount: frames)
    }
}
