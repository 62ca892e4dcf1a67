import Detection
import Foundation
import RealRecordings
import Scoring
import Signal
import Testing
import WFDB

/// What the detector reaches on real recordings: every record whole, from the first sample, 150 ms (`bxb -f 0`).
@Suite(.needsRealRecordings) struct RealRecordTests {
    /// One record's comparison and fiducial offsets in ms.
    struct Outcome: Sendable {
        var matrix = BeatMatrix()
        var offsets: [Double] = []
        var longestDelay = 0.0
    }

    static func peaks(_ wave: Waveform) -> [RPeak] {
        var detector = PanTompkins(sampleRate: wave.sampleRate, leadCount: wave.leadCount)
        var found: [RPeak] = []
        for first in stride(from: 0, to: wave.frameCount, by: 4096) {
            let frames = first..<min(first + 4096, wave.frameCount)
            let block = SampleBlock(
                firstFrame: Int64(first), leadCount: wave.leadCount, values: wave.physical(frames))
            detector.consume(block) { found.append($0) }
        }
        detector.finish { found.append($0) }
        return found
    }

    static func outcome(_ wave: Waveform, reference: [Annotation]) throws -> Outcome {
        let found = peaks(wave)
        let period = try ComparisonPeriod(sampleRate: wave.sampleRate, length: Int64(wave.frameCount), from: 0)
        var outcome = Outcome()
        let test = found.map { Annotation(sample: $0.frame, code: .normal) }
        outcome.matrix =
            BeatComparison(reference: reference, test: test, period: period) { pair in
                guard let reference = pair.referenceFrame, let test = pair.testFrame else { return }
                outcome.offsets.append(Double(test - reference) * 1000 / wave.sampleRate)
            }.matrix
        for peak in found where !peak.fromSearchBack {
            outcome.longestDelay = max(outcome.longestDelay, Double(peak.decidedAt - peak.frame) / wave.sampleRate)
        }
        return outcome
    }

    /// All records of a folder together.
    static func outcome(of records: [String]) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for record in records {
                group.addTask {
                    let path = try RealRecordings.path(record)
                    return try outcome(Waveform(path: path), reference: Annotation.read(path: path + ".atr"))
                }
            }
            var all = Outcome()
            for try await one in group {
                all.matrix += one.matrix
                all.offsets += one.offsets
                all.longestDelay = max(all.longestDelay, one.longestDelay)
            }
            return all
        }
    }

    @Test func consume_allOfMitdb_reachesItsFloors() async throws {
        let all = try await Self.outcome(of: RealRecordings.records(in: "mitdb"))
        #expect(all.matrix.referenceBeats > 109_000)
        #expect(try #require(all.matrix.qrsSensitivity.percent) >= 99.90)
        #expect(try #require(all.matrix.qrsPredictivity.percent) >= 99.90)
        #expect(all.longestDelay <= PanTompkins.decisionDelay)
        let mean = all.offsets.reduce(0, +) / Double(all.offsets.count)
        let variance = all.offsets.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(all.offsets.count)
        #expect(abs(mean) < 5)
        #expect(variance.squareRoot() < 12)
    }

    @Test func consume_allOfSvdb_reachesItsFloors() async throws {
        let all = try await Self.outcome(of: RealRecordings.records(in: "svdb"))
        #expect(try #require(all.matrix.qrsSensitivity.percent) >= 99.93)
        #expect(try #require(all.matrix.qrsPredictivity.percent) >= 99.93)
    }

    /// Floors are gqrs's figures on 118 at the same ratio for sensitivity, and above it for predictivity.
    @Test(arguments: [(12.0, 99.9, 98.0), (0.0, 97.28, 85.0)], ["bw", "ma"])
    func consume_noiseStress_staysAboveGqrs(step: (Double, Double, Double), noise: String) async throws {
        var all = BeatMatrix()
        for record in ["mitdb/118", "mitdb/119"] {
            let path = try RealRecordings.path(record)
            let beats = try Annotation.read(path: path + ".atr")
            let stress = try NoiseStress(
                record: record, signal: Waveform(path: path), beats: beats,
                noise: Waveform(path: RealRecordings.path("nstdb/" + noise)))
            all += try Self.outcome(stress.mixed(decibels: step.0), reference: beats).matrix
        }
        #expect(try #require(all.qrsSensitivity.percent) >= step.1)
        #expect(try #require(all.qrsPredictivity.percent) >= step.2)
    }

    /// Hand-held recordings of poor quality: no record without beats, none at an impossible rate.
    @Test func consume_cinc2017_givesPlausibleRates() async throws {
        let records = try RealRecordings.records(in: "cinc2017")
        let rates = try await withThrowingTaskGroup(of: Double.self) { group in
            for record in records {
                group.addTask {
                    let wave = try Waveform(path: RealRecordings.path(record))
                    let seconds = Double(wave.frameCount) / wave.sampleRate
                    return Double(Self.peaks(wave).count) * 60 / seconds
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(rates.count > 1000)
        let odd = rates.filter { !(30...200).contains($0) }
        #expect(Double(odd.count) < 0.01 * Double(rates.count), "\(odd.count) records at \(odd.sorted())")
    }

    @Test func consume_wholeRecord_isIndependentOfChunking() throws {
        let path = try RealRecordings.path("mitdb/203")
        let wave = try Waveform(path: path)
        let whole = Self.peaks(wave)
        var detector = PanTompkins(sampleRate: wave.sampleRate, leadCount: wave.leadCount)
        var found: [RPeak] = []
        var block = SampleBlock(firstFrame: 0, leadCount: wave.leadCount, values: [])
        let values = wave.physical(0..<wave.frameCount)
        for frame in 0..<wave.frameCount {
            block.firstFrame = Int64(frame)
            block.values.replaceSubrange(
                block.values.startIndex..<block.values.endIndex,
                with: values[frame * wave.leadCount..<(frame + 1) * wave.leadCount])
            detector.consume(block) { found.append($0) }
        }
        detector.finish { found.append($0) }
        #expect(found == whole)
        #expect(found.count > 2900)
    }
}
