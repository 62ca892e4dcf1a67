import Foundation
import Testing
import WFDB

@Suite struct RecordWriterTests {
    /// Frames of `count` ADC values in a range, with missing samples, from a fixed seed.
    static func samples(_ count: Int, in range: ClosedRange<Int32>) -> [Int32] {
        var state: UInt64 = 0x9E37_79B9
        return (0..<count).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            if index % 37 == 5 { return RecordReader.missingSample }
            return range.lowerBound + Int32(truncatingIfNeeded: (state >> 33) % UInt64(range.count))
        }
    }

    @Test(arguments: [
        (SignalFormat.int16, Int32(-32_767)...32_767), (.int24, -8_388_607...8_388_607),
        (.int32, -2_000_000_000...147_483_600), (.packed12, -2_047...2_047),
        (.flac8, -127...127), (.flac16, -32_767...32_767), (.flac24, -8_388_607...8_388_607),
    ])
    func write_rawValues_comeBack(format: SignalFormat, range: ClosedRange<Int32>) throws {
        let folder = try TemporaryFolder()
        let signals = ["I", "II", "V1"].map {
            SignalDescription(fileName: "r.dat", format: format, gain: 100, description: $0)
        }
        let values = Self.samples(3 * 333, in: range)
        let writer = try RecordWriter(
            path: folder.file("r"), header: Header(name: "r", signals: signals, frameRate: 250))
        try writer.writeRaw(Array(values[..<300]))
        try writer.writeRaw(Array(values[300...]))
        let header = try writer.close()
        #expect(header.frameCount == 333)
        #expect(try Header(path: folder.file("r")) == header)
        let reader = try RecordReader(path: folder.file("r"))
        var read: [Int32] = []
        #expect(try reader.readRaw(into: &read, maxFrames: 1_000) == 333)
        #expect(read == values)
        #expect(reader.findings.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["r.dat", "r.hea"])
    }

    @Test func write_severalFilesAndRates_comesBack() throws {
        let folder = try TemporaryFolder()
        let signals = [
            SignalDescription(fileName: "a.dat", format: .packed12, samplesPerFrame: 4, description: "ECG"),
            SignalDescription(fileName: "a.dat", format: .packed12, description: "RESP"),
            SignalDescription(fileName: "b.dat", format: .int24, samplesPerFrame: 2, units: "mmHg", description: "ABP"),
        ]
        let values = Self.samples(7 * 101, in: -2_047...2_047)
        let writer = try RecordWriter(
            path: folder.file("m"), header: Header(name: "m", signals: signals, frameRate: 62.5))
        try writer.writeRaw(values)
        try writer.close()
        let reader = try RecordReader(path: folder.file("m"))
        #expect(reader.valuesPerFrame == 7)
        var read: [Int32] = []
        #expect(try reader.readRaw(into: &read, maxFrames: 200) == 101)
        #expect(read == values)
        #expect(reader.findings.isEmpty)
    }

    @Test func write_physicalValues_clipsAndKeepsMissing() throws {
        let folder = try TemporaryFolder()
        let signal = SignalDescription(fileName: "p.dat", format: .packed12, gain: 200, baseline: 24, description: "II")
        let writer = try RecordWriter(
            path: folder.file("p"), header: Header(name: "p", signals: [signal], frameRate: 360))
        try writer.write([0, 1.5, .nan, 1_000, -1_000, -0.145])
        #expect(writer.clippedCount == 2)
        try writer.close()
        let reader = try RecordReader(path: folder.file("p"))
        var read: [Float] = []
        _ = try reader.read(into: &read, maxFrames: 10)
        #expect(read[2].isNaN)
        read[2] = 0
        #expect(read == [0, 1.5, 0, 10.115, -10.355, -0.145])
    }

    @Test func writeRaw_valueOutsideFormat_isAnError() throws {
        let folder = try TemporaryFolder()
        let signal = SignalDescription(fileName: "p.dat", format: .packed12, description: "II")
        let writer = try RecordWriter(
            path: folder.file("p"), header: Header(name: "p", signals: [signal], frameRate: 360))
        #expect(throws: WFDBError.self) { try writer.writeRaw([2_048]) }
    }
}
