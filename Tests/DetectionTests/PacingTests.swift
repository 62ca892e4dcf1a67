import Detection
import Foundation
import RealRecordings
import Scoring
import Signal
import Testing
import WFDB

/// What tells the beats of a pacemaker.
@Suite struct PacingTests {
    /// Wide complexes in all leads, a spike 40 ms before each of the `spiked`.
    static func paced(
        rate: Double = 360, leads: Int = 2, spiked: (Int) -> Bool = { _ in true }
    ) -> (block: SampleBlock, beats: [Double]) {
        let beats = regular(every: 0.86, seconds: 60)
        var block = ToyECG(rate: rate, seconds: 60, beats: [], gains: Array(repeating: 1, count: leads)).block()
        func add(_ height: Double, at time: Double, sigma: Double, lead: Int) {
            for frame in Int((time - 4 * sigma) * rate)...Int((time + 4 * sigma) * rate)
            where frame >= 0 && frame < block.frameCount {
                let offset = Double(frame) / rate - time
                block.values[frame * leads + lead] += Float(height * exp(-offset * offset / (2 * sigma * sigma)))
            }
        }
        for (index, beat) in beats.enumerated() {
            for lead in 0..<leads {
                let sign: Double = lead % 2 == 0 ? 1 : -1
                if spiked(index) { add(0.6 * sign, at: beat - 0.06, sigma: 0.002, lead: lead) }
                add(-1.5 * sign, at: beat, sigma: 0.03, lead: lead)
                add(0.5 * sign, at: beat + 0.3, sigma: 0.06, lead: lead)
            }
        }
        return (block, beats)
    }

    static func probabilities(_ peaks: [RPeak]) -> [Float] { peaks.compactMap { $0.pacing?.probability } }

    @Test(arguments: [250.0, 360, 500, 1000], [1, 2, 12])
    func consume_spikesBeforeWideComplexes_speakForAPacemaker(rate: Double, leads: Int) {
        let found = peaks(Self.paced(rate: rate, leads: leads).block, rate: rate)
        let probabilities = Self.probabilities(found)
        #expect(probabilities.count == found.count && found.count > 60)
        #expect(probabilities.dropFirst(3).allSatisfy { $0 > 0.5 }, "\(probabilities)")
    }

    @Test(arguments: [250.0, 360, 500, 1000], [1, 2, 12])
    func consume_wideComplexesWithoutSpikes_speakAgainstIt(rate: Double, leads: Int) {
        let found = peaks(Self.paced(rate: rate, leads: leads) { _ in false }.block, rate: rate)
        #expect(found.count > 60)
        #expect(Self.probabilities(found).allSatisfy { $0 < 0.1 }, "\(Self.probabilities(found))")
    }

    @Test func consume_narrowComplexes_speakAgainstIt() {
        let ecg = ToyECG(rate: 360, seconds: 60, beats: regular(every: 0.8, seconds: 60), gains: [1, 0.6])
        #expect(Self.probabilities(peaks(ecg.block(), rate: 360)).allSatisfy { $0 < 0.1 })
    }

    /// A measure of a narrow complex, sharp but no spike, that hangs on neither gain nor rate.
    @Test(arguments: [300.0, 360, 500, 1000], [0.25, 1, 8] as [Float])
    func consume_cleanSharpComplexes_speakAgainstItAtAnyRateAndGain(rate: Double, gain: Float) {
        let ecg = ToyECG(
            rate: rate, seconds: 60, beats: regular(every: 0.8, seconds: 60), gains: [gain, 0.6 * gain],
            noise: 0.001 * gain)
        #expect(Self.probabilities(peaks(ecg.block(), rate: rate)).allSatisfy { $0 < 0.2 })
    }

    @Test func consume_complexesCutOffByTheAmplifier_areNoSpikes() {
        var block = ToyECG(
            rate: 360, seconds: 60, beats: regular(every: 0.8, seconds: 60), gains: [1, 0.6], noise: 0.001
        ).block()
        for index in block.values.indices { block.values[index] = min(block.values[index], index % 2 == 0 ? 0.5 : 0.3) }
        let found = peaks(block, rate: 360)
        #expect(found.count > 60 && found.allSatisfy { $0.pacing?.probability ?? 0 < 0.5 })
    }

    @Test func consume_someBeatsOfThePatientsOwn_areToldApart() {
        let (block, beats) = Self.paced { $0 % 5 != 4 }
        let found = peaks(block, rate: 360)
        for peak in found.dropFirst(3) {
            let time = Double(peak.frame) / 360
            guard let index = beats.firstIndex(where: { abs($0 - time) < 0.15 }) else { continue }
            #expect((peak.pacing?.probability ?? 0 > 0.5) == (index % 5 != 4), "beat \(index)")
        }
    }

    @Test func consume_rateBelowTheSpikesBand_hasNoEvidence() {
        let found = peaks(Self.paced(rate: 128).block, rate: 128)
        #expect(found.count > 60 && found.allSatisfy { $0.pacing == nil })
    }

    @Test func consume_oneLeadOff_hearsTheOther() {
        var block = Self.paced().block
        for frame in 0..<block.frameCount { block.values[2 * frame] = .nan }
        let probabilities = Self.probabilities(peaks(block, rate: 360))
        #expect(probabilities.count > 60)
        #expect(probabilities.dropFirst(3).allSatisfy { $0 > 0.5 })
    }

    @Test func consume_saturatedLeadThatComesBack_isNoSpike() {
        let beats = regular(every: 0.8, seconds: 60)
        var block = ToyECG(rate: 360, seconds: 60, beats: beats, gains: [1, 0.6]).block()
        // Back just before a complex, and gone just after another.
        for frame in Int((beats[20] - 5) * 360)..<Int((beats[20] - 0.03) * 360) { block.values[2 * frame] = 10 }
        for frame in Int((beats[40] + 0.03) * 360)..<Int((beats[40] + 5) * 360) { block.values[2 * frame] = 10 }
        let probabilities = Self.probabilities(peaks(block, rate: 360))
        #expect(probabilities.count > 60)
        #expect(probabilities.allSatisfy { $0 < 0.1 }, "\(probabilities.max() ?? 0)")
    }

    @Test func consume_anyChunking_weighsAlike() {
        let block = Self.paced { $0 % 3 != 0 }.block
        let one = peaks(block, rate: 360, pieceSize: 1)
        #expect(one == peaks(block, rate: 360, pieceSize: 4096))
        #expect(one == peaks(block, rate: 360, pieceSize: 77))
        #expect(Self.probabilities(one).contains { $0 > 0.5 })
    }

    @Test func reset_afterAGap_remembersThePatientsSpikes() throws {
        let block = Self.paced().block
        var detector = PanTompkins(sampleRate: 360, leadCount: 2)
        detector.consume(block) { _ in }
        detector.reset(at: 100_000)
        var again: [RPeak] = []
        detector.consume(SampleBlock(firstFrame: 100_000, leadCount: 2, values: block.values)) { again.append($0) }
        let first = try #require(Self.probabilities(again).first)
        let unknown = try #require(Self.probabilities(peaks(block, rate: 360)).first)
        #expect(first > unknown)
    }
}

/// The fitted weights on the recordings; what patients never seen give stands in docs/RESULTS.md.
@Suite(.needsRealRecordings) struct RealPacingTests {
    /// Q by the evidence against the reference, as EC57 pairs beats.
    static func matrix(_ records: [String]) async throws -> BeatMatrix {
        try await withThrowingTaskGroup(of: BeatMatrix.self) { group in
            for record in records {
                group.addTask {
                    let path = try RealRecordings.path(record)
                    let wave = try Waveform(path: path)
                    let test = RealRecordTests.peaks(wave).map { peak in
                        let isPaced = peak.pacing?.probability ?? 0 > 0.5
                        return Annotation(sample: peak.frame, code: isPaced ? .unknown : .normal)
                    }
                    let period = try ComparisonPeriod(
                        sampleRate: wave.sampleRate, length: Int64(wave.frameCount), from: 0)
                    return BeatComparison(
                        reference: try Annotation.read(path: path + ".atr"), test: test, period: period
                    ).matrix
                }
            }
            var all = BeatMatrix()
            for try await one in group { all += one }
            return all
        }
    }

    @Test(arguments: ["mitdb/102", "mitdb/104", "mitdb/107", "mitdb/217"])
    func consume_pacedPatient_isFound(record: String) async throws {
        let matrix = try await Self.matrix([record])
        #expect(try #require(matrix.sensitivity(of: .paced).percent) >= 95)
        #expect(try #require(matrix.predictivity(of: .paced).percent) >= 99)
    }

    @Test func consume_patientsWithoutAPacemaker_areNotPaced() async throws {
        let records = ["101", "108", "116", "118", "124", "203", "207", "208", "209", "215", "220", "230"]
        let matrix = try await Self.matrix(records.map { "mitdb/" + $0 })
        let claimed = BeatLabel.allCases.reduce(0) { $0 + matrix[$1, .paced] }
        #expect(matrix.referenceBeats > 25_000)
        #expect(claimed <= matrix.referenceBeats / 5000, "\(claimed) of \(matrix.referenceBeats)")
    }
}
