import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab explain`, as its users run it, with the shipped model.
struct ExplainCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    @Test func explain_anyBeat_saysWhatClassifySays() throws {
        try withFolder { folder in
            let folder = folder.path
            let classified = try beatlab.run(["classify", "--output", folder, ectopy])
            #expect(classified.status == 0, "\(classified.errors)")
            let labelled = try Annotation.read(path: folder + "/synthetic-ectopy.beatd")
            let ectopic = try #require(labelled.firstIndex { $0.code == .pvc })
            for index in [0, 30, ectopic, labelled.count - 1] {
                let file = "\(folder)/beat.svg"
                let outcome = try beatlab.run(["explain", ectopy, "--beat", "\(index + 1)", "--output", file])
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.lines[0].contains("beat \(index + 1) at"))
                #expect(outcome.lines[0].contains("(sample \(labelled[index].sample))"))
                let letter = [AnnotationCode.normal: "N", .svpb: "S", .pvc: "V"][labelled[index].code] ?? "?"
                #expect(outcome.lines[1].hasPrefix("said: \(letter) "), "\(outcome.lines[1])")
                #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("</svg>\n"))
            }
        }
    }

    @Test func explain_bySampleOrTime_findsTheSameBeat() throws {
        try withFolder { folder in
            let folder = folder.path
            func title(_ arguments: [String]) throws -> String {
                let outcome = try beatlab.run(["explain", ectopy, "--output", folder + "/a.html"] + arguments)
                #expect(outcome.status == 0, "\(outcome.errors)")
                return outcome.lines.first ?? ""
            }
            let byNumber = try title(["--beat", "25"])
            let sample = try #require(byNumber.firstMatch(of: /\(sample (\d+)\)/)?.1)
            #expect(try title(["--sample", String(sample)]) == byNumber)
            let time = try #require(byNumber.firstMatch(of: /at ([0-9:.]+) .sample/)?.1)
            #expect(try title(["--at", String(time)]) == byNumber)
            let page = try String(contentsOfFile: folder + "/a.html", encoding: .utf8)
            #expect(page.contains("<svg") && page.contains("What each expert says"))
        }
    }

    @Test func explain_oneLead_leavesTheOtherOut() throws {
        try withFolder { folder in
            let folder = folder.path
            let file = folder + "/single.svg"
            let record = Program.fixtures.appending(path: "synthetic-single-lead").path
            let outcome = try beatlab.run(["explain", record, "--beat", "20", "--output", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let drawing = try String(contentsOfFile: file, encoding: .utf8)
            #expect(drawing.contains("no second lead"))
        }
    }

    @Test func explain_firstBeat_isNotTakenForSilence() throws {
        try withFolder { folder in
            let folder = folder.path
            // The record begins an eighth of a second before the beat, the window more than a second.
            let beats = try Annotation.read(path: ectopy + ".atr").filter { $0.code.isQRS }
            let made = try beatlab.run(
                ["convert", ectopy, folder + "/late", "--from", "\(Double(beats[5].sample - 45) / 360)"])
            #expect(made.status == 0, "\(made.errors)")
            let file = folder + "/first.svg"
            let outcome = try beatlab.run(["explain", folder + "/late", "--beat", "1", "--output", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let drawing = try String(contentsOfFile: file, encoding: .utf8)
            #expect(drawing.contains("MLII: not seen: the record begins shortly before the beat"))
            #expect(!drawing.contains("no signal"))
        }
    }

    @Test(arguments: [
        ["--at", "99:99"], ["--at", "3:01"], ["--at", "1e18"], ["--at", "1e300"], ["--sample", "-5"],
        ["--sample=-9223372036854775808"], ["--sample", "9223372036854775807"],
    ])
    func explain_timeOutsideTheRecord_isRefused(time: [String]) throws {
        let outcome = try beatlab.run(["explain", ectopy] + time)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.errors.contains("is not in the record, which is 3:00 long"), "\(outcome.errors)")
    }

    @Test func explain_beatThatIsNotThere_saysHowManyThereAre() throws {
        let outcome = try beatlab.run(["explain", ectopy, "--beat", "100000"])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("beats: name one from 1 to "))
    }

    @Test(
        arguments: [
            [], ["--beat", "3", "--at", "10"], ["--beat", "0"], ["--beat", "3", "--output", "x.pdf"],
        ])
    func explain_withoutOneBeat_isAUsageError(arguments: [String]) throws {
        #expect(try beatlab.run(["explain", ectopy] + arguments).status == 64)
    }

    @Test func explain_modelWhoseTreesAskForNoFeature_isBadData() throws {
        try withFolder { folder in
            let folder = folder.path
            let small = Program.packageRoot.appending(path: "models/small.safetensors")
            var bytes = try Data(contentsOf: small)
            let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
            let object = try JSONSerialization.jsonObject(with: bytes[8..<8 + length])
            let tensors = try #require(object as? [String: [String: Any]])
            let offsets = try #require(tensors["trees/trees.features"]?["data_offsets"] as? [Int])
            // 2000 as a 16-bit float.
            bytes.replaceSubrange(8 + length + offsets[0]..<10 + length + offsets[0], with: [0xD0, 0x67])
            let damaged = folder + "/damaged.safetensors"
            try bytes.write(to: URL(filePath: damaged))
            for command in [["explain", "--beat", "3"], ["classify", "--output", folder]] {
                let outcome = try beatlab.run(command + ["--model", damaged, ectopy])
                #expect(outcome.status == 65, "\(outcome.errors)")
                #expect(outcome.errors.contains("a feature that is none of 0 to"), "\(outcome.errors)")
            }
        }
    }

    @Test func explain_missingRecord_saysWhich() throws {
        let outcome = try beatlab.run(["explain", "/nowhere/1", "--beat", "1"])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/1"))
    }
}
