extension Header {
    /// Reads the header of a record.
    ///
    /// - Parameter path: the record's path, with or without `.hea`: `mitdb/100`; or that of an EDF or BDF file.
    public init(path: String) throws(WFDBError) {
        let location = RecordLocation(path)
        guard !location.isEDF else {
            self = try EDFFile(path: path).header
            return
        }
        let bytes = try FileBytes.contents(of: location.headerPath, limit: HeaderParser.Limit.fileBytes)
        try self.init(parsing: bytes, name: location.name)
    }

    /// Parses the bytes of a header file.
    ///
    /// `name` stands in messages.
    public init(parsing bytes: [UInt8], name: String) throws(WFDBError) {
        var parser = HeaderParser(name: name)
        self = try parser.parse(bytes)
    }
}

/// Where a record lies: the directory of its header and its name there.
struct RecordLocation {
    let directory: String
    let name: String

    init(_ path: String) {
        let bare = path.hasSuffix(".hea") ? String(path.dropLast(4)) : path
        if let slash = bare.lastIndex(of: "/") {
            directory = String(bare[...slash])
            name = String(bare[bare.index(after: slash)...])
        } else {
            directory = ""
            name = bare
        }
    }

    /// True for the path of an EDF or BDF file.
    var isEDF: Bool { [".edf", ".bdf"].contains(name.suffix(4).lowercased()) }

    var headerPath: String { directory + name + ".hea" }

    /// The path of a file that the header names.
    ///
    /// Headers are hostile: absolute paths and `..` are refused.
    func path(of file: String) throws(WFDBError) -> String {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe =
            !file.isEmpty && !file.utf8.contains(0) && !parts.contains { $0 == ".." || $0.isEmpty || $0 == "." }
        guard isSafe else { throw .unsafePath(name: name, path: file) }
        return directory + file
    }
}
