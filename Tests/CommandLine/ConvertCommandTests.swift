import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab convert`, as its users run it.
struct ConvertCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    private func samples(_ path: String) throws -> [Int32] {
        var samples: [Int32] = []
        _ = try RecordReader(path: path).readRaw(into: &samples, maxFrames: 1_000_000)
        return samples
    }

    @Test func convert_toEDFAndBack_keepsSamplesAndBeats() throws {
        try withFolder { folder in
            let edf = folder.appending(path: "x.edf").path
            let back = folder.appending(path: "back").path
            #expect(try beatlab.run(["convert", ectopy, edf]).status == 0)
            let outcome = try beatlab.run(["convert", edf, back])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let expected = try samples(ectopy)
            #expect(try samples(back).prefix(expected.count) == expected[...])
            let beats = try Annotation.read(path: ectopy + ".atr").filter { $0.code.isQRS }
            let found = try Annotation.read(path: back + ".atr").filter { $0.code.isQRS }
            #expect(found.map(\.sample) == beats.map(\.sample))
            #expect(found.map(\.code) == beats.map(\.code))
        }
    }

    @Test func convert_annotationsThatEDFDoesNotHold_saysHowMany() throws {
        try withFolder { folder in
            for suffix in ["hea", "dat"] {
                try FileManager.default.copyItem(
                    atPath: "\(ectopy).\(suffix)", toPath: "\(folder.path)/synthetic-ectopy.\(suffix)")
            }
            let annotations = [
                Annotation(sample: 100, code: .normal), Annotation(sample: 200, code: .noise, subtype: 1),
                Annotation(sample: 300, code: .note, aux: Array(repeating: 0x61, count: 60)),
                Annotation(sample: 90_000, code: .normal),
            ]
            try Annotation.write(annotations, path: folder.path + "/synthetic-ectopy.atr")
            let outcome = try beatlab.run(["convert", "synthetic-ectopy", "x.edf"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("note: 2 annotations are not whole"), "\(outcome.errors)")
            #expect(outcome.errors.contains("note: 1 annotations outside of the record"), "\(outcome.errors)")
        }
    }

    @Test func convert_part_cutsSignalsAndAnnotations() throws {
        try withFolder { folder in
            let part = folder.appending(path: "part").path
            let outcome = try beatlab.run([
                "convert", ectopy, part, "--from", "0:30", "--to", "0:40", "--format", "516",
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try samples(part) == Array(samples(ectopy)[2 * 30 * 360..<2 * 40 * 360]))
            let range = Int64(30 * 360)..<Int64(40 * 360)
            let beats = try Annotation.read(path: ectopy + ".atr").filter { range.contains($0.sample) }
            #expect(try Annotation.read(path: part + ".atr").map(\.sample) == beats.map { $0.sample - 30 * 360 })
        }
    }

    @Test func convert_bareCSV_isOneFrameALine() throws {
        try withFolder { folder in
            let csv = folder.appending(path: "x.csv")
            let outcome = try beatlab.run(["convert", ectopy, csv.path, "--to", "1", "--bare"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = try String(contentsOf: csv, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 360)
            #expect(lines.allSatisfy { $0.split(separator: ",").compactMap { Float($0) }.count == 2 })
        }
    }

    @Test func convert_ontoWhatIsRead_isRefusedHoweverItIsSpelt() throws {
        try withFolder { folder in
            for suffix in ["hea", "dat", "atr"] {
                try FileManager.default.copyItem(
                    atPath: "\(ectopy).\(suffix)", toPath: folder.path + "/synthetic-ectopy.\(suffix)")
            }
            let record = folder.path + "/synthetic-ectopy"
            symlink(folder.path, folder.path + "/link")
            // A header that names the other's signals, and annotations that are the other's.
            let header = try String(contentsOfFile: record + ".hea", encoding: .utf8)
            try header.replacing("synthetic-ectopy 2", with: "named 2")
                .write(toFile: folder.path + "/named.hea", atomically: true, encoding: .utf8)
            symlink("synthetic-ectopy.atr", folder.path + "/noted.atr")
            let before = try ["hea", "dat", "atr"].map { try Data(contentsOf: URL(filePath: "\(record).\($0)")) }
            for (input, output) in [
                (record, record + ".hea"), (record + ".hea", record), (record, folder.path + "/./synthetic-ectopy"),
                (record, folder.path + "/link/synthetic-ectopy"), (folder.path + "/named", record),
                (record, folder.path + "/noted"),
            ] {
                let outcome = try beatlab.run(["convert", input, output, "--to", "5"])
                #expect(outcome.status == 64, "\(input) to \(output): \(outcome.errors)")
                #expect(outcome.errors.contains("would be overwritten"), "\(outcome.errors)")
            }
            let after = try ["hea", "dat", "atr"].map { try Data(contentsOf: URL(filePath: "\(record).\($0)")) }
            #expect(after == before)
        }
    }

    @Test func convert_toEDFWhereTheLastBytesFindNoRoom_saysSo() throws {
        try withFolder { folder in
            let edf = folder.appending(path: "x.edf")
            #expect(try beatlab.run(["convert", ectopy, edf.path, "--annotator", "none"]).status == 0)
            let size = try Data(contentsOf: edf).count
            try FileManager.default.removeItem(at: edf)
            let outcome = try beatlab.run(
                ["convert", ectopy, edf.path, "--annotator", "none"], room: (size - 1) / 512)
            #expect(outcome.status == 73, "\(outcome.errors)")
            #expect(outcome.errors.contains("x.edf"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test func convert_toAFIFO_writesIntoIt() throws {
        try withFolder { folder in
            let path = folder.path + "/x.csv"
            #expect(mkfifo(path, 0o600) == 0)
            let reader = open(path, O_RDONLY | O_NONBLOCK)
            defer { close(reader) }
            let outcome = try beatlab.run(["convert", ectopy, path, "--to", "1", "--bare", "--annotator", "none"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = read(reader, &bytes, bytes.count)
            #expect(bytes.prefix(max(count, 0)).count { $0 == 0x0A } == 360)
            let edf = folder.path + "/x.edf"
            #expect(mkfifo(edf, 0o600) == 0)
            let other = open(edf, O_RDONLY | O_NONBLOCK)
            defer { close(other) }
            #expect(try beatlab.run(["convert", ectopy, edf]).status == 73)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["x.csv", "x.edf"])
        }
    }

    @Test func convert_csvOfImpossibleTimes_isRefused() throws {
        try withFolder { folder in
            let csv = folder.appending(path: "x.csv")
            try "time_s,II\n0,1\n1e-300,2\n".write(to: csv, atomically: true, encoding: .utf8)
            let outcome = try beatlab.run(["convert", csv.path, folder.appending(path: "x").path])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("the rate is unknown"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        (["convert", "no-such-record", "/tmp/x.edf"], 66), (["convert", "a", "b", "--format", "310"], 64),
        (["convert", "a", "a"], 64), (["convert", "a", "b", "--annotator", "dat"], 64),
        (["convert", "fixtures/hostile/header-empty", "/tmp/x.edf"], 65),
        (["convert", "fixtures/synthetic-ectopy", "/no/such/folder/x"], 73),
    ])
    func convert_whatCannotBe_saysWhyAndExits(arguments: [String], status: Int) throws {
        let outcome = try beatlab.run(arguments)
        #expect(Int(outcome.status) == status, "\(outcome.errors)")
        #expect(!outcome.errors.isEmpty)
        #expect(outcome.output.isEmpty)
    }
}
