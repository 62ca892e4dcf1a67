import Foundation
import ProgramRunner
import Testing

/// `beatlab score`, as its users run it: on the synthetic records, which carry their own reference.
struct ScoreCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    private func score(_ options: String...) throws -> Outcome {
        try beatlab.run(["score", "--test", "atr", "--from", "0"] + options)
    }

    @Test func score_ofReferenceAgainstItself_isPerfect() throws {
        let outcome = try score(ectopy)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        let row = try #require(outcome.lines.first { $0.hasPrefix("synthetic-ectopy") })
        let cells = row.split(separator: " ").map(String.init)
        #expect(Int(cells[1]) ?? 0 > 20)
        #expect(cells[2...5] == ["0", "0", "100.00", "100.00"])
    }

    /// Whether files can be mounted here, in a namespace of their own.
    private static let canMount =
        (try? Program("unshare", at: "/usr/bin/unshare").run(["-rm", "mount", "--bind", "/tmp", "/tmp"]).status) == 0

    @Test(
        .enabled(if: canMount, "no file can be mounted here"),
        arguments: [false, true])
    func score_toAFileThatCannotBeReplaced_writesOverIt(inALockedFolder isLocked: Bool) throws {
        try withFolder { folder in
            let (seen, real) = (folder.appending(path: "seen"), folder.appending(path: "real.txt").path)
            let file = seen.appending(path: "a.txt").path
            try FileManager.default.createDirectory(at: seen, withIntermediateDirectories: false)
            try String(repeating: "what was there before\n", count: 1000).write(
                toFile: real, atomically: false, encoding: .utf8)
            try "".write(toFile: file, atomically: false, encoding: .utf8)
            let lock = isLocked ? "mount --bind $0 $0 && mount -o remount,bind,ro $0 && " : ""
            let script = lock + "mount --bind $1 $2 && shift 2 && exec \"$@\""
            let outcome = try Program("unshare", at: "/usr/bin/unshare").run(
                ["-rm", "/bin/sh", "-c", script, seen.path, real, file, beatlab.executable.path]
                    + ["score", "--test", "atr", "--from", "0", "--output", file, ectopy])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try Data(contentsOf: URL(filePath: real)) == score(ectopy).output)
            #expect(try FileManager.default.contentsOfDirectory(atPath: seen.path) == ["a.txt"])
        }
    }

    @Test func score_json_isOneDocument() throws {
        let outcome = try score("--format", "json", ectopy)
        let document = try #require(JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
        #expect(document["schema"] as? String == "beatlab-score/1")
        #expect((document["gross"] as? [[Int]])?.count == 7)
        let records = try #require(document["records"] as? [[String: Any]])
        #expect(records.map { $0["record"] as? String } == ["synthetic-ectopy"])
        #expect((records[0]["metrics"] as? [String: Double])?["qrs_se"] == 1)
        #expect((document["plan"] as? [String: Any])?["mapping"] as? String == "ec57")
        #expect(document["standard"] as? Bool == false)
    }

    @Test func score_line_hasHeadingAndTotals() throws {
        let plain = try score("--format", "line", ectopy)
        #expect(plain.lines.count == 2)
        #expect(plain.lines[0].hasPrefix("Record Nn' Sn'"))
        let totals = try score("--format", "line", "--totals", ectopy)
        #expect(totals.text.hasPrefix(plain.text))
        #expect(totals.text.hasSuffix("\nSummary of results from 1 record\n"))
    }

    @Test func score_severalComparisons_areApart() throws {
        let outcome = try score("--format", "line", "-c", "runs", "-c", "af", ectopy)
        #expect(outcome.text.contains("\n\n(AF detection)\n"))
        #expect(outcome.text.hasPrefix("Record CTs CFN"))
    }

    @Test func score_html_isSelfContained() throws {
        try withFolder { folder in
            let file = folder.appending(path: "score.html").path
            let outcome = try score("--format", "html", "--output", file, ectopy)
            #expect(outcome.status == 0)
            #expect(outcome.output.isEmpty)
            let page = try String(contentsOfFile: file, encoding: .utf8)
            #expect(page.hasPrefix("<!DOCTYPE html>"))
            #expect(page.contains("<svg"))
            #expect(page.contains("synthetic-ectopy"))
            for outside in ["src=", "href=", "url(", "@import"] { #expect(!page.contains(outside)) }
        }
    }

    @Test func score_outputThroughALink_keepsTheLink() throws {
        try withFolder { folder in
            symlink("there.txt", folder.appending(path: "link.txt").path)
            #expect(try score("--output", folder.appending(path: "link.txt").path, ectopy).status == 0)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link.txt") == "there.txt")
            let text = try String(contentsOf: folder.appending(path: "there.txt"), encoding: .utf8)
            #expect(text.contains("synthetic-ectopy"))
        }
    }

    @Test func score_sameRecordTwice_countsItOnce() throws {
        let folder = Program.fixtures.path
        let outcome = try score("--format", "line", ectopy, folder + "/./synthetic-ectopy", ectopy + ".hea")
        #expect(outcome.lines.count == 2, "\(outcome.text)")
    }

    @Test func score_corruptAnnotations_areBadData() throws {
        try withFolder { folder in
            try Data([1, 2, 3]).write(to: folder.appending(path: "synthetic-ectopy.bad"))
            let outcome = try beatlab.run(["score", "--test", "bad", "--test-folder", folder.path, ectopy])
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.errors.contains("synthetic-ectopy.bad"))
        }
    }

    @Test func score_plots_areWritten() throws {
        try withFolder { folder in
            #expect(try score("--plots", folder.path, ectopy).status == 0)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.contains("confusion-matrix.svg"))
            #expect(files.contains("bland-altman.svg"))
        }
    }

    @Test func score_folder_standsForItsRecords() throws {
        let outcome = try score("--format", "line", Program.fixtures.path)
        let headers = try FileManager.default.contentsOfDirectory(atPath: Program.fixtures.path)
            .filter { $0.hasSuffix(".hea") }
        #expect(outcome.lines.count == headers.count + 1)
    }

    @Test func score_missingAnnotations_saysWhich() throws {
        let outcome = try beatlab.run(["score", "--test", "nobody", ectopy])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("synthetic-ectopy.nobody"))
        #expect(outcome.output.isEmpty)
    }

    @Test func score_keepGoing_scoresTheOthers() throws {
        let outcome = try score("--keep-going", "--format", "line", "/nowhere/1", ectopy)
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("/nowhere/1"))
        #expect(outcome.lines.count == 2)
    }

    @Test func score_startAfterTheEnd_saysSo() throws {
        let outcome = try beatlab.run(["score", "--test", "atr", "--from", "10:00:00", ectopy])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("test period is empty"))
    }

    @Test(arguments: [["--from", "soon"], ["--mapping", "mine"], ["--format", "pdf"]])
    func score_wrongOption_isAUsageError(options: [String]) throws {
        #expect(try beatlab.run(["score", "--test", "atr", ectopy] + options).status == 64)
    }

    @Test func score_outputThatCannotBeMade_saysSo() throws {
        let outcome = try score("--output", "/nowhere-at-all/x", ectopy)
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("/nowhere-at-all/x"))
    }
}
