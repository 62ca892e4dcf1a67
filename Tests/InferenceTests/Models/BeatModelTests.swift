import Extraction
import Foundation
import Signal
import Testing

@testable import Inference

@Suite struct BeatModelTests {
    @Test func model_writtenAndRead_judgesTheSame() throws {
        let model = try BeatModel(untrained: smallEntry, seed: 8)
        let file = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try model.write(to: file, format: .single)
        let copy = try BeatModel(path: file.path)
        #expect(copy.ensemble == model.ensemble && copy.window == model.window && copy.origin == model.origin)
        #expect(copy.digest.count == 64)
        let beats = (0..<3).map { makeBeat($0) }
        #expect(try BeatClassifier(model: copy).classify(beats) == BeatClassifier(model: model).classify(beats))
    }

    @Test func model_withHalfNumbers_judgesNearlyTheSame() throws {
        let model = try BeatModel(untrained: smallEntry, seed: 8)
        let copy = try BeatModel(file: Safetensors(bytes: model.file().bytes(.half)))
        let beats = (0..<5).map { makeBeat($0) }
        let verdicts = zip(
            try BeatClassifier(model: copy).classify(beats), try BeatClassifier(model: model).classify(beats))
        for (a, b) in verdicts {
            #expect(zip(a.probabilities, b.probabilities).allSatisfy { abs($0 - $1) < 0.01 })
        }
    }

    /// Trees that ask for every feature, with thresholds of 11 bits and leaves that no 8 bits hold.
    private func trees() throws -> BeatModel {
        let entry = try #require(ModelRegistry.entries.first { $0.name == "trees" })
        var model = try BeatModel(untrained: entry)
        for (name, tensor) in model.weights[0] {
            let values = tensor.values.indices.map { index in
                switch name {
                case "trees.features": Float(index % ContextFeature.count)
                case "trees.thresholds": Float(index) / 1024
                default: Float(index % 97) / 4850 - 0.01
                }
            }
            model.weights[0][name] = Tensor(shape: tensor.shape, values: values)
        }
        return model
    }

    @Test func model_withLeafOdds_keepsTheOddsOfNSAndVInAFileTwoFifthsTheSize() throws {
        let model = try trees()
        let file = try model.withLeafOdds().file()
        #expect(file.tensors["trees/trees.leaves"]?.shape == [300, 64, 2])
        let copy = try BeatModel(file: file)
        #expect(copy.withLeafOdds().weights == copy.weights)
        let beats = (0..<5).map { makeBeat($0) }
        let verdicts = zip(
            try BeatClassifier(model: copy).classify(beats), try BeatClassifier(model: model).classify(beats))
        for (a, b) in verdicts {
            for one in [BeatClass.supraventricular, .ventricular] {
                func odds(_ verdict: Verdict) -> Float {
                    log(verdict.probabilities[one.rawValue] / verdict.probabilities[BeatClass.normal.rawValue])
                }
                #expect(abs(odds(a) - odds(b)) < 1e-3 && odds(a) != 0)
            }
            #expect(a.probabilities[BeatClass.fusion.rawValue...].allSatisfy { $0 < 1e-5 })
        }
    }

    @Test func model_inEightBits_judgesAlikeAndKeepsWhatTreesAsk() throws {
        var model = try BeatModel(untrained: smallEntry, seed: 8)
        let untrained = try trees()
        model.ensemble.experts += untrained.ensemble.experts
        model.ensemble.fusion.weights.append(1)
        model.weights += untrained.weights
        let last = model.weights.count - 1
        let file = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try model.write(to: file, format: .half)
        let size = try Data(contentsOf: file).count
        try model.write(to: file, format: .quarter)
        #expect(try Data(contentsOf: file).count < size * 3 / 5)
        let copy = try BeatModel(path: file.path)
        #expect(copy.weights[last]["trees.features"] == model.weights[last]["trees.features"])
        #expect(copy.weights[last]["trees.thresholds"] == model.weights[last]["trees.thresholds"])
        #expect(copy.weights[last]["trees.leaves"] != model.weights[last]["trees.leaves"])
        let beats = (0..<5).map { makeBeat($0) }
        let verdicts = zip(
            try BeatClassifier(model: copy).classify(beats), try BeatClassifier(model: model).classify(beats))
        for (a, b) in verdicts {
            #expect(zip(a.probabilities, b.probabilities).allSatisfy { abs($0 - $1) < 0.05 })
        }
    }

    @Test(arguments: ["format", "architecture", "window", "features", "classes", "training"])
    func file_withoutKey_isRefused(key: String) throws {
        var file = try BeatModel(untrained: smallEntry).file()
        file.metadata[key] = nil
        #expect(throws: BeatModelError.self) { try BeatModel(file: file) }
        file.metadata[key] = "{]"
        #expect(throws: BeatModelError.self) { try BeatModel(file: file) }
    }

    @Test func file_withHostileValues_isRefused() throws {
        let good = try BeatModel(untrained: smallEntry).file()
        func refused(_ key: String, _ from: String, _ to: String) throws {
            var file = good
            let text = try #require(file.metadata[key])
            try #require(text.contains(from), "\(key) has no \(from): \(text)")
            file.metadata[key] = text.replacingOccurrences(of: from, with: to)
            #expect(throws: (any Error).self) { try BeatModel(file: file) }
        }
        try refused("window", "\"before\":144", "\"before\":144000000")
        try refused("window", "\"before\":144", "\"before\":-4")
        try refused("window", "\"rate\":128", "\"rate\":0")
        try refused("architecture", "\"filters\":2", "\"filters\":9000000")
        try refused("architecture", "\"filters\":2", "\"filters\":-2")
        try refused("architecture", "\"recurrent\":4", "\"recurrent\":5")
        try refused("architecture", "\"depth\":3", "\"depth\":100000")
        try refused("architecture", "\"name\":\"vision\"", "\"name\":\"signal\"")
        var file = good
        file.tensors.removeValue(forKey: "timing/head.gru.weight_ih_l0")
        #expect(throws: GraphError.self) { try BeatModel(file: file) }
    }

    @Test func defaultPath_looksAtTheEnvironmentFirst() throws {
        #expect(try BeatModel.defaultPath(environment: ["BEATD_MODEL": "/some/where"]) == "/some/where")
        #expect(throws: BeatModelError.self) {
            _ = try BeatModel.defaultPath(
                environment: [:], executable: "/nowhere/a/b/c/d/e/bin/beatd", folder: "/nowhere")
        }
    }

    @Test func defaultPath_belowTheCurrentFolder_isGivenFromThere() throws {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().pathComponents.dropLast(4).dropFirst()
            .reduce("") { $0 + "/" + $1 }
        let program = root + "/.build/release/beatlab"
        func path(_ folder: String) throws -> String {
            try BeatModel.defaultPath(environment: [:], executable: program, folder: folder)
        }
        #expect(try path(root) == "models/default.safetensors")
        #expect(try path(root + "/models") == "default.safetensors")
        #expect(try path("/nowhere") == root + "/models/default.safetensors")
    }

    @Test func sha256_ofKnownMessages() {
        // FIPS 180-4 examples.
        #expect(
            SHA256.hex(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hex(of: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }
}
