import Foundation
import ProgramRunner
import Testing
import WFDB

/// Records that the stages do not take as they are, and the commands of `beatlab` that train and measure.
struct UnusualRecordTests {
    private let beatlab = Program("beatlab")
    private static let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path
    private static let noise = Program.fixtures.appending(path: "synthetic-noise").path

    /// A data folder with records made of a fixture: `db/slow` and `db/fast` by their headers, `db/pairs` of two samples of a lead
    /// in each frame, `db/many` of fourteen leads; and with noise.
    private func withRecords(_ body: (URL) throws -> Void) throws {
        try withFolder { folder in
            let files = FileManager.default
            for name in ["db", "nstdb"] {
                try files.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: true)
            }
            let database = folder.path + "/db/"
            let header = try String(contentsOfFile: Self.ectopy + ".hea", encoding: .utf8)
            try files.copyItem(atPath: Self.ectopy + ".dat", toPath: database + "synthetic-ectopy.dat")
            for (name, rate) in [("slow", 50), ("fast", 2000)] {
                try header.replacing("synthetic-ectopy 2 360", with: "\(name) 2 \(rate)")
                    .write(toFile: "\(database)\(name).hea", atomically: true, encoding: .utf8)
            }
            var samples: [Int32] = []
            _ = try RecordReader(path: Self.ectopy).readRaw(into: &samples, maxFrames: 100_000)
            try write(
                "pairs", leads: 2, samplesPerFrame: 2, rate: 180, in: database,
                (0..<samples.count / 4).flatMap { pair in [0, 2, 1, 3].map { samples[4 * pair + $0] } })
            try write(
                "many", leads: 14, samplesPerFrame: 1, rate: 360, in: database,
                (0..<samples.count / 2).flatMap { frame in (0..<14).map { samples[2 * frame + $0 % 2] } })
            for name in ["slow", "fast", "pairs", "many"] {
                try files.copyItem(atPath: Self.ectopy + ".atr", toPath: "\(database)\(name).atr")
            }
            let noise = try String(contentsOfFile: Self.noise + ".hea", encoding: .utf8)
            try files.copyItem(atPath: Self.noise + ".dat", toPath: folder.path + "/nstdb/synthetic-noise.dat")
            for name in ["bw", "ma"] {
                try noise.replacing("synthetic-noise ", with: "\(name) ")
                    .write(toFile: "\(folder.path)/nstdb/\(name).hea", atomically: true, encoding: .utf8)
            }
            try body(folder)
        }
    }

    private func write(
        _ name: String, leads: Int, samplesPerFrame: Int, rate: Double, in folder: String, _ samples: [Int32]
    ) throws {
        let signals = (0..<leads).map { lead in
            SignalDescription(
                fileName: name + ".dat", format: .int16, samplesPerFrame: samplesPerFrame, gain: 200,
                description: "L\(lead)")
        }
        let header = Header(name: name, signals: signals, frameRate: rate)
        let writer = try RecordWriter(path: folder + name, header: header)
        try writer.writeRaw(samples)
        _ = try writer.close()
    }

    /// What every command that runs the stages over whole records is asked of one.
    private static func commands(_ record: String) -> [[String]] {
        [
            ["evaluate", "--data", ".", record], ["fit-pacing", "--data", ".", record],
            ["stress", "--noise", "nstdb/ma", "--from", "0", "--decibels", "6", record],
            ["fit-detector", "--data", ".", "--rounds", "1", "--passes", "1", "--units", "1", "--output", "w", record],
            ["train", "--data", ".", "architecture=trees", "boosting.trees=1", "records=[\(record)]"]
                + ["rhythm_records=[]", "validation.folds=0", "augmentation.rhythms=[fibrillation]", "output=out"],
        ]
    }

    @Test(arguments: ["slow", "fast", "pairs"]) func record_thatTheStagesDoNotTake_isRefused(name: String) throws {
        try withRecords { folder in
            for command in Self.commands("db/" + name) {
                let outcome = try beatlab.run(command, in: folder)
                #expect(outcome.status == 65, "\(command): \(outcome.status) \(outcome.errors)")
                let reason = name == "pairs" ? "convert it to one rate" : "100 to 1000 Hz"
                #expect(outcome.errors.contains(reason) || command[0] == "stress", "\(command): \(outcome.errors)")
            }
        }
    }

    @Test func record_ofManyLeads_isTakenWithTwelve() throws {
        try withRecords { folder in
            for command in Self.commands("db/many") where command[0] != "fit-pacing" {
                let outcome = try beatlab.run(command, in: folder)
                #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            }
        }
    }

    @Test func record_thatEndsBeforeItsAnnotations_isTaken() throws {
        try withRecords { folder in
            let header = try String(contentsOfFile: Self.ectopy + ".hea", encoding: .utf8)
            try header.replacing("synthetic-ectopy 2 360 64800", with: "cut 2 360 32400")
                .write(toFile: folder.path + "/db/cut.hea", atomically: true, encoding: .utf8)
            try FileManager.default.copyItem(atPath: Self.ectopy + ".atr", toPath: folder.path + "/db/cut.atr")
            for command in Self.commands("db/cut") where command[0] != "fit-pacing" {
                let outcome = try beatlab.run(command, in: folder)
                #expect(outcome.status == 0, "\(command): \(outcome.errors)")
            }
        }
    }

    @Test func fitPacing_ofRecordsWithoutPacedBeats_isRefused() throws {
        try withRecords { folder in
            let outcome = try beatlab.run(["fit-pacing", "--data", ".", "db/many"], in: folder)
            #expect(outcome.status == 65 && !outcome.text.contains("nan"), "\(outcome.errors)\(outcome.text)")
            #expect(outcome.errors.contains("in db/many: both kinds are needed"), "\(outcome.errors)")
        }
    }
}
