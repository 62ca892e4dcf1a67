import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab classify`, as its users run it, with the shipped model.
struct ClassifyCommandTests {
    private let beatlab = Program("beatlab")
    private let ectopy = Program.fixtures.appending(path: "synthetic-ectopy").path

    @Test func classify_synthetic_labelsTheBeats() throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try beatlab.run(["classify", "--output", folder, ectopy])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
            let labelled = try Annotation.read(path: folder + "/synthetic-ectopy.beatd")
            #expect(zip(labelled, labelled.dropFirst()).allSatisfy { $0.sample < $1.sample })
            #expect(labelled.allSatisfy { [.normal, .svpb, .pvc, .fusion, .unknown].contains($0.code) })
            let scored = try beatlab.run(
                ["score", "--test", "beatd", "--test-folder", folder, "--from", "0", "--format", "json", ectopy])
            let document = try #require(JSONSerialization.jsonObject(with: scored.output) as? [String: Any])
            let record = try #require((document["records"] as? [[String: Any]])?.first)
            let metrics = try #require(record["metrics"] as? [String: Double])
            // The extractor needs the first beats to know the patient, and the last beat has no following one.
            #expect(metrics["qrs_se"] ?? 0 >= 0.97)
            #expect(metrics["qrs_pp"] ?? 0 >= 0.99)
        }
    }

    @Test(arguments: ["atr", "hea", "../x", ""])
    func classify_annotatorThatWouldDoHarm_isRefused(annotator: String) throws {
        #expect(try beatlab.run(["classify", "--annotator", annotator, ectopy]).status == 64)
    }

    @Test func classify_missingRecord_saysWhich() throws {
        let outcome = try beatlab.run(["classify", "/nowhere/1"])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/1"))
    }

    @Test func classify_folderThatCannotBeMade_saysWhich() throws {
        let outcome = try beatlab.run(["classify", "--output", "/proc/nowhere", ectopy])
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("/proc/nowhere"))
    }

    @Test func classify_damagedModel_isBadData() throws {
        let outcome = try beatlab.run(["classify", "--model", "fixtures/hostile/model-text.safetensors", ectopy])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("this is no model file"))
    }

    @Test func classify_missingModel_saysWhich() throws {
        let outcome = try beatlab.run(["classify", "--model", "/nowhere/model.safetensors", ectopy])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/model.safetensors"))
        #expect(!outcome.errors.contains("Error Domain"), "\(outcome.errors)")
    }
}
