/// Writes signals as a CSV file that `CSVReader` reads.
///
/// The first line is `time_s,NAME (UNITS),…`; a missing sample is an empty field. There is a line for every sample of
/// the fastest signal; slower ones repeat their last sample. Without the first line and the times (`isBare`), the file
/// is what the daemon takes as `csv`.
public final class CSVWriter {
    private let output: RecordFile
    private let signals: [SignalDescription]
    private let columns: [Int]
    private let valuesPerFrame: Int
    private let linesPerFrame: Int
    private let frameRate: Double
    private let isBare: Bool
    private var frame: Int64
    private var buffer: [UInt8] = []

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - signals: names, units and samples per frame.
    ///   - frameRate: frames per second.
    ///   - firstFrame: frame number of the first frame written, for the times.
    public init(
        path: String, signals: [SignalDescription], frameRate: Double, firstFrame: Int64 = 0, isBare: Bool = false
    ) throws(WFDBError) {
        output = try RecordFile(path: path)
        self.signals = signals
        self.frameRate = frameRate
        self.isBare = isBare
        frame = firstFrame
        var next = 0
        columns = signals.map { signal in
            defer { next += signal.samplesPerFrame }
            return next
        }
        valuesPerFrame = next
        linesPerFrame = signals.map(\.samplesPerFrame).max() ?? 1
        guard !isBare else { return }
        let names = signals.map { signal in
            let units = signal.isVoltage ? "mV" : signal.units
            return "\(signal.description) (\(units))".map { $0 == "," || $0 == "\"" ? ";" : String($0) }.joined()
        }
        buffer += Array((["time_s"] + names).joined(separator: ",").utf8) + [0x0A]
    }

    /// Writes whole frames of physical values, as `RecordReader.read` gives them.
    public func write(_ values: [Float]) throws(WFDBError) {
        precondition(values.count.isMultiple(of: valuesPerFrame), "whole frames only")
        for start in stride(from: 0, to: values.count, by: valuesPerFrame) {
            for line in 0..<linesPerFrame { append(values, start, line) }
            frame += 1
            if buffer.count >= 65_536 { try flush() }
        }
    }

    private func append(_ values: [Float], _ start: Int, _ line: Int) {
        if !isBare {
            let time = (Double(frame) + Double(line) / Double(linesPerFrame)) / frameRate
            append(Self.microseconds(time))
        }
        for (index, signal) in signals.enumerated() {
            if index > 0 || !isBare { buffer.append(0x2C) }
            let sample = line * signal.samplesPerFrame / linesPerFrame
            let value = values[start + columns[index] + sample]
            if !value.isNaN { append(value.description) }
        }
        buffer.append(0x0A)
    }

    private func append(_ text: String) { buffer += text.utf8 }

    /// A time with six decimals.
    private static func microseconds(_ time: Double) -> String {
        guard abs(time) < 1e12 else { return time.description }
        let total = Int64((time * 1e6).rounded())
        let (seconds, rest) = total.quotientAndRemainder(dividingBy: 1_000_000)
        return "\(seconds).\(String(rest + 1_000_000).dropFirst())"
    }

    private func flush() throws(WFDBError) {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }

    /// Ends the file and gives it its name.
    public func close() throws(WFDBError) {
        try flush()
        try output.close()
    }
}
