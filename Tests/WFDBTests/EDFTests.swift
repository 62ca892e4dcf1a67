import Foundation
import RealRecordings
import Testing

@testable import WFDB

@Suite struct EDFTests {
    static let path = "wfdb-formats/test_generator_2.edf"

    static func reference() throws -> [[Substring]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/edf.txt")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ") }
    }

    @Test(.needsRealRecordings) func read_realFile_equalsReference() throws {
        let reader = try RecordReader(path: RealRecordings.path(Self.path))
        #expect(reader.frameRate == 200)
        #expect(reader.signals.map(\.description).prefix(2) == ["squarewave", "ramp"])
        let lines = try Self.reference().filter { $0[0] == "signal" }
        let found = try ReferenceTests.adc(reader, frames: 999)
        #expect(found.map(\.samples) == lines.compactMap { Int($0[2]) })
        #expect(found.map(\.crc) == lines.compactMap { UInt32($0[3], radix: 16) })
    }

    @Test(.needsRealRecordings) func read_physical_equalsReference() throws {
        let reader = try RecordReader(path: RealRecordings.path(Self.path))
        var values: [Float] = []
        #expect(try reader.read(into: &values, maxFrames: 3) == 3)
        for line in try Self.reference() where line[0] == "physical" {
            let signal = try #require(Int(line[1]))
            let scale = reader.signals[signal].millivoltsPerUnit
            for frame in 0..<3 {
                let expected = try #require(Double(line[2 + frame])) * scale
                #expect(abs(Double(values[frame * reader.valuesPerFrame + signal]) - expected) < 1e-6 * abs(expected))
            }
        }
    }

    @Test(.needsRealRecordings) func seek_anyFrame_sameAsReadingOn() throws {
        let reader = try RecordReader(path: RealRecordings.path(Self.path))
        var whole: [Int32] = []
        _ = try reader.readRaw(into: &whole, maxFrames: 5_000)
        for frame in [4_999, 0, 201, 3_000] {
            try reader.seek(toFrame: Int64(frame))
            var values: [Int32] = []
            _ = try reader.readRaw(into: &values, maxFrames: 1)
            #expect(values[...] == whole[frame * reader.valuesPerFrame..<(frame + 1) * reader.valuesPerFrame])
        }
    }

    @Test(.needsRealRecordings) func annotations_realFile_equalReference() throws {
        let found = try EDFAnnotation.read(path: RealRecordings.path(Self.path))
        let expected = try Self.reference().filter { $0[0] == "annotation" }
        #expect(found.map(\.text) == expected.map { $0[2...].joined(separator: " ") })
        #expect(found.map(\.onset) == expected.compactMap { Double($0[1]) })
    }

    @Test(.needsRealRecordings) func read_discontinuousFile_saysWhy() throws {
        let folder = try TemporaryFolder()
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: RealRecordings.path(Self.path))))
        bytes.replaceSubrange(192..<197, with: Array("EDF+D".utf8))
        try folder.write(bytes, to: "d.edf")
        let error = #expect(throws: WFDBError.self) { try RecordReader(path: folder.file("d.edf")) }
        #expect(error?.description.contains("gaps between their data records") == true)
    }

    @Test func write_samplesAndAnnotations_comeBack() throws {
        let folder = try TemporaryFolder()
        let signals = [
            SignalDescription(
                fileName: "-", format: .packed12, samplesPerFrame: 2, gain: 200, baseline: 1_024, adcZero: 1_024,
                description: "MLII"),
            SignalDescription(fileName: "-", format: .int24, gain: 1_000, units: "mmHg", description: "ABP"),
        ]
        var header = Header(name: "x", signals: signals, frameRate: 180)
        header.frameCount = 1_000
        header.baseDate = BaseDate(year: 2_020, month: 5, day: 17)
        header.baseTime = BaseTime(hour: 1, minute: 2, second: 3)
        let values = RecordWriterTests.samples(3_000, in: -2_047...2_047)
        let annotations = [
            Annotation(sample: 18, code: .normal), Annotation(sample: 90, code: .pvc),
            Annotation(sample: 99, code: .rhythm, aux: Array("(AFIB".utf8)),
            Annotation(sample: 500, code: .note, aux: Array("moved in bed".utf8)),
        ]
        let path = folder.file("x.edf")
        let writer = try EDFWriter(
            path: path, header: header, ranges: [-2_047...2_047, -2_047...2_047], annotations: annotations)
        try writer.write(Array(values[..<300]))
        try writer.write(Array(values[300...]))
        try writer.close()
        let reader = try RecordReader(path: path)
        #expect(reader.frameRate == 180)
        #expect(reader.frameCount == 1_080)
        #expect(reader.header.baseDate == header.baseDate)
        #expect(reader.header.baseTime == header.baseTime)
        #expect(reader.signals.map(\.samplesPerFrame) == [2, 1])
        #expect(abs(reader.signals[0].gain - 200) < 1e-3)
        var read: [Int32] = []
        #expect(try reader.readRaw(into: &read, maxFrames: 2_000) == 1_080)
        #expect(Array(read[..<3_000]) == values)
        #expect(read[3_000...].allSatisfy { $0 == RecordReader.missingSample })
        let back = try EDFAnnotation.read(path: path).map { $0.annotation(frameRate: 180) }
        #expect(back == annotations)
    }

    /// Writes annotations into a second of EDF+ and reads them back; also how many are said to be shortened.
    private func passed(_ annotations: [Annotation]) throws -> (back: [Annotation], shortened: Int) {
        let folder = try TemporaryFolder()
        let header = Header(
            name: "x", signals: [SignalDescription(fileName: "-", format: .int16, description: "II")], frameRate: 200)
        let writer = try EDFWriter(
            path: folder.file("x.edf"), header: header, ranges: [0...0], annotations: annotations)
        try writer.write([Int32](repeating: 0, count: 200))
        try writer.close()
        let back = try EDFAnnotation.read(path: folder.file("x.edf")).map { $0.annotation(frameRate: 200) }
        return (back, writer.shortenedCount)
    }

    @Test func write_annotationsWithText_comeBack() throws {
        let texts: [(AnnotationCode, String)] = [
            (.pvc, "early"), (.normal, "\"quoted\""), (.note, "V"), (.note, "+ (AFIB"), (.note, "V \"early\""),
            (.note, "A long pause"), (.rhythm, "(AFIB"), (.rhythm, "none"), (.note, ""), (.stChange, "ST0+"),
            (.note, "forty bytes of text, which is all there is"), (.pvc, "größer"),
        ]
        let annotations = texts.enumerated().map { index, text in
            Annotation(sample: Int64(10 * index), code: text.0, aux: Array(text.1.utf8.prefix(40)))
        }
        let (back, shortened) = try passed(annotations)
        #expect(back == annotations && shortened == 0)
    }

    @Test func write_annotationsThatEDFDoesNotHold_areCounted() throws {
        let long = Array("a text of more than forty bytes that is cut in the end".utf8)
        let annotations = [
            Annotation(sample: 10, code: .pvc, aux: long), Annotation(sample: 20, code: .note, aux: long),
            Annotation(sample: 30, code: .noise, subtype: 3), Annotation(sample: 40, code: .normal),
            Annotation(sample: 50, code: .normal, channel: 1),
            Annotation(sample: 60, code: .rhythm, aux: [0x28, 0x4E, 0]),
        ]
        let (back, shortened) = try passed(annotations)
        #expect(shortened == 4)
        #expect(back.map(\.code) == annotations.map(\.code) && back.map(\.sample) == annotations.map(\.sample))
        #expect(back[0].auxText == "a text of more than forty bytes that" && back[1].aux.count == 40)
    }

    @Test func write_wideValues_areRequantised() throws {
        let folder = try TemporaryFolder()
        let signal = SignalDescription(fileName: "-", format: .int24, gain: 10_000, description: "II")
        let header = Header(name: "w", signals: [signal], frameRate: 100)
        let values = (0..<100).map { Int32($0 - 50) * 100_000 }
        let writer = try EDFWriter(path: folder.file("w.edf"), header: header, ranges: [-5_000_000...4_900_000])
        #expect(writer.scalings[0].step == 152)
        try writer.write(values)
        try writer.close()
        let reader = try RecordReader(path: folder.file("w.edf"))
        var read: [Float] = []
        _ = try reader.read(into: &read, maxFrames: 100)
        for (found, value) in zip(read, values) { #expect(abs(Double(found) - Double(value) / 10_000) < 0.01) }
    }

    @Test(arguments: [360.0, 62.4725, 1.0 / 60, 257, 128.5, 1_000, 999.56])
    func timing_anyRate_isClose(rate: Double) throws {
        let timing = try EDFTiming(frameRate: rate, path: "x")
        #expect(abs(timing.frameRate - rate) <= rate * 2e-7)
        if rate == rate.rounded() { #expect(timing.duration == 100_000) }
    }

    @Test func read_BDF_has24Bits() throws {
        func field(_ text: String, _ width: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0x20, count: width - text.utf8.count)
        }
        var bytes: [UInt8] = [0xFF] + Array("BIOSEMI".utf8) + field("", 80) + field("", 80) + field("01.02.20", 8)
        bytes += field("03.04.05", 8) + field("512", 8) + field("24BIT", 44) + field("2", 8) + field("1", 8)
        bytes += field("1", 4) + field("Fp1", 16) + field("", 80) + field("mV", 8) + field("-8388.60", 8)
        bytes += field("8388.607", 8) + field("-8388608", 8) + field("8388607", 8) + field("", 80) + field("4", 8)
        bytes += field("", 32)
        // -8388.60 is as much of the minimum as eight characters hold.
        let values: [Int32] = [0, 1, -1, 8_388_607, -8_388_607, 100_000, -100_000, 77]
        for value in values {
            bytes += (0..<3).map { UInt8(truncatingIfNeeded: value >> Int32(8 * $0)) }
        }
        let folder = try TemporaryFolder()
        try folder.write(bytes, to: "x.bdf")
        let reader = try RecordReader(path: folder.file("x.bdf"))
        #expect(reader.frameRate == 4)
        #expect(reader.signals.map(\.description) == ["Fp1"])
        #expect(reader.header.baseDate == BaseDate(year: 2_020, month: 2, day: 1))
        #expect(reader.header.baseTime == BaseTime(hour: 3, minute: 4, second: 5))
        var read: [Int32] = []
        #expect(try reader.readRaw(into: &read, maxFrames: 100) == 8)
        #expect(read == values)
        var physical: [Float] = []
        try reader.seek(toFrame: 5)
        #expect(try reader.read(into: &physical, maxFrames: 1) == 1)
        #expect(abs(physical[0] - 100) < 0.01)
    }
}
