import Testing
import WFDB

@Suite struct CSVTests {
    static func read(_ text: String, rate: Double? = nil) throws -> (Header, [Float]) {
        let folder = try TemporaryFolder()
        try folder.write(text.utf8, to: "x.csv")
        let reader = try CSVReader(path: folder.file("x.csv"), frameRate: rate)
        var all: [Float] = []
        var values: [Float] = []
        while try reader.read(into: &values, maxFrames: 2) > 0 { all += values }
        return (reader.header, all)
    }

    @Test func read_namesUnitsAndMissing_areUnderstood() throws {
        let (header, values) = try Self.read(
            "# a comment\r\ntime_s,II (uV), \"ABP (mm Hg)\",V1\r\n0,1,2,3\r\n0.004,,!,NaN\r\n0.008,-1.5e1,0,4\r\n")
        #expect(header.frameRate == 250)
        #expect(header.signals.map(\.description) == ["II", "ABP", "V1"])
        #expect(header.signals.map(\.units) == ["uV", "mm_Hg", "mV"])
        #expect(values.count == 9)
        #expect(values[3].isNaN && values[4].isNaN && values[5].isNaN)
        #expect(values[6] == -15)
    }

    @Test func read_sampleColumn_needsRate() throws {
        let text = "sample,II\n0,1\n1,2"
        #expect(try Self.read(text, rate: 128).1 == [1, 2])
        #expect(throws: WFDBError.self) { try Self.read(text) }
    }

    @Test(arguments: [
        ("time_s,II\n0,1\n0.1,2,3\n", 3), ("time_s,II\n0,1\n0.1,x\n", 3), ("time_s,II\n0,1\n0.1,2\n5,3\n", 3),
        ("0.1,0.2\n0.3,0.4\n", 1), ("", 1), ("time_s\n0\n1\n", 1), ("time_s,II\n0,1\n\n0.1,x\n0.2,3\n0.3,4\n", 4),
        ("time_s,II\nzero,1\n", 2),
    ])
    func read_fault_isAnErrorWithItsLine(text: String, line: Int) throws {
        do {
            _ = try Self.read(text)
            Issue.record("no error")
        } catch WFDBError.csv(_, let found, _) {
            #expect(found == line)
        }
    }
}
