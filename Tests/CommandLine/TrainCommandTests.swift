import Foundation
import ProgramRunner
import Testing

/// `beatlab train`, as its users run it, on a synthetic record.
struct TrainCommandTests {
    private func train(_ settings: [String]) throws -> Outcome {
        try Program("beatlab").run(
            ["train", "--data", Program.packageRoot.path, "architecture=timing", "augmentation.noise=0"]
                + ["records=[fixtures/synthetic-rhythms]", "rhythm_records=[]"] + settings)
    }

    @Test func train_withAnotherConfiguration_leavesTheFolderAsItWas() throws {
        try withFolder { folder in
            let folder = folder.path
            let settings = ["validation.folds=0", "output=\(folder)"]
            let first = try train(settings + ["epochs=1"])
            #expect(first.status == 0, "\(first.errors)")
            let files = try contents(of: folder)
            #expect(files.keys.contains("configuration.yaml"))
            let second = try train(settings + ["epochs=2"])
            #expect(second.status == 65 && second.errors.contains("another configuration"), "\(second.errors)")
            #expect(try contents(of: folder) == files)
        }
    }

    @Test func train_ofTreesWithAnotherConfiguration_leavesTheFolderAsItWas() throws {
        try withFolder { folder in
            let folder = folder.path
            let settings = ["validation.folds=0", "output=\(folder)", "architecture=trees", "boosting.trees=3"]
            let first = try train(settings)
            #expect(first.status == 0, "\(first.errors)")
            let files = try contents(of: folder)
            let second = try train(settings + ["seed=2"])
            #expect(second.status == 65 && second.errors.contains("another configuration"), "\(second.errors)")
            #expect(try contents(of: folder) == files)
            #expect(try train(settings).status == 0)
        }
    }

    @Test func train_onRecordsThatAreHeldBack_saysSo() throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try train(["output=\(folder)"])
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("validation.fold is 0 of 5"), "\(outcome.errors)")
            #expect(outcome.errors.contains("holds back all of fixtures/synthetic-rhythms"), "\(outcome.errors)")
        }
    }

    private func contents(of folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: folder + "/" + $0))) })
    }
}
