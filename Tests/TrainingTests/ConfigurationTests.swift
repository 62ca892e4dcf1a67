import Foundation
import Inference
import Testing

@testable import Training

@Suite struct ConfigurationTests {
    private func file(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString).yaml")
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    @Test func configuration_fileAndOverrides_goOverDefaults() throws {
        let path = try file("epochs: 9\noptimizer:\n  clip: 0.5\nrecords: [ds1]\n")
        let configuration = try TrainingConfiguration(
            file: path, overrides: ["epochs=3", "optimizer.learning_rate=1e-3", "experts=[timing]"])
        #expect(configuration.epochs == 3)
        #expect(configuration.optimizer.clip == 0.5 && configuration.optimizer.learningRate == 1e-3)
        #expect(configuration.records == ["ds1"] && configuration.experts == ["timing"])
        #expect(configuration.steps == TrainingConfiguration().steps)
    }

    @Test func configuration_unknownKey_isRefusedWithFileAndLine() throws {
        let path = try file("epochs: 9\noptimizer:\n  learning_rat: 0.5\n")
        do {
            _ = try TrainingConfiguration(file: path)
            Issue.record("an unknown key was accepted")
        } catch {
            #expect(error.description.contains("\(path):3"))
            #expect(error.description.contains("optimizer.learning_rat;"))
            #expect(error.description.contains("optimizer.learning_rate"))
        }
        #expect(throws: TrainingError.self) { try TrainingConfiguration(file: nil, overrides: ["epoch=3"]) }
    }

    @Test(arguments: [
        "epochs=0", "epochs=many", "smoothing=1", "mapping=mine", "augmentation.noise=-1", "epochs",
        "precision=float16", "augmentation.rhythms=[flutter]",
    ])
    func configuration_badValue_isRefused(override: String) {
        #expect(throws: TrainingError.self) { try TrainingConfiguration(file: nil, overrides: [override]) }
    }

    @Test func precision_thatTheCPULacks_isRefusedWithTheWayOn() throws {
        let configuration = try TrainingConfiguration(file: nil, overrides: ["precision=bfloat16"])
        #expect(configuration.precision == .bfloat16 && configuration.yaml.contains("precision: bfloat16\n"))
        do {
            try configuration.requirePrecision(of: [.float32])
            Issue.record("bfloat16 was accepted where there is none")
        } catch {
            #expect(
                error.description
                    == "precision is bfloat16, allowed is float32 on this CPU: it has no AVX512-BF16")
        }
        try TrainingConfiguration().requirePrecision(of: [.float32])
        try configuration.requirePrecision(of: [.float32, .bfloat16])
    }

    @Test func yaml_ofConfiguration_readsBackTheSame() throws {
        var configuration = TrainingConfiguration()
        configuration.seed = 12
        configuration.optimizer.learningRate = 0.0013
        configuration.output = "runs/x y"
        configuration.context = false
        let copy = try TrainingConfiguration(file: file(configuration.yaml))
        #expect(copy == configuration)
        #expect(configuration.yaml.contains("seed: 12\n"))
    }

    @Test(arguments: ["default", "signal", "vision", "timing"])
    func configurations_ofTheRepository_areValid(name: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        _ = try TrainingConfiguration(file: root.appending(path: "configs/\(name).yaml").path)
    }
}
