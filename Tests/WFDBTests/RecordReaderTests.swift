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
}
