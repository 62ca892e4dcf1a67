/// What the header of an EDF or BDF file says about the file's layout, read before libedf sees the file.
///
/// libedf trusts some of these fields; here they are checked against the file's size. EDF+D and unfinished recordings
/// are refused with the reason. Sources: Kemp et al., *Electroenceph. clin. Neurophysiol.* 82 (1992) 391-393; Kemp &
/// Olivan, *Clin. Neurophysiol.* 114 (2003) 1755-1761.
struct EDFLayout {
    /// One signal of the file, annotation signals included.
    struct Signal {
        let isAnnotation: Bool
        let label: String
        /// Physical dimension without blanks; `NU` (no units) where there is none.
        let units: String
        let samplesPerRecord: Int
        /// Bytes from the start of a data record.
        let offset: Int
    }

    let bytesPerSample: Int
    let headerBytes: Int
    let recordCount: Int64
    let recordBytes: Int
    let recordDuration: Double
    let signals: [Signal]
    /// The patient and recording fields, as comments of a WFDB header.
    let comments: [String]

    private static let largestRecord = 15 << 20

    init(file: FileBytes) throws(WFDBError) {
        let path = file.path
        let fixed = try Self.bytes(of: file, at: 0, count: 256)
        let isBDF = fixed[0] == 0xFF && Array(fixed[1..<8]) == Array("BIOSEMI".utf8)
        guard isBDF || Array(fixed[..<8]) == Array("0       ".utf8) else {
            throw .edf(path: path, problem: "this is no EDF or BDF file")
        }
        let reserved = Self.text(fixed[192..<236])
        if reserved.hasPrefix("EDF+D") || reserved.hasPrefix("BDF+D") {
            throw .edf(
                path: path,
                problem: "EDF+D files have gaps between their data records, which frames in a row cannot show; "
                    + "split the file at its gaps into EDF+C files and read these")
        }
        guard let count = Int(Self.text(fixed[252..<256])), (1...640).contains(count) else {
            throw .edf(path: path, problem: "the number of signals is not 1 to 640")
        }
        guard let headerBytes = Int(Self.text(fixed[184..<192])), headerBytes == 256 * (count + 1) else {
            throw .edf(path: path, problem: "the header's length is not 256 bytes for each of \(count) signals and one")
        }
        guard let records = Int64(Self.text(fixed[236..<244])), records != -1 else {
            throw .edf(path: path, problem: "the recording is not finished: the number of data records is unknown")
        }
        guard let duration = Double(Self.text(fixed[244..<252])), duration >= 0, duration.isFinite else {
            throw .edf(path: path, problem: "the duration of a data record is no number")
        }
        let rest = try Self.bytes(of: file, at: 256, count: 256 * count)
        bytesPerSample = isBDF ? 3 : 2
        let marker = isBDF ? "BDF Annotations" : "EDF Annotations"
        var signals: [Signal] = []
        var offset = 0
        for index in 0..<count {
            let field = 216 * count + 8 * index
            guard let samples = Int(Self.text(rest[field..<field + 8])), (1...Self.largestRecord).contains(samples)
            else { throw .edf(path: path, problem: "signal \(index) has no sensible number of samples") }
            let label = Self.text(rest[16 * index..<16 * index + 16])
            let dimension = 96 * count + 8 * index
            let units = Self.text(rest[dimension..<dimension + 8]).split(separator: " ").joined(separator: "_")
            signals.append(
                .init(
                    isAnnotation: label == marker, label: label, units: units.isEmpty ? "NU" : units,
                    samplesPerRecord: samples, offset: offset))
            offset += samples * bytesPerSample
            guard offset <= Self.largestRecord else {
                throw .edf(path: path, problem: "a data record has more than \(Self.largestRecord) bytes")
            }
        }
        guard records > 0, let needed = Self.bytes(records, of: offset), needed + Int64(headerBytes) <= file.size else {
            throw .edf(path: path, problem: "the file is shorter than its \(records) data records; fetch it again")
        }
        guard signals.contains(where: { !$0.isAnnotation }) else {
            throw .edf(path: path, problem: "there are no signals, only annotations")
        }
        comments = [("patient", fixed[8..<88]), ("recording", fixed[88..<168])].map { ($0.0, Self.text($0.1)) }
            .filter { !$0.1.isEmpty }.map { " \($0.0): \($0.1)" }
        self.headerBytes = headerBytes
        self.signals = signals
        recordCount = records
        recordBytes = offset
        recordDuration = duration
    }

    private static func bytes(_ records: Int64, of recordBytes: Int) -> Int64? {
        let (product, overflow) = records.multipliedReportingOverflow(by: Int64(recordBytes))
        return overflow || product > 1 << 56 ? nil : product
    }

    private static func bytes(of file: FileBytes, at offset: Int64, count: Int) throws(WFDBError) -> [UInt8] {
        let bytes = try file.bytes(at: offset, count: count)
        guard bytes.count == count else { throw .edf(path: file.path, problem: "the file ends inside its header") }
        return bytes
    }

    /// The header and what follows it, with `?` for characters of text fields that are not ASCII.
    func asciiHeader(_ bytes: [UInt8]) -> [UInt8] {
        let count = signals.count
        // Patient and recording; then label, transducer and dimension; prefilter; the reserved field of each signal.
        let texts = [8..<168, 256..<256 + 104 * count, 256 + 136 * count..<256 + 216 * count]
        var ascii = bytes
        for index in texts.joined() where !(32...126).contains(ascii[index]) { ascii[index] = 0x3F }
        for index in 256 + 224 * count..<256 * (count + 1) where !(32...126).contains(ascii[index]) {
            ascii[index] = 0x20
        }
        return ascii
    }

    /// The words of a field in ISO 8859-1, which is what labels and units are in practice, with one blank between them.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        let characters = bytes.map { $0 == 0 ? " " : Character(Unicode.Scalar($0)) }
        return String(characters).split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
