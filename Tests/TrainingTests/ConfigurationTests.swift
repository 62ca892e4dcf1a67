import Foundation
import Inference
import Testing

@testable import Training

@Suite struct ConfigurationTests {
    @Test func documentation_hasEveryKey() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/TRAINING.md"), encoding: .utf8)
        var section = ""
        for line in TrainingConfiguration().yaml.split(separator: "\n") where !line.hasPrefix("- ") {
            let isInner = line.hasPrefix(" ")
            let key = line.split(separator: ":")[0].trimmingCharacters(in: .whitespaces)
            if !isInner { section = line.hasSuffix(":") ? key + "." : "" }
            guard isInner || !line.hasSuffix(":") else { continue }
            let name = isInner ? section + key : key
            #expect(text.contains("`\(name)`"), "\(name)")
        }
    }

    private func file(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID().uuidString).yaml")
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    @Test func configuration_fileAndOverrides_goOverDefaults() throws {
        let path = try file("epochs: 9\noptimizer:\n  clip: 0.5\nrecords: [ds1]\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let configuration = try TrainingConfiguration(
            file: path, overrides: ["epochs=3", "optimizer.learning_rate=1e-3", "experts=[timing]"])
        #expect(configuration.epochs == 3)
        #expect(configuration.optimizer.clip == 0.5 && configuration.optimizer.learningRate == 1e-3)
        #expect(configuration.records == ["ds1"] && configuration.experts == ["timing"])
        #expect(configuration.steps == TrainingConfiguration().steps)
    }

    @Test func configuration_unknownKey_isRefusedWithFileAndLine() throws {
        let path = try file("epochs: 9\noptimizer:\n  learning_rat: 0.5\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
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
        "precision=float16", "augmentation.rhythms=[flutter]", "augmentation.breath=deep",
    ])
    func configuration_badValue_isRefused(override: String) {
        #expect(throws: TrainingError.self) { try TrainingConfiguration(file: nil, overrides: [override]) }
    }

    @Test(
        arguments: [
            ("epochs: 1.5", "epochs is 1.5, allowed is a whole number"),
            ("epochs: many", "epochs is many, allowed is a whole number"),
            ("epochs: [1, 2]", "epochs is [1, 2], allowed is a single value"),
            ("epochs: {a: 1}", "epochs is {…}, allowed is a value, not keys"),
            ("epochs: 0", "epochs is 0, allowed is 1 to 10000"),
            ("epochs:", "epochs is '', allowed is a whole number"),
            // Of base 60 in YAML 1.1, and too large for any number.
            ("epochs: 1:1:1:1:1:1:1:1:1:1:1:1:1", "epochs is 1:1:1:1:1:1:1:1:1:1:1:1:1, allowed is a whole number"),
            ("seed: -1", "seed is -1, allowed is a whole number from 0"),
            ("context: maybe", "context is maybe, allowed is true or false"),
            ("smoothing: a", "smoothing is a, allowed is a number"),
            ("smoothing: .nan", "smoothing is nan, allowed is 0.0 to 0.9"),
            ("mapping: foo", "mapping is foo, allowed is ec57, chazal"),
            ("precision: foo", "precision is foo, allowed is float32, bfloat16"),
            ("records: ds1", "records is ds1, allowed is a list, such as [a, b]"),
            ("output: ''", "output is '', allowed is a folder, such as runs/trial"),
            ("output: ~", "output is '', allowed is a folder, such as runs/trial"),
        ])
    func configuration_badValue_isRefusedWithLineValueAndWhatIsAllowed(line: String, words: String) throws {
        let path = try file("batch: 8\n\(line)\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: TrainingError.self) { try TrainingConfiguration(file: path) }
        #expect(error?.description == "\(path):2: \(words)")
    }

    @Test(
        arguments: [
            ("optimizer.learning_rate=.nan", "optimizer.learning_rate is nan, allowed is 1e-08 to 10.0"),
            ("augmentation.rhythms=[foo]", "augmentation.rhythms is [foo], allowed is fibrillation, atrial-ectopy"),
            ("augmentation.breath=deep", "augmentation.breath is deep, allowed is even, varied"),
            ("augmentation.context_noise=x", "augmentation.context_noise is x, allowed is a number"),
            ("output=", "output is '', allowed is a folder"),
            ("epochs=1e3", "epochs is 1e3, allowed is a whole number"),
        ])
    func override_badValue_isRefusedByItself(override: String, words: String) {
        let error = #expect(throws: TrainingError.self) { try TrainingConfiguration(file: nil, overrides: [override]) }
        #expect(error?.description.hasPrefix("override '\(override)': \(words)") == true, "\(error?.description ?? "")")
    }

    /// A few hundred bytes whose aliases stand for more values than there are atoms, and nesting that no stack holds.
    @Test func configuration_thatUnfoldsWithoutEnd_isRefused() throws {
        let bomb = (1...60).reduce("records: [&x0 [a, a]") { "\($0), &x\($1) [*x\($1 - 1), *x\($1 - 1)]" } + "]\n"
        // As a key, whose values are all looked at before anything can be said of it.
        let key = bomb + "? *x30\n: 1\n"
        for text in [
            bomb, key, "records: " + String(repeating: "[", count: 100_000), "epochs: {a: &b {c: 1}, d: *b}\n",
        ] {
            let path = try file(text)
            defer { try? FileManager.default.removeItem(atPath: path) }
            #expect(throws: TrainingError.self) { try TrainingConfiguration(file: path) }
        }
    }

    @Test func seed_largerThanAnyFloat_staysAsItIs() throws {
        let configuration = try TrainingConfiguration(file: nil, overrides: ["seed=18446744073709551615"])
        #expect(configuration.seed == .max && configuration.yaml.contains("seed: 18446744073709551615\n"))
        let path = try file(configuration.yaml)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try TrainingConfiguration(file: path) == configuration)
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
        let path = try file(configuration.yaml)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let copy = try TrainingConfiguration(file: path)
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
