/// An annotation of an EDF+ file.
public struct EDFAnnotation: Sendable, Equatable {
    /// Seconds since the start of the file.
    public var onset: Double
    /// Seconds; nil where the file gives none.
    public var duration: Double?
    /// The text, UTF-8.
    public var text: String
}

/// Reads the annotations of an EDF+ file, one data record at a time.
///
/// A time-stamped annotation list is `+ONSET[^U DURATION]^T TEXT^T … ^@`, ^U = 0x15 and ^T = 0x14; the first of a data
/// record has an empty text and says when the record begins. What cannot be parsed is counted, not guessed.
struct EDFAnnotationReader {
    private let file: FileBytes
    private let layout: EDFLayout
    private var record: Int64 = 0
    private var start: Double?
    /// Lists that could not be parsed.
    private(set) var malformedCount = 0

    init(_ file: EDFFile) {
        self.file = file.file
        layout = file.layout
    }

    /// The annotations of the next data record; nil at the end.
    mutating func next() throws(WFDBError) -> [EDFAnnotation]? {
        guard record < layout.recordCount else { return nil }
        defer { record += 1 }
        var annotations: [EDFAnnotation] = []
        for signal in layout.signals where signal.isAnnotation {
            let position = Int64(layout.headerBytes) + record * Int64(layout.recordBytes) + Int64(signal.offset)
            let bytes = try file.bytes(at: position, count: signal.samplesPerRecord * layout.bytesPerSample)
            for list in bytes.split(separator: 0) { parse(list, into: &annotations) }
        }
        return annotations
    }

    private mutating func parse(_ list: ArraySlice<UInt8>, into annotations: inout [EDFAnnotation]) {
        let parts = list.split(separator: 0x14, omittingEmptySubsequences: false)
        let times = parts[0].split(separator: 0x15, omittingEmptySubsequences: false)
        guard parts.count >= 2, let sign = parts[0].first, sign == 0x2B || sign == 0x2D, times.count <= 2,
            let onset = Double(String(decoding: times[0], as: UTF8.self)), onset.isFinite, abs(onset) < 1e12
        else {
            malformedCount += 1
            return
        }
        let duration = times.count == 2 ? Double(String(decoding: times[1], as: UTF8.self)) : nil
        // The first list of the file says by which fraction of a second it begins late.
        if start == nil { start = parts[1].isEmpty ? onset : 0 }
        for text in parts[1...] where !text.isEmpty {
            annotations.append(
                .init(
                    onset: onset - (start ?? 0), duration: duration, text: String(decoding: text, as: UTF8.self)))
        }
    }
}

/// All annotations of an EDF+ file; none where it is plain EDF.
public struct EDFAnnotations: Sendable {
    /// In the order of the file.
    public let annotations: [EDFAnnotation]
    /// Lists that could not be parsed and were left out.
    public let malformedCount: Int

    /// Reads the annotations of a file.
    public init(path: String) throws(WFDBError) {
        var reader = EDFAnnotationReader(try EDFFile(path: path))
        var annotations: [EDFAnnotation] = []
        while let more = try reader.next() { annotations += more }
        self.annotations = annotations
        malformedCount = reader.malformedCount
    }
}

extension EDFAnnotation {
    /// Reads the annotations of an EDF+ file; none where it is plain EDF.
    public static func read(path: String) throws(WFDBError) -> [EDFAnnotation] {
        try EDFAnnotations(path: path).annotations
    }
}
