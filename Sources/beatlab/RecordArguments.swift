import ArgumentParser
import Foundation

/// Records on the command line: paths without `.hea`, header files, or folders that stand for all records inside.
struct RecordArguments: ParsableArguments {
    @Argument(help: "Records: paths without .hea, or folders of records.")
    var records: [String]

    /// The paths without `.hea`, folders replaced by their records in order of name.
    func paths() throws -> [String] {
        try records.flatMap { record -> [String] in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: record, isDirectory: &isFolder), isFolder.boolValue else {
                return [record.hasSuffix(".hea") ? String(record.dropLast(4)) : record]
            }
            let folder = record.hasSuffix("/") ? String(record.dropLast()) : record
            let headers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let names = headers.filter { $0.hasSuffix(".hea") }.map { "\(folder)/\($0.dropLast(4))" }.sorted()
            guard !names.isEmpty else {
                throw ExitStatus.noInput.failure("\(record) holds no records (no .hea file)")
            }
            return names
        }
    }
}
