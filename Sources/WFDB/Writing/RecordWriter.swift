/// Writes a WFDB record, frame by frame.
///
///     let lead = SignalDescription(fileName: "x.dat", format: .int16, gain: 1000, description: "II")
///     let writer = try RecordWriter(path: "out/x", header: Header(name: "x", signals: [lead], frameRate: 360))
///     try writer.write([0.1, 0.2, .nan])  // mV; NaN becomes the format's "no sample here"
///     let header = try writer.close()     // with length, first values and checksums
///
/// Formats 16, 24, 32, 212 and FLAC 508, 516, 524 can be written, with several samples per frame, several signals to a file and
/// several files. Physical values are as `RecordReader` gives them: voltages in mV. Values outside the format's range
/// are clipped and counted. The files appear under their names when the record is closed, the header last.
public final class RecordWriter {
    /// The header as it is known so far.
    public private(set) var header: Header
    /// Values in a frame: the sum of the signals' samples per frame.
    public let valuesPerFrame: Int
    /// Physical values that did not fit the format and were clipped.
    public private(set) var clippedCount: Int64 = 0

    private let location: RecordLocation
    private var files: [File] = []
    private var channels: [Channel] = []
    private var frameCount: Int64 = 0
    private var isClosed = false

    /// Consecutive signals of one signal file.
    private struct File {
        let sink: any SampleSink
        let columns: Range<Int>
    }

    /// How one value of a frame is stored.
    private struct Channel {
        let signal: Int
        let gain: Double
        let baseline: Double
        let range: ClosedRange<Int32>
        let missing: Int32?
        var sum: UInt16 = 0
    }

    /// Begins a record.
    ///
    /// - Parameters:
    ///   - path: the record's path, with or without `.hea`; its last part should be the header's name.
    ///   - header: signals with file names relative to the path's folder, formats and gains; lengths and checksums are
    ///     filled in.
    public init(path: String, header: Header) throws(WFDBError) {
        location = RecordLocation(path)
        self.header = header
        guard !header.signals.isEmpty, !header.isMultiSegment else {
            throw .unrepresentable(what: "record \(header.name)", problem: "a record to write has signals, no segments")
        }
        var first = 0
        var column = 0
        let signals = header.signals
        while first < signals.count {
            var end = first
            var values = 0
            while end < signals.count, signals[end].fileName == signals[first].fileName {
                try Self.check(signals[end], with: signals[first])
                channels += Array(
                    repeating: Self.channel(of: signals[end], index: end), count: signals[end].samplesPerFrame)
                values += signals[end].samplesPerFrame
                end += 1
            }
            let sink = try Self.sink(
                path: location.path(of: signals[first].fileName), signals: Array(signals[first..<end]))
            files.append(.init(sink: sink, columns: column..<column + values))
            column += values
            first = end
        }
        valuesPerFrame = column
    }

    private static func check(_ signal: SignalDescription, with first: SignalDescription) throws(WFDBError) {
        guard signal.format == first.format else {
            throw .unrepresentable(what: signal.fileName, problem: "the signals of a file need the same format")
        }
        guard signal.skew == 0, signal.byteOffset == 0 else {
            throw .unrepresentable(what: signal.fileName, problem: "skew and byte offset cannot be written")
        }
    }

    private static func channel(of signal: SignalDescription, index: Int) -> Channel {
        let bits = Int64(signal.format.bits)
        // The most negative value says "no sample here".
        let lowest = Int32(-(Int64(1) << (bits - 1)) + 1)
        let highest = Int32((Int64(1) << (bits - 1)) - 1)
        return Channel(
            signal: index, gain: signal.gain / signal.millivoltsPerUnit, baseline: Double(signal.baseline),
            range: lowest...highest, missing: signal.format.missingValue)
    }

    private static func sink(path: String, signals: [SignalDescription]) throws(WFDBError) -> any SampleSink {
        let format = signals[0].format
        if FLACSink.formats.contains(format) {
            guard signals.allSatisfy({ $0.samplesPerFrame == signals[0].samplesPerFrame }) else {
                throw .unrepresentable(
                    what: signals[0].fileName, problem: "the signals of a FLAC file need equal samples per frame")
            }
            return try FLACSink(
                path: path, format: format, channels: signals.count, samplesPerFrame: signals[0].samplesPerFrame)
        }
        guard BlockSink.formats.contains(format) else {
            throw .unsupportedFormat(format, reason: "cannot be written; use 16, 24, 32, 212, 508, 516 or 524")
        }
        return try BlockSink(path: path, format: format)
    }

    /// Writes whole frames of physical values.
    public func write(_ values: [Float]) throws(WFDBError) {
        precondition(values.count.isMultiple(of: valuesPerFrame), "whole frames only")
        var samples = [Int32](repeating: 0, count: values.count)
        var column = 0
        for index in values.indices {
            samples[index] = sample(values[index], channels[column])
            column = column + 1 == valuesPerFrame ? 0 : column + 1
        }
        try append(samples)
    }

    /// Writes whole frames of ADC values; `RecordReader.missingSample` stands for a missing one.
    ///
    /// Throws `WFDBError.unrepresentable` for a value that the format cannot hold.
    public func writeRaw(_ values: [Int32]) throws(WFDBError) {
        precondition(values.count.isMultiple(of: valuesPerFrame), "whole frames only")
        var samples = values
        for index in samples.indices {
            let channel = channels[index % valuesPerFrame]
            if samples[index] == RecordReader.missingSample, let missing = channel.missing { samples[index] = missing }
            guard channel.range.contains(samples[index]) || samples[index] == channel.missing else {
                throw .unrepresentable(
                    what: "ADC value \(samples[index]) of \(header.signals[channel.signal].description)",
                    problem: "format \(header.signals[channel.signal].format.rawValue) holds "
                        + "\(channel.range.lowerBound) to \(channel.range.upperBound)")
            }
        }
        try append(samples)
    }

    private func sample(_ value: Float, _ channel: Channel) -> Int32 {
        guard !value.isNaN else { return channel.missing ?? channel.range.lowerBound }
        let exact = (Double(value) * channel.gain + channel.baseline).rounded()
        let clipped = min(max(exact, Double(channel.range.lowerBound)), Double(channel.range.upperBound))
        if clipped != exact { clippedCount += 1 }
        return Int32(clipped)
    }

    private func append(_ samples: [Int32]) throws(WFDBError) {
        precondition(!isClosed, "the record is closed")
        guard !samples.isEmpty else { return }
        if frameCount == 0 { setInitialValues(samples) }
        for index in samples.indices {
            channels[index % valuesPerFrame].sum &+= UInt16(truncatingIfNeeded: samples[index])
        }
        let frames = samples.count / valuesPerFrame
        var part: [Int32] = []
        for file in files {
            if file.columns.count == valuesPerFrame {
                try Self.write(samples, to: file.sink)
                continue
            }
            part.removeAll(keepingCapacity: true)
            for frame in 0..<frames {
                let start = frame * valuesPerFrame
                part += samples[start + file.columns.lowerBound..<start + file.columns.upperBound]
            }
            try Self.write(part, to: file.sink)
        }
        frameCount += Int64(frames)
    }

    private static func write(_ samples: [Int32], to sink: any SampleSink) throws(WFDBError) {
        try samples.withUnsafeBufferPointer { (buffer) throws(WFDBError) in try sink.write(buffer) }
    }

    private func setInitialValues(_ samples: [Int32]) {
        var column = 0
        for index in header.signals.indices {
            header.signals[index].initialValue = Int(samples[column])
            column += header.signals[index].samplesPerFrame
        }
    }

    /// Ends the signal files, writes the header and returns it.
    @discardableResult
    public func close() throws(WFDBError) -> Header {
        guard !isClosed else { return header }
        isClosed = true
        var sums = [UInt16](repeating: 0, count: header.signals.count)
        for channel in channels { sums[channel.signal] &+= channel.sum }
        for index in header.signals.indices { header.signals[index].checksum = sums[index] }
        header.frameCount = frameCount
        for file in files { try file.sink.close() }
        try header.write(path: location.headerPath)
        return header
    }
}
