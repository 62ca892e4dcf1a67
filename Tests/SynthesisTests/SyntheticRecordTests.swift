import Foundation
import Signal
import Testing
import WFDB

@testable import Synthesis

struct SyntheticRecordTests {
    /// A folder that is gone after the test.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "synthetic-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    @Test(arguments: [SignalFormat.packed12, .int16])
    func record_writtenAndRead_holdsTheSynthesisedValues(format: SignalFormat) throws {
        try withFolder { folder in
            var recipe = Recipe()
            recipe.duration = 10
            recipe.muscle = 0.02
            recipe.disturbances = [
                Disturbance(.off, lead: 1, from: 3, to: 4), Disturbance(.saturated, lead: 0, from: 5, to: 6),
            ]
            let layout = RecordLayout(format: format, gain: 200, baseline: 12)
            let written = try SyntheticRecord.write(recipe, layout: layout, path: folder + "/r")
            let reader = try RecordReader(path: folder + "/r")
            var values: [Float] = []
            var part: [Float] = []
            while try reader.read(into: &part, maxFrames: 1000) > 0 { values += part }
            #expect(reader.findings.isEmpty)
            var synthesizer = try Synthesizer(recipe)
            let next = synthesizer.next(frames: 10_000)
            let block = try #require(next)
            #expect(values.count == block.values.count)
            let rail = Float((1 << (format.bits - 1)) - 1 - 12) / 200
            for (value, expected) in zip(values, block.values) {
                #expect(value.isNaN == expected.isNaN)
                if !expected.isNaN { #expect(abs(value - min(expected, rail)) <= 0.00251) }
            }
            var annotations: [Annotation] = []
            var annotationReader = try AnnotationReader(path: folder + "/r.atr")
            while let annotation = try annotationReader.next() { annotations.append(annotation) }
            #expect(annotations == written.annotations)
            #expect(annotations == synthesizer.annotations)
        }
    }

    @Test func record_withAnADCOfTenBits_clipsThere() throws {
        try withFolder { folder in
            var recipe = Recipe()
            recipe.duration = 4
            recipe.disturbances = [Disturbance(.saturated, lead: 0, from: 1, to: 2)]
            let layout = RecordLayout(format: .int16, gain: 200, baseline: 0, adcResolution: 10)
            _ = try SyntheticRecord.write(recipe, layout: layout, path: folder + "/r")
            let reader = try RecordReader(path: folder + "/r")
            var values: [Float] = []
            _ = try reader.read(into: &values, maxFrames: 10_000)
            #expect(values.max() == Float(511) / 200)
        }
    }
}
