import Detection
import Foundation
import RealRecordings
import Scoring
import Testing
import WFDB

@testable import Training

@Suite struct DetectorFitTests {
    /// Narrow complexes of 1 mV every 0.8 s in two leads, for 130 s.
    private func passage() throws -> DetectorPassage {
        let lead = SignalDescription(
            fileName: "a.dat", format: .int16, gain: 1000, baseline: 0, units: "mV", description: "II")
        let beats = stride(from: Int64(360), to: 130 * 360 - 360, by: 288).map { $0 }
        var values = [Int32](repeating: 0, count: 130 * 360 * 2)
        for beat in beats {
            for offset in -20...20 {
                let value = Int32(1000 * exp(-Double(offset * offset) / 32))
                values[(Int(beat) + offset) * 2] = value
                values[(Int(beat) + offset) * 2 + 1] = -value
            }
        }
        return DetectorPassage(
            Waveform(sampleRate: 360, signals: [lead, lead], values: values),
            leads: try LeadColumns.usable(of: [lead, lead], frameRate: 360, path: "made"),
            annotations: beats.map { Annotation(sample: $0, code: .normal) })
    }

    @Test func paused_passage_keepsItsBeatsOnTheirComplexes() throws {
        let paused = try passage().paused()
        for beat in paused.beats { #expect(paused.values[Int(beat) * 2] == 1) }
        let longest = zip(paused.beats, paused.beats.dropFirst()).map { $1 - $0 }.max() ?? 0
        #expect(longest == 288 + 5 * 360)
    }

    @Test func interrupted_passage_isNeverOffInBothLeads() throws {
        let interrupted = try passage().interrupted()
        let off = stride(from: 0, to: interrupted.values.count, by: 2).map {
            (interrupted.values[$0].isNaN, interrupted.values[$0 + 1].isNaN)
        }
        #expect(off.contains { $0.0 } && off.contains { $0.1 })
        #expect(!off.contains { $0.0 && $0.1 })
    }

    @Test func examples_ofCleanPulses_areBeatsWhereTheReferenceHasThem() throws {
        var examples = DetectorExamples()
        examples.add(try passage(), decidedBy: .fitted, weight: 1)
        // Nothing but beats is a candidate here; most are plain and stand for ten.
        #expect(examples.targets.allSatisfy { $0 == 1 })
        let count = examples.weights.reduce(0, +)
        #expect((130...170).contains(count), "\(count) of 160 beats")
        var shifted = try passage()
        shifted.beats = shifted.beats.map { $0 + 100 }
        examples = DetectorExamples()
        examples.add(shifted, decidedBy: .fitted, weight: 1)
        #expect(examples.targets.allSatisfy { $0 == 0 })
    }

    /// Played slower, a record of 128 Hz has fewer frames a second than a stream may have.
    @Test(.needsRealRecordings) func fit_toARecordOf128Hz_goesThroughEveryVariation() async throws {
        let set = RecordSet(folder: try #require(RealRecordings.folder))
        var fit = DetectorFit(set: set, records: try set.records(named: ["svdb/800"])) { _ in }
        (fit.rounds, fit.passes, fit.unitCount) = (1, 1, 3)
        let weights = try await fit.run()
        #expect(weights.unitCount == 3 && weights.outputs[0] != 0)
        // Units that were not asked for stay silent.
        #expect((3..<16).allSatisfy { weights.outputs[$0] == 0 && weights.biases[$0] == 0 })
    }

    @Test func fit_ofARuleThatNoSumOfMeasuresKnows_findsIt() {
        var examples = DetectorExamples()
        for index in 0..<4000 {
            let (x, y) = (Float(index % 63) / 31 - 1, Float(index % 50) / 25 - 1)
            var measures = SIMD32<Float>()
            (measures[3], measures[7]) = (x, y)
            examples.measures.append(measures)
            examples.targets.append(x * y > 0 ? 1 : 0)
            examples.weights.append(1)
        }
        var fit = EvidenceFit()
        fit.passes = 60
        let weights = fit.weights(for: examples).weights
        let right = examples.measures.indices.count {
            (weights.evidence(of: examples.measures[$0]) > 0) == (examples.targets[$0] == 1)
        }
        #expect(right > 3800, "\(right) of 4000")
    }
}
