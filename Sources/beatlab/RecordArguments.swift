import ArgumentParser
import Foundation

/// Records on the command line: paths without `.hea`, header files, or folders that stand for all records inside.
struct RecordArguments: ParsableArguments {
    @Argument(help: "Records: paths without .hea, or folders of records.")
    var records: [String]

    /// The paths without `.hea`, folders replaced by their records in order of name, each record once.
    func paths() throws -> [String] {
        let paths = try records.flatMap { record -> [String] in
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
        var seen: Set<String> = []
        return paths.filter { seen.insert(Self.place($0)).inserted }
    }

    /// The record's name in the folder that its path leads to, however it is spelt.
    private static func place(_ path: String) -> String {
        let url = URL(filePath: path)
        return url.deletingLastPathComponent().resolvingSymlinksInPath().appending(path: url.lastPathComponent).path
    }

    /// Refuses to write two records into one file.
    static func requireDistinct(_ outputs: [(record: String, file: String)]) throws {
        var owners: [String: String] = [:]
        for (record, file) in outputs {
            if let other = owners.updateValue(record, forKey: file) {
                throw ExitStatus.usage.failure(
                    "\(other) and \(record) would both be written to \(file): write them into folders of their own")
            }
        }
    }
}
