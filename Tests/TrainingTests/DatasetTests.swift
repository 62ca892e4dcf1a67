import Extraction
import Foundation
import RealRecordings
import Scoring
import Signal
import Testing

@testable import Training

@Suite struct DatasetTests {
    @Test(.needsRealRecordings)
    func dataset_ofRealRecords_labelsNearlyEveryBeat() async throws {
        let folder = try #require(RealRecordings.folder)
        let set = RecordSet(folder: folder)
        let names = try set.records(named: ["mitdb/208", "mitdb/114"])
        let data = try await BeatDataset(names, in: set, mapping: .chazal)
        #expect(data.records.map(\.record.name) == ["208", "114"])
        let counts = data.records[0].labels.reduce(into: [BeatClass: Int]()) { counts, label in
            if let label { counts[label, default: 0] += 1 }
        }
        // Reference: 1,586 N, 2 S, 992 V, 373 F, 2 Q.
        #expect((counts[.ventricular] ?? 0) > 970 && (counts[.fusion] ?? 0) > 360 && (counts[.normal] ?? 0) > 1560)
        for record in data.records {
            #expect(record.windows.count == record.count * record.windowSize)
            #expect(record.provisionalContexts.count == record.finalContexts.count)
            #expect(record.windows.allSatisfy { $0.isFinite })
            // Ratios and logarithms are of the order of one; scores count in a patient's own spread.
            let scores = Set([ContextFeature.qrsSurpriseScore.index, ContextFeature.tSurpriseScore.index])
            for (index, value) in record.finalContexts.enumerated() {
                let place = index % ContextFeature.count
                #expect(abs(value) <= (scores.contains(place) ? 12 : 4), "\(ContextFeature.allCases[place])")
            }
        }
    }

    @Test func sets_spelledOtherwise_areTheSameRecords() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sets-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "db"), withIntermediateDirectories: true)
        for name in ["1", "2"] { try Data().write(to: folder.appending(path: "db/\(name).hea")) }
        let set = RecordSet(folder: folder.path)
        let names = try set.records(named: ["db", "db/", "./db", "x/../db//", "db/1", "db//1", "./db/1.hea"])
        #expect(names == [RecordName(database: "db", name: "1"), RecordName(database: "db", name: "2")])
    }

    @Test func records201And202OfMitdb_areOfOnePatient() {
        func patient(_ database: String, _ name: String) -> String {
            "\(RecordName(database: database, name: name).patient)"
        }
        #expect(patient("mitdb", "202") == "mitdb/201" && patient("mitdb", "201") == "mitdb/201")
        #expect(patient("mitdb", "203") == "mitdb/203" && patient("other", "202") == "other/202")
    }

    @Test func sets_splitSvdbByFifths() throws {
        let names = (0..<12).map { RecordName(database: "svdb", name: "\(800 + $0)") }
        let parts = RecordSet.split(names.shuffled())
        #expect(parts.heldOut.map(\.name) == ["804", "809"])
        #expect(parts.train.count == 10)
        #expect(Set(RecordSet.ds1).isDisjoint(with: RecordSet.ds2))
        #expect(RecordSet.ds1.count == 22 && RecordSet.ds2.count == 22)
    }
}
