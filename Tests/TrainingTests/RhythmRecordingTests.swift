import Extraction
import Foundation
import Inference
import RealRecordings
import Scoring
import Signal
import Testing
import WFDB

@testable import Training

@Suite struct RhythmRecordingTests {
    private func set() throws -> RecordSet { RecordSet(folder: try #require(RealRecordings.folder)) }

    private func recording(
        _ name: String, _ rhythm: RhythmRecording.Rhythm
    ) throws -> RhythmRecording {
        try RhythmRecording(RecordName(database: "cinc2017", name: name), rhythm: rhythm, in: set())
    }

    @Test(.needsRealRecordings)
    func rhythms_areThoseWithoutPrematureBeats() throws {
        let found = try set().rhythms(of: "cinc2017")
        #expect(found.count { $0.rhythm == .fibrillation } == 74)
        #expect(found.count { $0.rhythm == .sinus } == 660)
        #expect(found.map(\.record) == found.map(\.record).sorted())
    }

    @Test(arguments: ["A00001", "A00001,N,1", ",N", "../mitdb/100,N"])
    func reference_withAnotherLine_isRefusedByItsNumber(line: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rhythms-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "own"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "own/REFERENCE.csv")
        try "A00009,A\n\n\(line)\n".write(to: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: TrainingError.self) { try RecordSet(folder: folder.path).rhythms(of: "own") }
        #expect(error?.description.contains("REFERENCE.csv:3 cannot") == true)
    }

    @Test func database_withoutReference_isRefused() {
        #expect(throws: TrainingError.self) { try RecordSet(folder: "/nowhere").rhythms(of: "own") }
    }

    @Test(.needsRealRecordings)
    func prolonged_hasTwoLeadsAndNoSeam() throws {
        let recording = try recording("A00001", .sinus)
        let long = try #require(recording.prolonged(seed: 1))
        #expect(Double(long.values.count / 2) / recording.sampleRate >= 120)
        let intervals = zip(long.beats, long.beats.dropFirst()).map { Double($1.sample - $0.sample) / 300 }
        let own = zip(recording.beats, recording.beats.dropFirst()).map { Double($1.sample - $0.sample) / 300 }
        // Where a copy begins the interval is like the others, and the signal does not jump.
        #expect(try #require(intervals.min()) > 0.8 * #require(own.min()))
        #expect(try #require(intervals.max()) < 1.25 * #require(own.max()))
        func steepest(_ values: [Float], _ width: Int) -> Float {
            stride(from: width, to: values.count, by: width).map { abs(values[$0] - values[$0 - width]) }.max() ?? 0
        }
        #expect(steepest(long.values, 2) <= 1.1 * steepest(recording.values, 1))
        #expect(recording.prolonged(seed: 2)?.values != long.values)
    }

    @Test(.needsRealRecordings)
    func fibrillation_hasNormalBeats_andThoseOfAnotherShapeHaveNoLabel() throws {
        let recording = try recording("A00225", .fibrillation)
        let beats = try #require(try recording.prolongedBeats(seed: 1, mapping: .chazal))
        #expect(beats.labels.count { $0 == .normal } > beats.count / 2)
        #expect(beats.labels.contains { $0 == nil })
        #expect(!beats.labels.contains { $0 != nil && $0 != .normal })
    }

    @Test(.needsRealRecordings)
    func sinusRhythm_canBeRearranged() async throws {
        let recording = try recording("A00001", .sinus)
        let made = try await Rearrangement(rhythms: [.atrialEctopy], mapping: .chazal, seed: 1)
            .beats(of: [], and: [recording], in: set(), threads: 1)
        let record = try #require(made.records.first)
        #expect(record.record.description == "cinc2017/A00001-atrial-ectopy")
        #expect(record.labels.contains(.supraventricular))
    }

    @Test(.needsRealRecordings)
    func heldBackRecordings_areNeverLearnedFrom() async throws {
        var configuration = TrainingConfiguration()
        configuration.rhythmRecords = ["cinc2017"]
        configuration.validation.fold = 3
        let train = try await RhythmDataset(configuration, in: set())
        let heldBack = try await RhythmDataset(configuration, in: set(), heldBack: true)
        #expect(Set(train.recordings.map(\.record)).isDisjoint(with: heldBack.recordings.map(\.record)))
        #expect(heldBack.recordings.count == 147)
        // All that fibrillate, and a fifth of the others, are on one side or the other.
        let fibrillating = (train.recordings + heldBack.recordings).count { $0.rhythm == .fibrillation }
        #expect(fibrillating == 74)
        #expect((60...160).contains(train.sinus.count))
    }

    @Test(.needsRealRecordings)
    func crossValidation_judgesTheRecordingsOfEachFold() async throws {
        let model = try shippedModel("small")
        let none = BeatDataset(records: [])
        let validation = try CrossValidation(
            configurations: [TrainingConfiguration()], set: set(), command: "test", report: { _ in })
        let found = try await validation.rhythms(
            [0, 4].map { CrossValidation.Fold(number: $0, model: model, validation: none) },
            databases: ["cinc2017"], stage: .final)
        #expect(found.map(\.rhythm) == [.sinus, .fibrillation])
        #expect(found.reduce(0) { $0 + $1.counts.count } == 147 + 146)
        for rhythm in found {
            #expect(rhythm.beatCount > 20 * rhythm.counts.count)
            #expect(try #require(rhythm.share(of: .normal)).value > 0.9)
        }
    }

    @Test func fusion_ofModels_namesAllThatTheyLearnedFrom() throws {
        let first = try shippedModel("small")
        var other = first
        other.origin.records = ["ds1", "own"]
        let fused = try Fusion(validation: BeatDataset(records: []), threads: 1, report: { _ in }).fuse([first, other])
        #expect(fused.origin.records == ["ds1", "svdb-train", "cinc2017", "own"])
    }

    @Test func verdicts_areShares() throws {
        var verdicts = RhythmVerdicts(rhythm: .sinus)
        #expect(verdicts.share(of: .supraventricular) == nil)
        verdicts.add([[.normal, .normal, .supraventricular, .normal], [.normal, .ventricular]])
        #expect(verdicts.beatCount == 6)
        #expect(try #require(verdicts.share(of: .supraventricular)).value == 1.0 / 6)
        let interval = try #require(verdicts.share(of: .ventricular)?.interval)
        #expect(interval.lower == 0 && interval.upper == 0.5)
    }
}
