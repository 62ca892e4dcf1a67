internal import CEDF
internal import Foundation
internal import Synchronization

/// An EDF, EDF+C, BDF or BDF+C file, open for reading.
///
/// libedf reads the header. It takes ASCII only, where real files have `µV` and `°C` in ISO 8859-1, and it opens a path
/// only once; so it is shown a copy of the header and the first data record in which such characters of text fields are
/// replaced. Data records are read from the file itself (`EDFSource`).
final class EDFFile {
    /// libedf keeps its open files in a table without a lock.
    static let lock = Mutex(())

    let file: FileBytes
    let layout: EDFLayout
    /// A frame is the longest time that holds whole samples of all signals.
    let framesPerRecord: Int
    /// The signals as a WFDB header describes them.
    let header: Header
    /// Exact ADC values of 0 physical units; WFDB headers have them rounded.
    let baselines: [Double]

    init(path: String) throws(WFDBError) {
        file = try FileBytes(path: path)
        layout = try EDFLayout(file: file)
        guard let info = edf_header_new() else { throw .edf(path: path, problem: "no memory for the header") }
        defer { free(info) }
        try Self.parse(file, layout: layout, into: info)
        let visible = layout.signals.filter { !$0.isAnnotation }
        guard Int(info.pointee.edfsignals) == visible.count else {
            throw .edf(path: path, problem: "signals and annotation signals cannot be told apart")
        }
        framesPerRecord = visible.map(\.samplesPerRecord).reduce(0, Self.greatestCommonDivisor)
        (header, baselines) = Self.header(path: path, info: info, layout: layout, framesPerRecord: framesPerRecord)
    }

    /// Has libedf parse the header.
    private static func parse(
        _ file: FileBytes, layout: EDFLayout, into info: UnsafeMutablePointer<edf_hdr_struct>
    ) throws(WFDBError) {
        let copy = memfd_create("edf", 1 /* MFD_CLOEXEC */)
        guard copy >= 0 else { throw .edf(path: file.path, problem: "no memory for the header") }
        defer { close(copy) }
        let start = try file.bytes(at: 0, count: layout.headerBytes + layout.recordBytes)
        let bytes = layout.asciiHeader(start)
        let written = bytes.withUnsafeBytes { pwrite(copy, $0.baseAddress, $0.count, 0) }
        // The rest is a hole that takes no memory: libedf compares the file's size.
        guard written == bytes.count, ftruncate(copy, off_t(file.size)) == 0 else {
            throw .edf(path: file.path, problem: "no memory for the header")
        }
        let status = lock.withLock { _ in
            let status = edfopen_file_readonly("/proc/self/fd/\(copy)", info, EDFLIB_DO_NOT_READ_ANNOTATIONS)
            if status == 0 { edfclose_file(info.pointee.handle) }
            return status
        }
        guard status == 0 else { throw .edf(path: file.path, problem: reason(info.pointee.filetype)) }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case EDFLIB_MALLOC_ERROR: "no memory"
        case EDFLIB_FILE_CONTAINS_FORMAT_ERRORS: "the header breaks the rules of EDF; EDFbrowser tells in detail where"
        case EDFLIB_MAXFILES_REACHED: "too many EDF files are open"
        case EDFLIB_FILE_READ_ERROR: "the file cannot be read"
        case EDFLIB_FILE_IS_DISCONTINUOUS: "EDF+D files have gaps between their data records and are not read"
        default: "libedf refuses the file (\(code))"
        }
    }

    private static func header(
        path: String, info: UnsafeMutablePointer<edf_hdr_struct>, layout: EDFLayout, framesPerRecord: Int
    ) -> (Header, [Double]) {
        let fileName = path.split(separator: "/").last.map(String.init) ?? path
        var signals: [SignalDescription] = []
        var baselines: [Double] = []
        for (index, shape) in layout.signals.filter({ !$0.isAnnotation }).enumerated() {
            guard let signal = edf_header_signal(info, Int32(index))?.pointee else { continue }
            let gain = Double(signal.dig_max - signal.dig_min) / (signal.phys_max - signal.phys_min)
            let baseline = Double(signal.dig_max) - signal.phys_max * gain
            let isCalibrated = gain.isFinite && gain != 0 && abs(baseline) < 0x7FFF_FFFF
            baselines.append(isCalibrated ? baseline : 0)
            signals.append(
                SignalDescription(
                    fileName: fileName, format: layout.bytesPerSample == 3 ? .int24 : .int16,
                    samplesPerFrame: shape.samplesPerRecord / framesPerRecord,
                    gain: isCalibrated ? gain : SignalDescription.defaultGain, isCalibrated: isCalibrated,
                    baseline: isCalibrated ? Int(baseline.rounded()) : 0, units: shape.units,
                    adcZero: (Int(signal.dig_max) + Int(signal.dig_min) + 1) / 2, description: shape.label))
        }
        let duration = Double(info.pointee.datarecord_duration) / Double(EDFLIB_TIME_DIMENSION)
        var header = Header(
            name: String(fileName.dropLast(4)), signals: signals,
            frameRate: Double(framesPerRecord) / (duration > 0 ? duration : 1),
            frameCount: layout.recordCount * Int64(framesPerRecord))
        header.baseTime = BaseTime(
            hour: Int(info.pointee.starttime_hour), minute: Int(info.pointee.starttime_minute),
            second: Int(info.pointee.starttime_second), microsecond: Int(info.pointee.starttime_subsecond / 10))
        header.baseDate = BaseDate(
            year: Int(info.pointee.startdate_year), month: Int(info.pointee.startdate_month),
            day: Int(info.pointee.startdate_day))
        if header.baseDate == Self.unknownDate, header.baseTime == BaseTime(hour: 0, minute: 0, second: 0) {
            header.baseDate = nil
            header.baseTime = nil
        }
        header.comments = layout.comments
        return (header, baselines)
    }

    /// The day, at midnight, that EDF files have where nobody knows or should know when they were made.
    static let unknownDate = BaseDate(year: 1985, month: 1, day: 1)

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
