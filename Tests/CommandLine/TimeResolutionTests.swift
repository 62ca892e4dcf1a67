import Foundation
import ProgramRunner
import Testing
import WFDB

/// Annotation files whose times are not in frames, as the commands of `beatlab` read them.
struct TimeResolutionTests {
    private let beatlab = Program("beatlab")

    /// Two data folders with the record `db/x`, a copy of a fixture: in the second its annotations have ten times the resolution.
    private func withRecords(_ body: (_ plain: URL, _ fine: URL) throws -> Void) throws {
        try withFolder { folder in
            let fixture = Program.fixtures.appending(path: "synthetic-ectopy")
            let annotations = try Annotation.read(path: fixture.path + ".atr")
            let header = try String(contentsOfFile: fixture.path + ".hea", encoding: .utf8)
            let (plain, fine) = (folder.appending(path: "plain"), folder.appending(path: "fine"))
            for data in [plain, fine] {
                let database = data.appending(path: "db")
                try FileManager.default.createDirectory(at: database, withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    atPath: fixture.path + ".dat", toPath: database.path + "/synthetic-ectopy.dat")
                try header.replacing("synthetic-ectopy 2", with: "x 2")
                    .write(to: database.appending(path: "x.hea"), atomically: true, encoding: .utf8)
            }
            try Annotation.write(annotations, path: plain.path + "/db/x.atr")
            let moved = annotations.map { annotation in
                var moved = annotation
                moved.sample *= 10
                return moved
            }
            let notes = AnnotationDefinitions(timeResolution: 3600).notes
            try Annotation.write(notes + moved, path: fine.path + "/db/x.atr")
            try body(plain, fine)
        }
    }

    @Test(arguments: [
        ["evaluate", "--data", ".", "db/x"], ["inspect", "db/x"], ["explain", "db/x", "--beat", "20"],
        ["stress", "--noise", Program.fixtures.path + "/synthetic-noise", "--from", "0", "--decibels", "6", "db/x"],
        ["train", "--data", ".", "architecture=trees", "boosting.trees=2", "records=[db/x]", "rhythm_records=[]"]
            + ["validation.folds=0", "augmentation.rhythms=[fibrillation]", "output=out"],
    ])
    func command_onTimesOfAnotherUnit_saysTheSame(arguments: [String]) throws {
        try withRecords { plain, fine in
            let expected = try beatlab.run(arguments, in: plain)
            #expect(expected.status == 0, "\(expected.errors)")
            let found = try beatlab.run(arguments, in: fine)
            #expect(found.status == 0 && found.text == expected.text, "\(found.errors)\(found.text)")
            let models = [plain, fine].map { FileManager.default.contents(atPath: $0.path + "/out/trees.safetensors") }
            #expect(models[0] == models[1])
        }
    }

    @Test func convert_timesOfAnotherUnit_areInFrames() throws {
        try withRecords { plain, fine in
            for data in [plain, fine] {
                let outcome = try beatlab.run(["convert", "db/x", "part", "--from", "10", "--to", "20"], in: data)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.errors.contains("1/3600 s, are rounded to frames") == (data == fine))
            }
            let parts = try [plain, fine].map { try Annotation.read(path: $0.path + "/part.atr") }
            #expect(parts[0] == parts[1] && parts[0].count > 5)
        }
    }
}
