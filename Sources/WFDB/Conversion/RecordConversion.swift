internal import Files

/// Converts records between WFDB, EDF and CSV.
///
///     var conversion = RecordConversion(input: "mitdb/100", output: "100.edf")
///     conversion.annotations = try Annotation.read(path: "mitdb/100.atr")
///     let report = try conversion.run { done, total in print(done, total as Any) }
///
/// The paths' suffixes say what is what: `.csv`, `.edf` or `.bdf` (input only), else WFDB. ADC values, gains, baselines
/// and missing samples go over unchanged wherever the output can hold them; `Report.notes` says where it could not.
public struct RecordConversion: Sendable {
    /// The record to read.
    public var input: String
    /// The record to write.
    public var output: String
    /// The signal format of WFDB output; nil for the source's own, or the smallest that holds it.
    public var format: SignalFormat?
    /// The part to convert, in seconds.
    public var seconds: Range<Double>?
    /// Frames per second of CSV input without times.
    public var csvRate: Double?
    /// CSV output without names and times.
    public var isBareCSV = false
    /// Annotations of the source, written into EDF+ output.
    ///
    /// Those outside `seconds` are left out.
    public var annotations: [Annotation] = []

    /// Plans a conversion of everything.
    public init(input: String, output: String) {
        self.input = input
        self.output = output
    }

    /// What came of it.
    public struct Report: Sendable, Equatable {
        /// Frames that were written.
        public var frameCount: Int64 = 0
        /// The signals as they were written.
        public var signals: [SignalDescription] = []
        /// Frames per second of the output.
        public var frameRate = 0.0
        /// Frame of the source that became frame 0.
        public var firstFrame: Int64 = 0
        /// What the output could not hold as it was.
        public var notes: [String] = []
    }

    /// Converts.
    ///
    /// `progress` hears of frames done, of both passes together, and how many there will be.
    public func run(progress: @escaping (_ done: Int64, _ total: Int64?) -> Void = { _, _ in }) throws(WFDBError)
        -> Report
    {
        var monitor = Monitor(report: progress)
        let peaks = try RecordInput.needsPeaks(path: input) ? peaks(&monitor) : nil
        if output.hasSuffix(".csv") { return try writeCSV(peaks, &monitor) }
        if output.hasSuffix(".edf") { return try writeEDF(peaks, &monitor) }
        return try writeWFDB(peaks, &monitor)
    }

    /// Frames at once.
    private static let chunk = 8_192

    /// Counts frames over the passes.
    private struct Monitor {
        let report: (Int64, Int64?) -> Void
        var done: Int64 = 0
        var passes: Int64 = 1

        mutating func add(_ frames: Int, of total: Int64?) {
            done += Int64(frames)
            report(done, total.map { $0 * passes })
        }
    }

    private func open(_ peaks: [Float]?) throws(WFDBError) -> RecordInput {
        if let seconds, seconds.lowerBound < 0 || !seconds.lowerBound.isFinite {
            throw .outOfRange(frame: -1, frameCount: 0)
        }
        return try RecordInput(path: input, csvRate: csvRate, seconds: seconds, peaks: peaks)
    }

    /// The largest magnitude of each signal.
    private func peaks(_ monitor: inout Monitor) throws(WFDBError) -> [Float] {
        let source = try open(nil)
        monitor.passes += 1
        let owners = source.header.columnOwners
        var peaks = [Float](repeating: 0, count: source.header.signals.count)
        var values: [Float] = []
        while case let frames = try source.read(into: &values, maxFrames: Self.chunk), frames > 0 {
            for (index, value) in values.enumerated() where abs(value) > peaks[owners[index % owners.count]] {
                peaks[owners[index % owners.count]] = abs(value)
            }
            monitor.add(frames, of: source.frameCount)
        }
        return peaks
    }

    /// The smallest and largest ADC value of each signal.
    private func ranges(_ peaks: [Float]?, _ monitor: inout Monitor) throws(WFDBError) -> [ClosedRange<Int32>] {
        let source = try open(peaks)
        monitor.passes += 1
        let owners = source.header.columnOwners
        var ranges = [ClosedRange<Int32>?](repeating: nil, count: source.header.signals.count)
        var samples: [Int32] = []
        while case let frames = try source.readRaw(into: &samples, maxFrames: Self.chunk), frames > 0 {
            for (index, sample) in samples.enumerated() where sample != RecordReader.missingSample {
                let signal = owners[index % owners.count]
                let range = ranges[signal] ?? sample...sample
                ranges[signal] = min(range.lowerBound, sample)...max(range.upperBound, sample)
            }
            monitor.add(frames, of: source.frameCount)
        }
        return ranges.map { $0 ?? 0...0 }
    }

    /// Refuses to write a file that the record is read from, whatever its path.
    private func keepInput(from written: [String]) throws(WFDBError) {
        let read = Set(try RecordInput.files(path: input).compactMap { FileIdentity($0) })
        for path in written {
            if let identity = FileIdentity(path), read.contains(identity) { throw .overwritesInput(path: path) }
        }
    }

    private func report(_ source: RecordInput, frames: Int64) -> Report {
        Report(
            frameCount: frames, signals: source.header.signals, frameRate: source.header.frameRate,
            firstFrame: source.firstFrame)
    }

    private func writeCSV(_ peaks: [Float]?, _ monitor: inout Monitor) throws(WFDBError) -> Report {
        try keepInput(from: [output])
        let source = try open(peaks)
        let writer = try CSVWriter(
            path: output, signals: source.header.signals, frameRate: source.header.frameRate,
            firstFrame: source.firstFrame, isBare: isBareCSV)
        var frames: Int64 = 0
        var values: [Float] = []
        while case let read = try source.read(into: &values, maxFrames: Self.chunk), read > 0 {
            try writer.write(values)
            frames += Int64(read)
            monitor.add(read, of: source.frameCount)
        }
        try writer.close()
        return report(source, frames: frames)
    }

    private func writeEDF(_ peaks: [Float]?, _ monitor: inout Monitor) throws(WFDBError) -> Report {
        try keepInput(from: [output])
        let ranges = try ranges(peaks, &monitor)
        let source = try open(peaks)
        let end = source.frameCount.map { $0 + source.firstFrame } ?? .max
        let kept = annotations.filter { $0.sample >= source.firstFrame && $0.sample < end }.map { annotation in
            var moved = annotation
            moved.sample -= source.firstFrame
            return moved
        }
        let writer = try EDFWriter(path: output, header: source.header, ranges: ranges, annotations: kept)
        var frames: Int64 = 0
        var samples: [Int32] = []
        while case let read = try source.readRaw(into: &samples, maxFrames: Self.chunk), read > 0 {
            try writer.write(samples)
            frames += Int64(read)
            monitor.add(read, of: source.frameCount)
        }
        try writer.close()
        var report = report(source, frames: frames)
        report.frameRate = writer.frameRate
        for (signal, scaling) in zip(source.header.signals, writer.scalings) where scaling.step > 1 {
            report.notes.append("\(signal.description): EDF holds 16 bits, so steps are \(scaling.step) ADC units")
        }
        if seconds == nil, kept.count < annotations.count {
            report.notes.append("\(annotations.count - kept.count) annotations outside of the record are left out")
        }
        if writer.shortenedCount > 0 {
            report.notes.append(
                "\(writer.shortenedCount) annotations are not whole: EDF holds 40 bytes of text, no SUB, CHN and NUM")
        }
        let padding = Int64(writer.framesPerRecord) - frames % Int64(writer.framesPerRecord)
        if padding < Int64(writer.framesPerRecord) {
            report.notes.append("the last data record ends with \(padding) frames of missing samples")
        }
        if writer.frameRate != source.header.frameRate {
            report.notes.append(
                "the rate is \(writer.frameRate) Hz, the nearest to \(source.header.frameRate) Hz in EDF")
        }
        return report
    }

    private func writeWFDB(_ peaks: [Float]?, _ monitor: inout Monitor) throws(WFDBError) -> Report {
        let source = try open(peaks)
        let location = RecordLocation(output)
        var header = source.header
        header.name = location.name
        header.layOut(format: format)
        if source.firstFrame > 0 { header.moveStart(by: Double(source.firstFrame) / header.frameRate) }
        var files = [location.headerPath]
        for signal in header.signals { files.append(try location.path(of: signal.fileName)) }
        try keepInput(from: files)
        let writer = try RecordWriter(path: output, header: header)
        var frames: Int64 = 0
        var samples: [Int32] = []
        while case let read = try source.readRaw(into: &samples, maxFrames: Self.chunk), read > 0 {
            try writer.writeRaw(samples)
            frames += Int64(read)
            monitor.add(read, of: source.frameCount)
        }
        let written = try writer.close()
        var report = report(source, frames: frames)
        report.signals = written.signals
        return report
    }
}
