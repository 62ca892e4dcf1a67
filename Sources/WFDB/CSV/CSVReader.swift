/// Reads signals from a CSV file as a stream of frames.
///
/// The first line names the columns, with units in brackets: `time_s,MLII (mV),V5 (mV)`; without units it is mV. A
/// column `time_s` gives the rate, a column `sample` is skipped. Every further line is a frame; an empty field, `!`,
/// `-` or `NaN` says that a sample is missing. Lines that begin with `#` are comments.
public final class CSVReader {
    /// The file's signals and rate.
    public let header: Header
    private let lines: LineReader
    /// For each column its signal; nil for time and sample numbers.
    private let columns: [Int?]
    /// The first lines of data, read already to find the rate.
    private var first: [(line: Int, bytes: ArraySlice<UInt8>)]

    /// Opens a file.
    ///
    /// - Parameter frameRate: frames per second; nil where a column `time_s` says it.
    public init(path: String, frameRate: Double? = nil) throws(WFDBError) {
        lines = try LineReader(path: path)
        guard let names = try Self.nextLine(lines) else {
            throw .csv(path: path, line: 1, problem: "the file is empty")
        }
        var columns: [Int?] = []
        var signals: [SignalDescription] = []
        var timeColumn: Int?
        for (index, field) in Self.fields(names).enumerated() {
            let name = Self.text(field)
            if name == "time_s" { timeColumn = index }
            guard name != "time_s", name != "sample" else {
                columns.append(nil)
                continue
            }
            guard Double(name) == nil else {
                throw .csv(
                    path: path, line: lines.lineNumber, problem: "the first line must name the columns, not hold values"
                )
            }
            columns.append(signals.count)
            signals.append(Self.signal(name, index: signals.count))
        }
        guard !signals.isEmpty, signals.count <= HeaderParser.Limit.signals else {
            throw .csv(path: path, line: lines.lineNumber, problem: "there are no columns with signals, or too many")
        }
        self.columns = columns
        var rate = frameRate
        first = []
        if rate == nil, let timeColumn {
            (rate, first) = try Self.rate(lines, column: timeColumn, path: path)
        }
        guard let rate, rate > 0, rate < 1e9 else {
            throw .csv(
                path: path, line: lines.lineNumber,
                problem:
                    "the rate is unknown: give it, or a column time_s with at least two times, more than a nanosecond "
                    + "apart")
        }
        let name = path.split(separator: "/").last.map { String($0.split(separator: ".").first ?? $0) } ?? path
        header = Header(name: name, signals: signals, frameRate: rate)
    }

    /// Reads the next frames: `values` becomes `count * header.signals.count` long.
    ///
    /// 0 at the end.
    public func read(into values: inout [Float], maxFrames: Int) throws(WFDBError) -> Int {
        values.removeAll(keepingCapacity: true)
        var frames = 0
        while frames < maxFrames {
            if !first.isEmpty {
                let (line, bytes) = first.removeFirst()
                try append(bytes, line: line, to: &values)
            } else {
                guard let bytes = try Self.nextLine(lines) else { break }
                try append(bytes, line: lines.lineNumber, to: &values)
            }
            frames += 1
        }
        return frames
    }

    private func append(_ bytes: ArraySlice<UInt8>, line: Int, to values: inout [Float]) throws(WFDBError) {
        let fields = Self.fields(bytes)
        guard fields.count == columns.count else {
            throw .csv(
                path: lines.file.path, line: line,
                problem: "\(fields.count) fields, the first line names \(columns.count)")
        }
        for (field, column) in zip(fields, columns) where column != nil {
            let text = Self.text(field)
            if ["", "!", "-", "nan"].contains(text.lowercased()) {
                values.append(.nan)
            } else if let value = Float(text), value.isFinite {
                values.append(value)
            } else {
                throw .csv(path: lines.file.path, line: line, problem: "\"\(text)\" is no number")
            }
        }
    }

    /// The rate of the times in the first lines, and these lines.
    private static func rate(
        _ lines: LineReader, column: Int, path: String
    ) throws(WFDBError) -> (Double?, [(line: Int, bytes: ArraySlice<UInt8>)]) {
        var kept: [(line: Int, bytes: ArraySlice<UInt8>)] = []
        var times: [Double] = []
        while kept.count < 1_000, let line = try nextLine(lines) {
            kept.append((lines.lineNumber, line))
            let fields = fields(line)
            guard column < fields.count, let time = Double(text(fields[column])), time.isFinite else {
                throw .csv(path: path, line: lines.lineNumber, problem: "there is no time")
            }
            times.append(time)
        }
        guard let first = times.first, let last = times.last, last > first else { return (nil, kept) }
        let interval = (last - first) / Double(times.count - 1)
        for (index, time) in times.enumerated() {
            guard abs(time - first - Double(index) * interval) <= 0.5 * interval else {
                throw .csv(
                    path: path, line: kept[index].line,
                    problem:
                        "the times do not increase evenly: \(time) s where \(first + Double(index) * interval) s is due"
                )
            }
        }
        // Times are printed with few digits: 1/0.002778 Hz is meant to be 360 Hz.
        let rate = 1 / interval
        let nearest = rate.rounded()
        return (nearest > 0 && abs(rate - nearest) < 2e-3 * rate / Double(times.count) ? nearest : rate, kept)
    }

    private static func signal(_ name: String, index: Int) -> SignalDescription {
        var description = name
        var units = "mV"
        if name.hasSuffix(")"), let open = name.lastIndex(of: "(") {
            description = String(name[..<open].reversed().drop { $0 == " " }.reversed())
            units = name[name.index(after: open)...].dropLast().split(separator: " ").joined(separator: "_")
        }
        return SignalDescription(
            fileName: "~", format: .int16, units: units.isEmpty ? "NU" : units,
            description: description.isEmpty ? "signal \(index)" : description)
    }

    /// The next line that is neither empty nor a comment.
    private static func nextLine(_ lines: LineReader) throws(WFDBError) -> ArraySlice<UInt8>? {
        while let line = try lines.next() {
            if let byte = line.first, byte != 0x23 { return line }
        }
        return nil
    }

    private static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split(separator: 0x2C, omittingEmptySubsequences: false)
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        var field = field
        let outer: Set<UInt8> = [0x20, 0x09, 0x22]
        while let byte = field.first, outer.contains(byte) { field.removeFirst() }
        while let byte = field.last, outer.contains(byte) { field.removeLast() }
        return String(decoding: field, as: UTF8.self)
    }
}
