import Foundation
import ProgramRunner
import Testing

/// `scripts/model`, which `make model` runs, with small parts on synthetic records.
struct ModelScriptTests {
    private func run(
        _ folder: String, adding settings: [String: String] = [:]
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = Program.packageRoot.appending(path: "scripts/model")
        process.environment = ProcessInfo.processInfo.environment.merging(
            [
                "BEATLAB": Program("beatlab").executable.path, "BEATD_DATA": Program.packageRoot.path,
                "PARTS": folder + "/parts", "RUNS": folder + "/runs", "SETS": "fixtures/synthetic-ectopy",
            ].merging(settings) { $1 }
        ) { $1 }
        let (output, errors) = (URL(filePath: folder + "/out"), URL(filePath: folder + "/err"))
        for url in [output, errors] { _ = FileManager.default.createFile(atPath: url.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
            try String(contentsOf: errors, encoding: .utf8)
        )
    }

    @Test func model_trainsThePartsThatAreListed_andCompares() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let records = "records=[fixtures/synthetic-rhythms] rhythm_records=[]"
        let settings = "architecture=timing epochs=1 augmentation.noise=0 \(records)"
        try """
        # Two seeds.
        timing seed=1 \(settings)
        timing seed=2 \(settings)
        fuse --weights 0.7 --bits 8
        evaluate --lead 0
        """.write(toFile: folder + "/parts", atomically: true, encoding: .utf8)
        let outcome = try run(folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(FileManager.default.fileExists(atPath: folder + "/runs/model.safetensors"))
        #expect(outcome.output.contains("(2) \(folder)/runs/model.safetensors"))
        #expect(outcome.output.contains("stage provisional") && outcome.output.contains("stage final"))
        #expect(outcome.output.contains("lead 0 alone"))
        let explained = try Program("beatlab").run([
            "explain", "fixtures/synthetic-ectopy", "--beat", "9", "--model", folder + "/runs/model.safetensors",
            "--output", folder + "/beat.svg",
        ])
        #expect(explained.lines.contains { $0.hasPrefix("timing-2 ") }, "\(explained.errors)")
        // The file says how to make it again.
        let bytes = try Data(contentsOf: URL(filePath: folder + "/runs/model.safetensors"))
        #expect(bytes.firstRange(of: Data("beatlab fuse --weights 0.7 --bits 8 ".utf8)) != nil)
        // What is trained is not trained again.
        let again = try run(folder)
        #expect(again.output == outcome.output)
        #expect(again.errors.contains("goes on after epoch 1"))
    }

    @Test func model_ofNoList_isRefusedWithThoseThereAre() throws {
        try withFolder { folder in
            let outcome = try run(folder.path, adding: ["MODEL": "tiny", "PARTS": ""])
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            #expect(outcome.errors.contains("no configs/tiny.parts") && outcome.errors.contains("configs/small.parts"))
        }
    }
}
