import Extraction
import Foundation
import Inference
import RealRecordings
import Scoring
import Signal
import Testing
import WFDB

@testable import Training

@Suite struct EvaluationTests {
    /// A record with a beat every second whose reference labels are given.
    private func record(_ labels: [BeatClass], name: String = "made") -> RecordBeats {
        let frames = labels.indices.map { Int64(360 * ($0 + 1)) }
        var beats = RecordBeats(
            record: RecordName(database: "made", name: name),
            format: StreamFormat(stream: name, sampleRate: 360, leads: ["II"]),
            frameCount: Int64(360 * labels.count + 400),
            window: .standard,
            reference: zip(frames, labels).map { Annotation(sample: $0, code: $1.annotationCode) })
        let size = LeadSelection.count * BeatWindow.standard.length
        for (frame, label) in zip(frames, labels) {
            beats.append(
                Beat(
                    sample: frame, readyAt: frame, stage: .final, window: .init(repeating: 0, count: size),
                    template: .init(repeating: 0, count: size),
                    context: .init(repeating: 0, count: ContextFeature.count),
                    rr: 1, quality: 0.5), label: label)
        }
        return beats
    }

    /// Records whose first feature says, in one stage, which of two experts is right, and their verdicts.
    private func divided(seed: UInt64, stage: Beat.Stage) -> (records: [RecordBeats], verdicts: [[Verdict]]) {
        let random = CounterRandom(seed: seed, stream: 1)
        let size = LeadSelection.count * BeatWindow.standard.length
        var beats = record([], name: "divided-\(seed)")
        var verdicts: [Verdict] = []
        for index in 0..<2000 {
            let label: BeatClass = random.uniform(UInt64(3 * index)) < 0.5 ? .normal : .ventricular
            let other: BeatClass = random.uniform(UInt64(3 * index + 1)) < 0.5 ? .normal : .ventricular
            let firstKnows = random.uniform(UInt64(3 * index + 2)) < 0.6
            var context = [Float](repeating: 0, count: ContextFeature.count)
            context[0] = firstKnows ? 1 : -1
            for own in [Beat.Stage.provisional, .final] {
                beats.append(
                    Beat(
                        sample: Int64(360 * index), readyAt: 0, stage: own, window: .init(repeating: 0, count: size),
                        template: .init(repeating: 0, count: size),
                        context: own == stage ? context : .init(repeating: 0, count: ContextFeature.count), rr: 1,
                        quality: 1), label: label)
            }
            verdicts.append(
                Verdict(
                    probabilities: [0.2, 0.2, 0.2, 0.2, 0.2],
                    votes: [("a", firstKnows ? label : other), ("b", firstKnows ? other : label)].map {
                        .init(expert: $0.0, probabilities: verdict($0.1, 0.8).probabilities)
                    }))
        }
        return ([beats], [verdicts])
    }

    @Test(arguments: LearnedFusion.Kind.allCases, [Beat.Stage.provisional, .final])
    func learnedFusion_followsTheContextWhereItsKindCan(kind: LearnedFusion.Kind, stage: Beat.Stage) {
        let (learned, unseen) = (divided(seed: 1, stage: stage), divided(seed: 2, stage: stage))
        let fusion = LearnedFusion(
            kind, records: learned.records, verdicts: learned.verdicts, stage: stage, seed: 1)
        let right = unseen.verdicts[0].enumerated().count { index, verdict in
            let fused = fusion.fuse(verdict, of: unseen.records[0].beat(index, stage: stage))
            return fused.label == unseen.records[0].labels[index]
        }
        // Each expert alone is right 80 or 70 % of the time; a layer over votes and context cannot multiply them.
        switch kind {
        case .learned, .feature: #expect((1500..<1800).contains(right))
        case .attention: #expect(right > 1950)
        }
    }

    private func verdict(_ label: BeatClass, _ confidence: Float) -> Verdict {
        var probabilities = [Float](repeating: (1 - confidence) / 4, count: 5)
        probabilities[label.rawValue] = confidence
        return Verdict(probabilities: probabilities, votes: [])
    }

    @Test func coverage_withholdsTheLeastSure() throws {
        // The two verdicts that are wrong are the least sure.
        let truth: [BeatClass] = [
            .normal, .normal, .ventricular, .supraventricular, .normal, .ventricular, .normal, .normal,
        ]
        var verdicts = truth.map { verdict($0, 0.9) }
        verdicts[1] = verdict(.ventricular, 0.4)
        verdicts[3] = verdict(.normal, 0.5)
        let result = try ModelEvaluation(
            records: [record(truth)], verdicts: [verdicts], stage: .final, mapping: .chazal)
        let steps = result.coverage([1, 0.75])
        #expect(steps[0].matrix == result.evaluation.gross && steps[0].share == 1 && steps[0].threshold == 0.4)
        #expect(steps[0].matrix.accuracy.value == 0.75)
        #expect(steps[1].matrix.accuracy.value == 1 && steps[1].share == 0.75 && steps[1].threshold == 0.9)
    }

    @Test func stretches_countOnlyTheirBeats() throws {
        let truth = [BeatClass](repeating: .normal, count: 20)
        let verdicts = truth.indices.map { verdict($0 < 10 ? .normal : .ventricular, 0.9) }
        let result = try ModelEvaluation(
            records: [record(truth)], verdicts: [verdicts], stage: .final, mapping: .chazal,
            stretches: { _ in [0.5..<5.5, 14.5..<18.5] })
        #expect(result.evaluation.gross.referenceBeats == 9)
        #expect(result.evaluation.gross[.normal, .normal] == 5 && result.evaluation.gross[.normal, .ventricular] == 4)
    }

    @Test func sum_isTheEvaluationOfAllRecords() throws {
        let records = [
            record([.normal, .ventricular, .normal], name: "a"), record([.supraventricular, .normal], name: "b"),
        ]
        let verdicts = records.map { $0.labels.map { _ in verdict(.normal, 0.7) } }
        let whole = try ModelEvaluation(records: records, verdicts: verdicts, stage: .final, mapping: .ec57)
        var sum = try ModelEvaluation(records: [], verdicts: [], stage: .final, mapping: .ec57)
        for index in records.indices {
            sum += try ModelEvaluation(
                records: [records[index]], verdicts: [verdicts[index]], stage: .final, mapping: .ec57)
        }
        #expect(sum.evaluation == whole.evaluation && sum.pairs == whole.pairs && sum.records == whole.records)
        #expect(abs((sum.calibration.expectedError ?? 1) - (whole.calibration.expectedError ?? 0)) < 1e-12)
        #expect(sum.coverage().map(\.matrix) == whole.coverage().map(\.matrix))
    }

    @Test func classCalibration_isOfTheClass() throws {
        let truth: [BeatClass] = [.ventricular, .normal, .normal, .normal]
        let verdicts = truth.map { _ in verdict(.normal, 0.8) }
        let result = try ModelEvaluation(
            records: [record(truth)], verdicts: [verdicts], stage: .final, mapping: .chazal)
        let normal = result.classCalibrations[BeatClass.normal.rawValue]
        #expect(normal.count == 4 && abs((normal.expectedError ?? 0) - 0.05) < 1e-6)
        let ventricular = result.classCalibrations[BeatClass.ventricular.rawValue]
        #expect(abs((ventricular.expectedError ?? 0) - 0.2) < 1e-6)
    }

    @Test func stretchesOfNoise_alternateFromFiveMinutes() {
        #expect(AddedNoise.stretches(ofSeconds: 290).isEmpty)
        #expect(AddedNoise.stretches(ofSeconds: 700) == [300..<420, 540..<660])
        #expect(AddedNoise.stretches(ofSeconds: 1805.6).last == 1740..<1805.6)
    }

    @Test(.enabled(if: RealRecordings.arePresent, "no real recordings: set BEATD_DATA to their folder"))
    func noise_onARealRecord_comesAfterFiveMinutes() throws {
        let path = try RealRecordings.path("mitdb/119")
        let noise = try AddedNoise(path: RealRecordings.path("nstdb/ma"), decibels: 6)
        let name = RecordName(database: "mitdb", name: "119")
        let clean = try RecordBeats(reading: name, path: path, mapping: .chazal)
        let noisy = try RecordBeats(
            reading: name, path: path, mapping: .chazal, distort: noise.distortion(ofRecordAt: path))
        let start = Int64(299 * clean.format.sampleRate)
        let before = clean.frames.count { $0 < start }
        #expect(before > 300)
        #expect(noisy.frames.prefix(before) == clean.frames.prefix(before))
        #expect(noisy.windows.prefix(before * clean.windowSize) == clean.windows.prefix(before * clean.windowSize))
        #expect(noisy.windows.suffix(1000 * clean.windowSize) != clean.windows.suffix(1000 * clean.windowSize))
        let quality = try noise.leadQuality(ofRecordAt: path)
        let (still, loud) = (try #require(quality.mean(inNoise: false)), try #require(quality.mean(inNoise: true)))
        #expect(loud < still)
    }

    /// No shipped expert says F: what is found was measured on the patient.
    @Test(.needsRealRecordings)
    func fusionBeatsOf208_areFound() throws {
        let name = RecordName(database: "mitdb", name: "208")
        let model = try shippedModel("small")
        let records = [
            try RecordBeats(reading: name, path: RealRecordings.path(name.description), mapping: .chazal)
        ]
        let verdicts = try RecordJudge(BeatClassifier(model: model), threads: 1).judge(records, stage: .final)
        let evaluation = try ModelEvaluation(records: records, verdicts: verdicts, stage: .final, mapping: .chazal)
        let matrix = try #require(evaluation.evaluation.records.first).matrix
        #expect(try #require(matrix.sensitivity(of: .fusion).value) > 0.3)
        #expect(try #require(matrix.predictivity(of: .fusion).value) > 0.7)
    }

    /// A lead that goes for some minutes does not take the verdicts with it.
    @Test(.needsRealRecordings)
    func shippedModel_whereOneLeadIsOff_asksThoseWhoLearnedFromSingleLeads() throws {
        let name = RecordName(database: "mitdb", name: "119")
        let model = try shippedModel("default")
        let record = try RecordBeats(
            reading: name, path: RealRecordings.path(name.description), mapping: .chazal,
            distort: { block in
                // The first lead is off from 5:00 to 10:00 at 360 Hz.
                for frame in 0..<block.values.count / 2
                where (108_000..<216_000).contains(block.firstFrame + Int64(frame)) {
                    block.values[2 * frame] = .nan
                }
            })
        let verdicts = try RecordJudge(BeatClassifier(model: model), threads: 1).judge([record], stage: .final)[0]
        let off = record.frames.indices.filter { (110_000..<214_000).contains(record.frames[$0]) }
        #expect(off.count > 250)
        for (index, frame) in record.frames.enumerated() {
            // A window reaches over the moments at which the lead goes and comes.
            guard [108_000, 216_000].allSatisfy({ abs(frame - $0) > 2000 }) else { continue }
            let isOff = (108_000..<216_000).contains(frame)
            #expect(verdicts[index].votes.allSatisfy { $0.expert.hasPrefix("single-lead-") } == isOff)
        }
        let right = off.count { verdicts[$0].label == record.labels[$0] }
        #expect(Double(right) > 0.97 * Double(off.count))
    }
}
