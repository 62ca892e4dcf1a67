/// Writes an annotation file in MIT format, one annotation at a time.
///
///     let writer = try AnnotationWriter(path: "100.qrs")
///     for peak in peaks { try writer.write(Annotation(sample: peak, code: .normal)) }
///     try writer.close()
///
/// The file appears under its name when it is closed, so nobody reads half of one. Source: *WFDB Applications Guide*,
/// `annot(5)`.
public final class AnnotationWriter {
    /// The file to be written.
    public let path: String
    private let output: RecordFile
    private var encoder = AnnotationEncoder()
    private var buffer: [UInt8] = []

    /// Begins a file.
    public init(path: String) throws(WFDBError) {
        self.path = path
        output = try RecordFile(path: path)
    }

    /// Writes one annotation.
    public func write(_ annotation: Annotation) throws(WFDBError) {
        try encoder.encode(annotation, into: &buffer)
        if buffer.count >= 32_768 { try flush() }
    }

    /// Ends the file and gives it its name.
    public func close() throws(WFDBError) {
        buffer += AnnotationEncoder.ending
        try flush()
        try output.close()
    }

    private func flush() throws(WFDBError) {
        try output.write(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

extension Annotation {
    /// Writes a whole annotation file, the annotations in the order given.
    public static func write(_ annotations: some Sequence<Annotation>, path: String) throws(WFDBError) {
        let writer = try AnnotationWriter(path: path)
        for annotation in annotations { try writer.write(annotation) }
        try writer.close()
    }
}
