internal import CEDF
internal import Synchronization

/// Writes a record as EDF+C through libedf.
///
///     let writer = try EDFWriter(path: "100.edf", header: header, ranges: ranges, annotations: annotations)
///     try writer.write(frames)  // ADC values as `RecordReader.readRaw` gives them
///     try writer.close()
///
/// ADC values that fit 16 bits are stored as they are; signals with a wider range are requantised (`EDFScaling`). A
/// missing sample is -32,768. The last data record is filled up with missing samples. EDF has room for eight
/// characters in each physical limit, so gains are exact to about six digits.
public final class EDFWriter {
    /// Values in a frame.
    public let valuesPerFrame: Int
    /// Frames in a data record.
    public let framesPerRecord: Int
    /// Frames per second that the file states: the nearest to the header's that EDF can express.
    public let frameRate: Double
    /// How each signal is stored.
    public let scalings: [EDFScaling]
    /// Annotations of which not all is in the file, known when it is closed.
    public private(set) var shortenedCount = 0

    private let path: String
    private let file: RecordFile
    /// Where libedf writes.
    private let contentPath: String
    private let samplesPerFrame: [Int]
    private let annotations: [Annotation]
    private let sourceRate: Double
    private var handle: Int32
    private var pending: [Int32] = []
    private var record: [Int32] = []
    private var recordCount: Int64 = 0

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - header: the record's signals, rate, time and date.
    ///   - ranges: the smallest and largest ADC value of each signal, missing samples left out.
    ///   - annotations: those to be written, times in frames.
    public init(
        path: String, header: Header, ranges: [ClosedRange<Int32>], annotations: [Annotation] = []
    ) throws(WFDBError) {
        precondition(ranges.count == header.signals.count, "one range for each signal")
        let timing = try EDFTiming(frameRate: header.frameRate, path: path)
        self.path = path
        sourceRate = header.frameRate
        samplesPerFrame = header.signals.map(\.samplesPerFrame)
        valuesPerFrame = samplesPerFrame.reduce(0, +)
        framesPerRecord = timing.framesPerRecord
        frameRate = timing.frameRate
        scalings = zip(header.signals, ranges).map { EDFScaling($0, range: $1) }
        self.annotations = annotations
        guard valuesPerFrame * framesPerRecord * 2 <= 10 << 20 else {
            throw .edf(path: path, problem: "a data record would have more than 10 MB")
        }
        file = try RecordFile(path: path)
        guard let name = file.contentPath else {
            throw .unwritable(path: path, reason: "EDF is completed at its beginning, which only a regular file allows")
        }
        contentPath = name
        handle = EDFFile.lock.withLock { _ in
            edfopen_file_writeonly(name, EDFLIB_FILETYPE_EDFPLUS, Int32(header.signals.count))
        }
        guard handle >= 0 else { throw .unwritable(path: path, reason: "libedf says \(handle)") }
        for (index, signal) in header.signals.enumerated() { describe(signal, index: Int32(index)) }
        edf_set_datarecord_duration(handle, Int32(timing.duration))
        setStart(header)
        edf_set_equipment(handle, "beatlab")
        let records = max(1, (header.frameCount ?? 0) / Int64(framesPerRecord))
        let lists = max(1, (Int64(annotations.count) + records - 1) / records)
        guard lists <= 64 else {
            abandon()
            throw .edf(path: path, problem: "\(annotations.count) annotations do not fit \(records) data records")
        }
        edf_set_number_of_annotation_signals(handle, Int32(lists))
    }

    deinit { abandon() }

    private func abandon() {
        guard handle >= 0 else { return }
        let open = handle
        _ = EDFFile.lock.withLock { _ in edfclose_file(open) }
        handle = -1
    }

    private func describe(_ signal: SignalDescription, index: Int32) {
        let scaling = scalings[Int(index)]
        edf_set_samplefrequency(handle, index, Int32(signal.samplesPerFrame * framesPerRecord))
        edf_set_digital_minimum(handle, index, -32_768)
        edf_set_digital_maximum(handle, index, 32_767)
        edf_set_physical_minimum(handle, index, EDFScaling.rounded(scaling.physical(-32_768)))
        edf_set_physical_maximum(handle, index, EDFScaling.rounded(scaling.physical(32_767)))
        edf_set_label(handle, index, Self.ascii(signal.description))
        edf_set_physical_dimension(handle, index, Self.ascii(signal.units))
    }

    private func setStart(_ header: Header) {
        var date = header.baseDate ?? EDFFile.unknownDate
        if !(1985...2084).contains(date.year) { date = EDFFile.unknownDate }
        let time = header.baseTime ?? BaseTime(hour: 0, minute: 0, second: 0)
        edf_set_startdatetime(
            handle, Int32(date.year), Int32(date.month), Int32(date.day), Int32(time.hour), Int32(time.minute),
            Int32(time.second))
        edf_set_subsecond_starttime(handle, Int32(time.microsecond * 10))
    }

    /// Writes whole frames of ADC values; `RecordReader.missingSample` stands for a missing one.
    public func write(_ frames: [Int32]) throws(WFDBError) {
        precondition(frames.count.isMultiple(of: valuesPerFrame), "whole frames only")
        pending += frames
        let size = framesPerRecord * valuesPerFrame
        var start = 0
        while pending.count - start >= size {
            try writeRecord(from: start)
            start += size
        }
        pending.removeFirst(start)
    }

    private func writeRecord(from start: Int) throws(WFDBError) {
        var column = 0
        for (index, count) in samplesPerFrame.enumerated() {
            record.removeAll(keepingCapacity: true)
            for frame in 0..<framesPerRecord {
                for sample in 0..<count {
                    record.append(scalings[index].digital(pending[start + frame * valuesPerFrame + column + sample]))
                }
            }
            let status = record.withUnsafeMutableBufferPointer { edfwrite_digital_samples(handle, $0.baseAddress) }
            guard status == 0 else { throw .unwritable(path: path, reason: "libedf cannot write (\(status))") }
            column += count
        }
        recordCount += 1
    }

    /// Fills up the last data record, writes the annotations and gives the file its name.
    public func close() throws(WFDBError) {
        guard handle >= 0 else { return }
        let size = framesPerRecord * valuesPerFrame
        if !pending.isEmpty {
            pending += repeatElement(RecordReader.missingSample, count: size - pending.count)
            try writeRecord(from: 0)
            pending = []
        }
        for annotation in annotations where annotation.sample >= 0 {
            let onset = (Double(annotation.sample) / sourceRate * 10_000).rounded()
            guard onset < 1e15, edfwrite_annotation_utf8(handle, Int64(onset), -1, annotation.edfText) == 0 else {
                throw .edf(path: path, problem: "the annotation at frame \(annotation.sample) cannot be written")
            }
            let stored = EDFAnnotation(onset: onset / 10_000, duration: nil, text: annotation.edfText)
            if !stored.holds(annotation, frameRate: sourceRate) { shortenedCount += 1 }
        }
        let open = handle
        handle = -1
        let status = EDFFile.lock.withLock { _ in edfclose_file(open) }
        guard status == 0, isComplete else {
            throw .unwritable(path: path, reason: "the file cannot be completed: is there room for it?")
        }
        try file.close()
    }

    /// Whether all data records are in the file: libedf does not say when the last bytes do not get there.
    private var isComplete: Bool {
        guard recordCount > 0 else { return true }
        let layout = try? EDFLayout(file: FileBytes(path: contentPath))
        return layout?.recordCount == recordCount
    }

    private static func ascii(_ text: String) -> String {
        String(text.unicodeScalars.map { $0 == "µ" || $0 == "μ" ? "u" : $0.isASCII ? Character($0) : "?" })
    }
}
