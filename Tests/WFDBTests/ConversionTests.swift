import Foundation
import RealRecordings
import Testing

@testable import WFDB

@Suite struct ConversionTests {
    /// All frames of a record in ADC values.
    static func samples(of path: String) throws -> [Int32] {
        let reader = try RecordReader(path: path)
        var all: [Int32] = []
        var values: [Int32] = []
        while try reader.readRaw(into: &values, maxFrames: 4_096) > 0 { all += values }
        #expect(reader.findings.isEmpty)
        return all
    }

    /// A small record of two leads with missing samples.
    static func record(in folder: TemporaryFolder, format: SignalFormat = .packed12) throws -> String {
        let signals = ["MLII", "V1"].map {
            SignalDescription(
                fileName: "r.dat", format: format, gain: 200, baseline: 1_024, adcZero: 1_024, description: $0)
        }
        var header = Header(name: "r", signals: signals, frameRate: 360)
        header.baseTime = BaseTime(hour: 23, minute: 59, second: 58)
        header.baseDate = BaseDate(year: 2_024, month: 2, day: 28)
        let writer = try RecordWriter(path: folder.file("r"), header: header)
        try writer.writeRaw(RecordWriterTests.samples(2 * 3_600, in: -2_000...2_000))
        try writer.close()
        return folder.file("r")
    }

    @Test(arguments: [SignalFormat.int16, .int24, .int32, .packed12, .flac16])
    func convert_betweenFormats_sameSamples(format: SignalFormat) throws {
        let folder = try TemporaryFolder()
        let input = try Self.record(in: folder)
        var conversion = RecordConversion(input: input, output: folder.file("out"))
        conversion.format = format
        let report = try conversion.run()
        #expect(report.frameCount == 3_600)
        #expect(report.signals.allSatisfy { $0.format == format && $0.gain == 200 && $0.baseline == 1_024 })
        #expect(try Self.samples(of: folder.file("out")) == Self.samples(of: input))
    }

    @Test func convert_toEDFAndBack_sameSamples() throws {
        let folder = try TemporaryFolder()
        let input = try Self.record(in: folder)
        try _ = RecordConversion(input: input, output: folder.file("r.edf")).run()
        let report = try RecordConversion(input: folder.file("r.edf"), output: folder.file("back")).run()
        #expect(report.signals.map(\.description) == ["MLII", "V1"])
        #expect(abs(report.signals[0].gain - 200) < 1e-3)
        #expect(report.signals[0].baseline == 1_024)
        #expect(try Self.samples(of: folder.file("back")) == Self.samples(of: input))
    }

    @Test func convert_toCSVAndBack_sameValues() throws {
        let folder = try TemporaryFolder()
        let input = try Self.record(in: folder)
        try _ = RecordConversion(input: input, output: folder.file("r.csv")).run()
        let text = try String(contentsOfFile: folder.file("r.csv"), encoding: .utf8)
        #expect(text.hasPrefix("time_s,MLII (mV),V1 (mV)\n0.000000,"))
        let report = try RecordConversion(input: folder.file("r.csv"), output: folder.file("back")).run()
        #expect(report.frameRate == 360)
        let original = try RecordReader(path: input)
        let back = try RecordReader(path: folder.file("back"))
        var expected: [Float] = []
        var found: [Float] = []
        #expect(try original.read(into: &expected, maxFrames: 4_000) == back.read(into: &found, maxFrames: 4_000))
        for (a, b) in zip(expected, found) { #expect(a.isNaN && b.isNaN || abs(a - b) < 1.5e-4) }
    }

    @Test func convert_part_movesStart() throws {
        let folder = try TemporaryFolder()
        let input = try Self.record(in: folder)
        var conversion = RecordConversion(input: input, output: folder.file("part"))
        conversion.seconds = 3..<5
        let report = try conversion.run()
        #expect(report.frameCount == 720)
        let header = try Header(path: folder.file("part"))
        #expect(header.baseTime == BaseTime(hour: 0, minute: 0, second: 1))
        #expect(header.baseDate == BaseDate(year: 2_024, month: 2, day: 29))
        let whole = try Self.samples(of: input)
        #expect(try Self.samples(of: folder.file("part"))[...] == whole[2 * 1_080..<2 * 1_800])
    }

    @Test(.needsRealRecordings) func convert_multiSegmentRecord_keepsPhysicalValues() throws {
        let folder = try TemporaryFolder()
        let input = try RealRecordings.path("wfdb-formats/s25047/s25047-2704-05-04-10-44")
        let report = try RecordConversion(input: input, output: folder.file("s")).run()
        #expect(report.frameCount == 543_240)
        let original = try RecordReader(path: input)
        let back = try RecordReader(path: folder.file("s"))
        var expected: [Float] = []
        var found: [Float] = []
        var differences = 0
        while try original.read(into: &expected, maxFrames: 10_000) > 0 {
            _ = try back.read(into: &found, maxFrames: 10_000)
            for (index, pair) in zip(expected, found).enumerated() {
                let step = 1 / Float(back.signals[index % 3].gain)
                let isEqual = pair.0.isNaN ? pair.1.isNaN : abs(pair.0 - pair.1) <= 0.51 * step
                if !isEqual { differences += 1 }
            }
        }
        #expect(differences == 0)
    }

    @Test(
        .needsRealRecordings, arguments: ["mixedsignals", "03700181", "s0010_re", "a103l", "310derive", "flacformats"])
    func convert_everyLayout_comesBackThroughEDFAndWFDB(name: String) throws {
        let folder = try TemporaryFolder()
        let input = try RealRecordings.path("wfdb-formats/" + name)
        let direct = try RecordConversion(input: input, output: folder.file("direct")).run()
        try _ = RecordConversion(input: input, output: folder.file("x.edf")).run()
        try _ = RecordConversion(input: folder.file("x.edf"), output: folder.file("back")).run()
        let reader = try RecordReader(path: input)
        var expected: [Int32] = []
        _ = try reader.readRaw(into: &expected, maxFrames: 200_000)
        #expect(try Self.samples(of: folder.file("direct")) == expected)
        #expect(direct.frameCount * Int64(reader.valuesPerFrame) == Int64(expected.count))
        let back = try Self.samples(of: folder.file("back"))
        #expect(back.count >= expected.count)
        guard name != "flacformats" else { return }  // has 24-bit values, which EDF cannot hold
        #expect(back.prefix(expected.count) == expected[...])
        #expect(back.dropFirst(expected.count).allSatisfy { $0 == RecordReader.missingSample })
    }
}
