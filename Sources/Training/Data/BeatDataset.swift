import Extraction
import Foundation
public import Scoring
public import Signal
import WFDB

/// The beats of many records in memory.
public struct BeatDataset: Sendable {
    /// Beats by record, in the order asked for.
    public let records: [RecordBeats]

    /// Makes a dataset of records.
    public init(records: [RecordBeats]) { self.records = records }

    /// Reads records on several threads, with noise added to them where there is some, or one lead of them alone.
    public init(
        _ names: [RecordName], in set: RecordSet, mapping: LabelMapping, noise: AddedNoise? = nil, lead: Int? = nil,
        threads: Int = 2
    ) async throws {
        records = try await names.inOrder(threads: threads) { name in
            let path = set.path(of: name)
            let distort = try noise?.distortion(ofRecordAt: path)
            return try RecordBeats(reading: name, path: path, mapping: mapping, lead: lead, distort: distort)
        }
    }

    /// Reads the first lead of every record alone, then the second of those that have one.
    init(
        singleLeadsOf names: [RecordName], in set: RecordSet, mapping: LabelMapping, threads: Int
    ) async throws {
        let jobs = (0..<LeadSelection.count).flatMap { lead in names.map { (name: $0, lead: lead) } }
        records = try await jobs.inOrder(threads: threads) { name, lead -> RecordBeats? in
            let path = set.path(of: name)
            guard try Header(path: path).signals.count > lead else { return nil }
            return try RecordBeats(reading: name, path: path, mapping: mapping, lead: lead)
        }.compactMap { $0 }
    }

    /// Names of the records, each once.
    var names: [RecordName] {
        var seen: Set<RecordName> = []
        return records.map(\.record).filter { seen.insert($0).inserted }
    }

    /// The beats of both.
    static func + (first: Self, second: Self) -> Self { Self(records: first.records + second.records) }

    /// Number of beats, labelled or not.
    public var count: Int { records.reduce(0) { $0 + $1.count } }

    /// Labelled beats by class.
    public var classCounts: [BeatClass: Int] {
        var counts: [BeatClass: Int] = [:]
        for record in records {
            for case let label? in record.labels { counts[label, default: 0] += 1 }
        }
        return counts
    }

    /// Inverse frequencies of the classes to the power of `exponent`, 1 on average over beats; empty where it is 0.
    func classWeights(exponent: Float) -> [Float] {
        guard exponent > 0 else { return [] }
        let counts = classCounts
        let total = Float(max(counts.values.reduce(0, +), 1))
        let shares = BeatClass.allCases.map { Float(max(counts[$0] ?? 0, 1)) / total }
        let raw = shares.map { Float(pow(Double($0), -Double(exponent))) }
        let mean = zip(shares, raw).reduce(0) { $0 + $1.0 * $1.1 }
        return raw.map { $0 / max(mean, 1e-6) }
    }

    /// Detected beats that the reference does not have.
    public var falsePeaks: Int { records.reduce(0) { $0 + $1.labels.count { $0 == nil } } }
}
