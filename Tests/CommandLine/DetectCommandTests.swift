import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab detect`, as its users run it.
struct DetectCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    @Test func detect_synthetic_writesPeaksAndSaysHowMany() throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try beatlab.run(["detect", "--output", folder, ectopy, ectopy + ".hea"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let found = try Annotation.read(path: folder + "/synthetic-ectopy.beatd")
            #expect(outcome.lines.count == 1, "the same record twice is one record")
            #expect(outcome.lines[0].hasPrefix("\(ectopy): \(found.count) beats, mean rate "))
        }
    }

    @Test(arguments: ["atr", "hea", "dat", "é", "../x", ""])
    func detect_annotatorThatWouldDoHarm_isRefused(annotator: String) throws {
        #expect(try beatlab.run(["detect", "--annotator", annotator, "/nowhere/1"]).status == 64)
    }

    @Test(arguments: ["detect", "classify"])
    func annotate_recordsOfOneName_areNotWrittenIntoOneFile(command: String) throws {
        try withFolder { folder in
            let folder = folder.path
            for suffix in ["hea", "dat"] {
                try FileManager.default.copyItem(
                    atPath: "\(ectopy).\(suffix)", toPath: folder + "/synthetic-ectopy.\(suffix)")
            }
            let other = folder + "/synthetic-ectopy"
            let outcome = try beatlab.run([command, "--output", folder + "/out", ectopy, other])
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains(ectopy) && outcome.errors.contains(other), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/out"))
        }
    }

    @Test(arguments: ["detect", "classify"])
    func annotate_recordsThatCannotBe_endWithTheirCodesAndKeepNoOther(command: String) throws {
        try withFolder { folder in
            let folder = folder.path
            let hostile = Program.fixtures.appending(path: "hostile/header-empty").path
            let outcome = try beatlab.run([command, "--output", folder, hostile, "/nowhere/1", ectopy])
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.errors.contains("header-empty") && outcome.errors.contains("/nowhere/1"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["synthetic-ectopy.beatd"])
            #expect(try beatlab.run([command, "--output", folder, "/nowhere/1"]).status == 66)
        }
    }
}
