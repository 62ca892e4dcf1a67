import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab convert`, as its users run it.
struct ConvertCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    /// A folder that is gone after the test.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "convert-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

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

    @Test(arguments: [
        (["convert", "no-such-record", "/tmp/x.edf"], 66), (["convert", "a", "b", "--format", "310"], 64),
        (["convert", "a", "a"], 64), (["convert", "fixtures/hostile/header-empty", "/tmp/x.edf"], 65),
        (["convert", "fixtures/synthetic-ectopy", "/no/such/folder/x"], 73),
    ])
    func convert_whatCannotBe_saysWhyAndExits(arguments: [String], status: Int) throws {
        let outcome = try beatlab.run(arguments)
        #expect(Int(outcome.status) == status, "\(outcome.errors)")
        #expect(!outcome.errors.isEmpty)
        #expect(outcome.output.isEmpty)
    }
}

/// `beatlab inspect`, as its users run it.
struct InspectCommandTests {
    private let beatlab = Program("beatlab")

    @Test func inspect_record_printsSignalsAndAnnotations() throws {
        let outcome = try beatlab.run(["inspect", "fixtures/synthetic-ectopy"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("length       3:00, 64800 frames at 360 Hz"))
        let lead = try #require(outcome.lines.first { $0.hasPrefix("0  ") })
        #expect(lead.contains("212") && lead.contains("matches"))
        #expect(outcome.text.contains("annotations  atr: "))
        #expect(!outcome.text.contains("attention"))
    }

    @Test func inspect_wrongChecksum_saysSo() throws {
        let outcome = try beatlab.run(["inspect", "fixtures/hostile/header-checksum-wrong"])
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("checksum 0 instead of 12345"))
    }

    @Test func inspect_output_drawsTheAnnotations() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "inspect-\(UUID().uuidString).svg")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try beatlab.run(
            ["inspect", "fixtures/synthetic-ectopy", "--from", "10", "--seconds", "6", "--output", file.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let drawing = try String(contentsOf: file, encoding: .utf8)
        let beats = try Annotation.read(path: Program.fixtures.appending(path: "synthetic-ectopy.atr").path)
            .filter { $0.code == .normal && (3_600..<5_760).contains($0.sample) }
        #expect(beats.count > 3)
        #expect(drawing.components(separatedBy: ">N</text>").count - 1 == beats.count)
        #expect(XMLDocumentCheck.isWellFormed(drawing))
    }
}

/// Whether a text is XML: as many elements end as begin, in order.
enum XMLDocumentCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for tag in text.split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            guard let end = tag.firstIndex(of: ">") else { return false }
            let content = tag[..<end]
            if content.hasPrefix("?") || content.hasSuffix("/") { continue }
            if content.hasPrefix("/") {
                guard open.popLast() == content.dropFirst() else { return false }
            } else {
                open.append(content.prefix { $0 != " " && $0 != "\n" })
            }
        }
        return open.isEmpty
    }
}
