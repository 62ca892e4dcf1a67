internal import Files

/// A file of a record: an `OutputFile` that fails as everything here does.
struct RecordFile {
    private let file: OutputFile

    init(path: String) throws(WFDBError) {
        do { file = try OutputFile(path: path) } catch { throw WFDBError(error) }
    }

    /// A path under which another library can write the content, until `close`; nil where bytes go straight through.
    var contentPath: String? { file.contentPath }

    /// Appends bytes, or puts them at a position.
    func write(_ bytes: [UInt8], at position: Int64? = nil) throws(WFDBError) {
        do { try file.write(bytes, at: position) } catch { throw WFDBError(error) }
    }

    /// Ends the file and gives it its name.
    func close() throws(WFDBError) {
        do { try file.close() } catch { throw WFDBError(error) }
    }
}

extension WFDBError {
    fileprivate init(_ error: UnwritableFile) { self = .unwritable(path: error.path, reason: error.reason) }
}
