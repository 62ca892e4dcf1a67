import Foundation
import ProgramRunner
import Testing

/// `beatlab stress`, as its users run it.
struct StressCommandTests {
    private let beatlab = Program("beatlab")
    private let fixture = Program.fixtures.appending(path: "synthetic-ectopy").path

    private let noise = Program.fixtures.appending(path: "synthetic-noise").path

    @Test func stress_synthetic_printsTheLadder() throws {
        // The fixture is shorter than the learning period: what counts is that each step is there.
        let outcome = try beatlab.run(
            ["stress", "--noise", noise, "--from", "0", "--decibels", "12", "--decibels", "0", fixture])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.count == 4)
        #expect(outcome.lines[1].contains("no noise"))
        #expect(outcome.lines[2].contains("synthetic-noise"))
    }

    @Test func stress_records_canBeScoredByAnotherAnnotator() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stress-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try beatlab.run(
            [
                "stress", "--noise", noise, "--from", "0", "--decibels", "-6", "--output", folder.path, fixture,
            ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            files == ["atr", "dat", "hea"].map { "synthetic-ectopysynthetic-noise_6.\($0)" })
    }

    @Test func stress_withoutNoise_isAUsageError() throws {
        #expect(try beatlab.run(["stress", fixture]).status == 64)
        #expect(try beatlab.run(["stress", "--noise", "x", "--test", "gqrs", fixture]).status == 64)
    }

    @Test func stress_withoutRoom_saysThatItCannotWrite() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stress-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try beatlab.run(
            ["stress", "--noise", noise, "--from", "0", "--decibels", "6", "--output", folder.path, fixture], room: 100)
        #expect(outcome.status == 73, "\(outcome.errors)")
    }

    @Test func stress_missingNoise_saysWhich() throws {
        let outcome = try beatlab.run(["stress", "--noise", "/nowhere/ma", fixture])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/ma"))
    }
}
