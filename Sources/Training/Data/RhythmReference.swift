import Foundation

/// A recording and its rhythm, as a database's reference has them.
public struct RhythmReference: Sendable, Equatable {
    /// The record.
    public var record: RecordName
    /// Its rhythm.
    public var rhythm: RhythmRecording.Rhythm
}

extension RecordSet {
    /// The records of a database that its `REFERENCE.csv` (a line NAME,RHYTHM each) has in a rhythm without premature beats.
    ///
    /// Sorted by name; records of other rhythms are left out.
    ///
    /// - Throws: `TrainingError.noRhythms` where there is no such file, `.record` with the line that is something else.
    public func rhythms(of database: String) throws(TrainingError) -> [RhythmReference] {
        let path = folder + "/" + database + "/REFERENCE.csv"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .noRhythms(file: path)
        }
        var found: [RhythmReference] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() where !line.isEmpty {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == 2, !fields[0].isEmpty,
                fields[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
            else {
                throw .record("\(path):\(number + 1)", reason: "'\(line.prefix(40))' is no NAME,RHYTHM")
            }
            if let rhythm = RhythmRecording.Rhythm(rawValue: String(fields[1])) {
                found.append(
                    RhythmReference(record: RecordName(database: database, name: String(fields[0])), rhythm: rhythm))
            }
        }
        return found.sorted { $0.record < $1.record }
    }
}
