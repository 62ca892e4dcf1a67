import Foundation
import RealRecordings
import Testing
import WFDB

@Suite struct AnnotationTests {
    @Test(.needsRealRecordings) func read_wholeDatabase_countsBeats() throws {
        var beats = 0
        for record in try RealRecordings.records(in: "mitdb") {
            let annotations = try Annotation.read(path: RealRecordings.path(record + ".atr"))
            beats += annotations.count { $0.code.isQRS && $0.code != .flutterWave }
        }
        #expect(beats == 109_494)
    }

    @Test(.needsRealRecordings) func write_whatWasRead_sameBytes() throws {
        let root = try #require(RealRecordings.folder)
        let files = try FileManager.default.subpathsOfDirectory(atPath: root).filter { file in
            [".atr", ".anI", ".tst", ".gqrs"].contains { file.hasSuffix($0) }
        }
        #expect(files.count == 48 + 52 + 24 + 2)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: root + "/" + file)))
            var reader = AnnotationReader(bytes: bytes, name: file)
            var encoder = AnnotationEncoder()
            var written: [UInt8] = []
            while let annotation = try reader.next() { try encoder.encode(annotation, into: &written) }
            written += AnnotationEncoder.ending
            #expect(written == bytes, "\(file)")
        }
    }

    @Test func encode_fieldStoredWithoutSign_sameBytesUntilChanged() throws {
        // SUB -1 and CHN 255 in eight and in ten bits, as two programs write them.
        let bytes: [UInt8] = [5, 4, 0xFF, 0xF4, 0xFF, 0xFB, 5, 4, 0xFF, 0xF7, 0xFF, 0xF3, 0, 0]
        var reader = AnnotationReader(bytes: bytes, name: "test")
        var first = try #require(try reader.next())
        let second = try #require(try reader.next())
        #expect([first.subtype, second.subtype, second.number] == [-1, -1, -1])
        var encoder = AnnotationEncoder()
        var written: [UInt8] = []
        for annotation in [first, second] { try encoder.encode(annotation, into: &written) }
        #expect(written + AnnotationEncoder.ending == bytes)
        first.subtype = 3
        #expect(first != second)
        encoder = AnnotationEncoder()
        written = []
        try encoder.encode(first, into: &written)
        #expect(written == [5, 4, 3, 0xF4, 0xFF, 0xFB])
    }

    @Test func encode_everyField_comesBack() throws {
        let annotations = [
            Annotation(sample: 5, code: .rhythm, aux: Array("(AFIB".utf8)),
            Annotation(sample: 1_028, code: .normal, subtype: -1, channel: 3, number: -5),
            Annotation(sample: 1_028, code: .notQRS, channel: 3),
            Annotation(sample: 9_000_000_000, code: .pvc, channel: 255, number: 127, aux: [0, 1, 2]),
            Annotation(sample: 8_999_999_999, code: .svEscape, subtype: 127),
        ]
        var encoder = AnnotationEncoder()
        var bytes: [UInt8] = []
        for annotation in annotations { try encoder.encode(annotation, into: &bytes) }
        bytes += AnnotationEncoder.ending
        var reader = AnnotationReader(bytes: bytes, name: "test")
        for annotation in annotations { #expect(try reader.next() == annotation) }
        #expect(try reader.next() == nil)
    }

    @Test func mnemonic_everyCode_comesBack() {
        for rawValue in UInt8(0)...49 {
            let code = AnnotationCode(rawValue: rawValue)
            #expect(AnnotationCode(mnemonic: code.mnemonic) == code)
        }
        #expect(AnnotationCode(mnemonic: "V") == .pvc)
        #expect(AnnotationCode(mnemonic: "nonsense") == nil)
    }

    @Test func definitions_writtenAndRead_areTheSame() throws {
        let definitions = AnnotationDefinitions(
            timeResolution: 1_000,
            definitions: [
                .init(code: .init(rawValue: 42), mnemonic: "X", description: "Something special"),
                .init(code: .normal, mnemonic: "n1", description: "Normal, first kind"),
            ])
        let beats = [
            Annotation(sample: 500, code: .init(rawValue: 42)), Annotation(sample: 1_250, code: .normal),
        ]
        let folder = try TemporaryFolder()
        try Annotation.write(definitions.notes + beats, path: folder.file("x.atr"))
        let read = try Annotation.read(path: folder.file("x.atr"))
        let found = AnnotationDefinitions(in: read)
        #expect(found == definitions)
        #expect(found.noteCount == 5)
        #expect(found.mnemonic(of: .init(rawValue: 42)) == "X")
        #expect(found.mnemonic(of: .pvc) == "V")
        let inFrames = try Annotation.read(path: folder.file("x.atr"), frameRate: 360)
        #expect(inFrames.map(\.sample) == [0, 0, 0, 0, 180, 450])
        let kept = AnnotationDefinitions(in: inFrames)
        #expect(kept.timeResolution == nil && kept.definitions == definitions.definitions)
    }

    @Test func encode_skipBeyond32Bits_comesBack() throws {
        var encoder = AnnotationEncoder()
        var bytes: [UInt8] = []
        let times: [Int64] = [3_000_000_000, 20_000_000_000, -5, 7]
        for time in times { try encoder.encode(Annotation(sample: time, code: .normal), into: &bytes) }
        var reader = AnnotationReader(bytes: bytes + AnnotationEncoder.ending, name: "test")
        for time in times { #expect(try reader.next()?.sample == time) }
    }
}
