import Foundation
import ProgramRunner
import Testing
import WFDB

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

    /// A folder with the record `x`, a copy of a fixture, that is gone after the test.
    private func withRecord(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "inspect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for suffix in ["hea", "dat", "atr"] {
            try FileManager.default.copyItem(
                at: Program.fixtures.appending(path: "synthetic-ectopy.\(suffix)"),
                to: folder.appending(path: "x.\(suffix)"))
        }
        let header = try String(contentsOf: folder.appending(path: "x.hea"), encoding: .utf8)
        try header.replacing("synthetic-ectopy", with: "x").replacing("MLII", with: "M\u{1B}[31mII")
            .write(to: folder.appending(path: "x.hea"), atomically: true, encoding: .utf8)
        try body(folder.path)
    }

    @Test func inspect_controlCharactersInAHeader_reachNeitherTerminalNorDrawing() throws {
        try withRecord { folder in
            let outcome = try beatlab.run(["inspect", folder + "/x", "--output", folder + "/x.svg", "--seconds", "2"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text.contains("M\u{FFFD}[31mII"))
            let explained = try beatlab.run(["explain", folder + "/x", "--beat", "5", "--output", folder + "/e.svg"])
            #expect(explained.status == 0, "\(explained.errors)")
            let drawings = try ["x", "e"].map { try String(contentsOfFile: "\(folder)/\($0).svg", encoding: .utf8) }
            for text in drawings + [outcome.text, explained.text] {
                #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
            }
        }
    }

    @Test func inspect_annotationsThatCannotBeRead_saysSo() throws {
        try withRecord { folder in
            try Data([0x01, 0x02, 0x03]).write(to: URL(filePath: folder + "/x.atr"))
            let outcome = try beatlab.run(["inspect", folder + "/x"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text.contains("attention"))
            #expect(outcome.text.contains("x.atr, byte "), "\(outcome.text)")
        }
    }

    @Test func inspect_png_leavesOtherFilesAlone() throws {
        try withRecord { folder in
            try "mine".write(toFile: folder + "/i.png.svg", atomically: true, encoding: .utf8)
            let outcome = try beatlab.run(["inspect", folder + "/x", "--seconds", "2", "--output", folder + "/i.png"])
            guard outcome.status != 69 else { return }
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try String(contentsOfFile: folder + "/i.png.svg", encoding: .utf8) == "mine")
            let image = try Data(contentsOf: URL(filePath: folder + "/i.png"))
            #expect(image.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
            let full = try beatlab.run(
                ["inspect", folder + "/x", "--seconds", "2", "--output", folder + "/full.png"], room: image.count / 512)
            #expect(full.status == 73, "\(full.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/full.png"))
            try FileManager.default.createDirectory(atPath: folder + "/d.png", withIntermediateDirectories: true)
            let onFolder = try beatlab.run(["inspect", folder + "/x", "--output", folder + "/d.png"])
            #expect(onFolder.status == 73 && onFolder.errors.contains("d.png"), "\(onFolder.errors)")
        }
    }

    @Test func inspect_fromAfterTheEnd_saysWhereThatIs() throws {
        let outcome = try beatlab.run(
            ["inspect", "fixtures/synthetic-ectopy", "--from", "1e300", "--output", "/nowhere/x.svg"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("frame 1152921504606846976 is outside"), "\(outcome.errors)")
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
