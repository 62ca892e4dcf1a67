import RealRecordings
import Testing
import WFDB

@Suite struct RecordReaderTests {
    @Test(.needsRealRecordings) func read_wholeDatabase_checksumsMatch() throws {
        let records = try RealRecordings.records(in: "mitdb")
        #expect(records.count == 48)
        var values: [Float] = []
        for record in records {
            let reader = try RecordReader(path: RealRecordings.path(record))
            var frames: Int64 = 0
            while true {
                let count = try reader.read(into: &values, maxFrames: 4_096)
                if count == 0 { break }
                frames += Int64(count)
                #expect(values.count == count * 2)
            }
            #expect(frames == 650_000)
            #expect(reader.findings.isEmpty, "\(record): \(reader.findings)")
        }
    }

    @Test(.needsRealRecordings) func read_anyBlockLength_sameValues() throws {
        let path = try RealRecordings.path("wfdb-formats/100_3chan")
        func read(_ frames: Int) throws -> [Int32] {
            let reader = try RecordReader(path: path)
            var all: [Int32] = []
            var values: [Int32] = []
            while try reader.readRaw(into: &values, maxFrames: frames) > 0 { all += values }
            return all
        }
        let whole = try read(4_096)
        #expect(whole.count == 3 * 999)
        #expect(whole.prefix(3) == [995, 1_011, 995])
        #expect(try read(1) == whole)
        #expect(try read(7) == whole)
    }

    @Test(.needsRealRecordings) func seek_anyFrame_sameAsReadingOn() throws {
        let reader = try RecordReader(path: RealRecordings.path("wfdb-formats/100_3chan"))
        var whole: [Float] = []
        _ = try reader.read(into: &whole, maxFrames: 999)
        for frame in [998, 1, 500, 0, 333] {
            try reader.seek(toFrame: Int64(frame))
            var values: [Float] = []
            _ = try reader.read(into: &values, maxFrames: 1)
            #expect(values == Array(whole[frame * 3..<frame * 3 + 3]))
        }
    }

    @Test(.needsRealRecordings) func read_physical_isMillivolts() throws {
        let reader = try RecordReader(path: RealRecordings.path("mitdb/100"))
        var values: [Float] = []
        _ = try reader.read(into: &values, maxFrames: 1)
        #expect(values == [-0.145, -0.065])
    }

    @Test(arguments: [1, 10, 16, 1_000])
    func read_truncatedFile_givesWhatIsThereThenTheError(frames: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("t 1 100 500\nt.dat 16\n".utf8), to: "t.hea")
        try folder.write([UInt8](repeating: 1, count: 80), to: "t.dat")
        let reader = try RecordReader(path: folder.file("t"))
        var values: [Float] = []
        var found = 0
        let expected = WFDBError.truncatedSignal(
            path: folder.file("t.dat"), framesExpected: 500, framesFound: 40)
        #expect(throws: expected) {
            while case let count = try reader.read(into: &values, maxFrames: frames), count > 0 { found += count }
        }
        #expect(found == 40)
        #expect(throws: expected) { try reader.read(into: &values, maxFrames: frames) }
        try reader.seek(toFrame: 39)
        #expect(try reader.read(into: &values, maxFrames: 1) == 1)
    }

    @Test func read_segmentThatIsMissing_givesTheFramesBeforeThenTheError() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("s/2 1 100 30\na 10\nb 20\n".utf8), to: "s.hea")
        try folder.write(Array("a 1 100 10\na.dat 16 100 16 0 257 2570 0 II\n".utf8), to: "a.hea")
        try folder.write([UInt8](repeating: 1, count: 20), to: "a.dat")
        let reader = try RecordReader(path: folder.file("s"))
        var values: [Float] = []
        #expect(try reader.read(into: &values, maxFrames: 100) == 10)
        #expect(values == [Float](repeating: 2.57, count: 10))
        #expect(throws: WFDBError.self) { try reader.read(into: &values, maxFrames: 100) }
        #expect(reader.findings.isEmpty)
    }

    @Test func read_withoutLength_goesToTheEndOfTheFile() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Array("n 2 100\nn.dat 212 100 12 0 257 -1 0 I\nn.dat 212 100 12 0 16 0 0 II\n".utf8), to: "n.hea")
        try folder.write([UInt8](repeating: 1, count: 61), to: "n.dat")
        let reader = try RecordReader(path: folder.file("n"))
        #expect(reader.frameCount == 20)
        var values: [Float] = []
        #expect(try reader.read(into: &values, maxFrames: 100) == 20)
        #expect(try reader.read(into: &values, maxFrames: 100) == 0)
        #expect(reader.findings.map(\.signal) == [0, 1])
        let kinds: [IntegrityFinding.Kind] = [
            .checksum(expected: 65_535, found: 20 * 257), .initialValue(expected: 16, found: 1),
        ]
        #expect(reader.findings.map(\.kind) == kinds)
    }

    @Test func read_signalsWithoutFiles_areMissing() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array("g 2 100 250\n~ 0 200/mV\n~ 0x2 200/mV\n".utf8), to: "g.hea")
        let reader = try RecordReader(path: folder.file("g"))
        var values: [Float] = []
        #expect(try reader.read(into: &values, maxFrames: 200) == 200)
        #expect(values.count == 600)
        #expect(values.allSatisfy { $0.isNaN })
        #expect(try reader.read(into: &values, maxFrames: 200) == 50)
        #expect(try reader.read(into: &values, maxFrames: 200) == 0)
    }

    @Test(.needsRealRecordings, arguments: ["mitdb/100", "cinc2020/E00001", "wfdb-formats/test_generator_2.edf"])
    func seek_toEndAndBack_readsOn(name: String) throws {
        let reader = try RecordReader(path: RealRecordings.path(name))
        var first: [Float] = []
        #expect(try reader.read(into: &first, maxFrames: 20) == 20)
        var values: [Float] = []
        try reader.seek(toFrame: #require(reader.frameCount))
        #expect(try reader.read(into: &values, maxFrames: 20) == 0)
        try reader.seek(toFrame: 0)
        #expect(try reader.read(into: &values, maxFrames: 20) == 20)
        #expect(values == first)
    }
}
