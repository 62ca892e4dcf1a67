import Foundation
import ProgramRunner
import Testing

/// `beatlab fuse`, as its users run it, on shipped and on damaged models.
struct FuseCommandTests {
    private let beatlab = Program("beatlab")
    private let small = Program.packageRoot.appending(path: "models/small.safetensors").path

    /// A copy of the small model with some bytes of its header replaced by as many others.
    private func damaged(_ from: String, _ to: String, in folder: String) throws -> String {
        try #require(from.utf8.count == to.utf8.count)
        var bytes = try Data(contentsOf: URL(filePath: small))
        var count = 0
        while let place = bytes.firstRange(of: Data(from.utf8)) {
            bytes.replaceSubrange(place, with: Data(to.utf8))
            count += 1
        }
        try #require(count > 0, "the model has no \(from)")
        let path = folder + "/damaged.safetensors"
        try bytes.write(to: URL(filePath: path))
        return path
    }

    @Test(
        arguments: [
            (["--weights", ","], "'' is no weight"), (["--weights", ""], "'' is no weight"),
            (["--weights", "0,0"], "somebody must be heard"), (["--weights", "3e38,3e38"], "numbers from 0 to 100"),
            (["--weights", "nan,1"], "'nan' is no weight"),
            (["--weights", "1,1", "--atrial-weights", "0,0"], "somebody"),
            (["--weights", "1,1", "--sceptics", ","], "'' is no number of an expert"),
            (["--weights", "1,1", "--sceptics", "1,1"], "names an expert twice"),
            (["--weights", "1"], "one for each kind of expert"),
        ])
    func fuse_withNonsense_writesNothing(options: [String], words: String) throws {
        try withFolder { folder in
            let folder = folder.path
            let path = folder + "/fused.safetensors"
            let outcome = try beatlab.run(["fuse", "--output", path] + options + [small])
            #expect(outcome.status == 64, "\(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func fuse_ofTooManyModels_writesNothing() throws {
        try withFolder { folder in
            let folder = folder.path
            let path = folder + "/fused.safetensors"
            let outcome = try beatlab.run(
                ["fuse", "--weights", "1,1", "--output", path] + [String](repeating: small, count: 9))
            #expect(outcome.status == 64 && outcome.errors.contains("allowed is 1 to 32"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func fuse_ofModelsOfOtherWindows_writesNothing() throws {
        try withFolder { folder in
            let folder = folder.path
            let other = try damaged(#"before\":144"#, #"before\":150"#, in: folder)
            let path = folder + "/fused.safetensors"
            let outcome = try beatlab.run(["fuse", "--weights", "1,1", "--output", path, small, other])
            #expect(outcome.status == 64 && outcome.errors.contains("150 + 64 samples"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func export_ofAnExpertNamedLikeAPath_writesNothing() throws {
        try withFolder { folder in
            let folder = folder.path
            let model = try damaged("trees-2", "../evil", in: folder)
            let outcome = try beatlab.run(["export", "--model", model, "-o", folder + "/p/q"])
            #expect(outcome.status == 65 && outcome.errors.contains("'../evil' is no name"), "\(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["damaged.safetensors"])
        }
    }
}
