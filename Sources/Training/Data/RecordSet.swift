import Foundation

/// A record by its database and name: `mitdb/100`.
public struct RecordName: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    /// Folder of the database below the data folder.
    public var database: String
    /// Name of the record.
    public var name: String

    /// Makes a name.
    public init(database: String, name: String) {
        self.database = database
        self.name = name
    }

    /// The first record of the same patient: 201 and 202 of mitdb are of one, all others of one each.
    public var patient: Self {
        self == Self(database: "mitdb", name: "202") ? Self(database: "mitdb", name: "201") : self
    }

    /// `mitdb/100`.
    public var description: String { database + "/" + name }

    /// By database, then by name.
    public static func < (a: Self, b: Self) -> Bool { (a.database, a.name) < (b.database, b.name) }
}

/// The named sets of records that experiments refer to.
///
/// `ds1` and `ds2` are the inter-patient halves of mitdb (de Chazal et al., *IEEE Trans. Biomed. Eng.* 51 (2004) 1196-1206);
/// `paced` are the four records that EC57 leaves out. `svdb-held-out` is every fifth svdb record in sorted order (the 5th,
/// 10th …), fixed before the first training run; `svdb-train` is the rest.
public struct RecordSet: Sendable {
    /// The folder of the databases.
    public let folder: String

    /// Makes the sets of a data folder.
    public init(folder: String) { self.folder = folder }

    /// de Chazal's training half of mitdb.
    public static let ds1 = [
        "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124", "201", "203", "205", "207",
        "208", "209", "215", "220", "223", "230",
    ]
    /// de Chazal's test half of mitdb.
    public static let ds2 = [
        "100", "103", "105", "111", "113", "117", "121", "123", "200", "202", "210", "212", "213", "214", "219", "221",
        "222", "228", "231", "232", "233", "234",
    ]
    /// The records with paced beats.
    public static let paced = ["102", "104", "107", "217"]

    /// Names that `records(named:)` knows.
    public static let names = [
        "ds1", "ds2", "paced", "svdb", "svdb-train", "svdb-held-out", "DATABASE (all its records)", "DATABASE/RECORD",
    ]

    /// The records of a set, sorted; `mitdb/`, `./mitdb` and `mitdb` are one set, `mitdb/208.hea` is `mitdb/208`.
    public func records(named set: String) throws(TrainingError) -> [RecordName] {
        func mitdb(_ names: [String]) -> [RecordName] { names.map { RecordName(database: "mitdb", name: $0) } }
        switch set {
        case "ds1": return mitdb(Self.ds1)
        case "ds2": return mitdb(Self.ds2)
        case "paced": return mitdb(Self.paced)
        case "svdb-held-out": return Self.split(try database("svdb")).heldOut
        case "svdb-train": return Self.split(try database("svdb")).train
        default:
            let parts = Self.parts(of: set)
            guard parts.count == 2 else { return try database(parts.joined(separator: "/")) }
            let name = parts[1].hasSuffix(".hea") ? String(parts[1].dropLast(4)) : parts[1]
            return [RecordName(database: parts[0], name: name)]
        }
    }

    /// The names on a path below the data folder, without what only spells it otherwise.
    private static func parts(of path: String) -> [String] {
        var parts: [String] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", parts.last ?? ".." != ".." {
                parts.removeLast()
            } else {
                parts.append(String(part))
            }
        }
        return parts
    }

    /// The records of several sets, each once, in the order of first mention.
    public func records(named sets: [String]) throws(TrainingError) -> [RecordName] {
        var found: [RecordName] = []
        var seen: Set<RecordName> = []
        for set in sets {
            for record in try records(named: set) where seen.insert(record).inserted { found.append(record) }
        }
        return found
    }

    /// Path of a record without extension.
    public func path(of record: RecordName) -> String { folder + "/" + record.description }

    /// Every fifth record in sorted order is held out.
    static func split(_ records: [RecordName]) -> (train: [RecordName], heldOut: [RecordName]) {
        var parts: (train: [RecordName], heldOut: [RecordName]) = ([], [])
        for (index, record) in records.sorted().enumerated() {
            if index % 5 == 4 { parts.heldOut.append(record) } else { parts.train.append(record) }
        }
        return parts
    }

    private func database(_ name: String) throws(TrainingError) -> [RecordName] {
        let path = folder + "/" + name
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .noSuchSet(name, folder: folder, known: Self.names)
        }
        let records = files.filter { $0.hasSuffix(".hea") }.map {
            RecordName(database: name, name: String($0.dropLast(4)))
        }
        guard !records.isEmpty else { throw .noSuchSet(name, folder: folder, known: Self.names) }
        return records.sorted()
    }
}
