import ArgumentParser
import Extraction
import Foundation
import Inference
import Scoring
import Training

/// Scores a model on records.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Score a model on records, with the detector in the loop.",
        discussion: """
            Every record is read from its first sample through the live stages. Missed beats and false peaks count. Prints \
            the matrix, Se, +P and F1 per class and record, gross and average, with intervals that resample records.
            """)

    @Option(help: "Model file; the default model without it.")
    var model: String?
    @OptionGroup var data: DataOption
    @Option(help: "Stages to score: final, provisional or both.")
    var stage = "final"
    @Option(help: "Mappings of annotation codes: chazal, ec57 or both.")
    var mapping = "chazal"
    @Option(help: "Records to leave out in a second table.", transform: { $0.split(separator: ",").map(String.init) })
    var without: [String] = ["232"]
    @Flag(help: "Leave out the rows of single records.")
    var brief = false
    @Option(help: "Threads.")
    var threads = 2
    @Argument(help: "Sets of records: \(RecordSet.names.joined(separator: ", ")).")
    var records: [String] = ["ds2"]

    func validate() throws {
        guard ["final", "provisional", "both"].contains(stage) else {
            throw ValidationError("--stage is final, provisional or both")
        }
        guard ["chazal", "ec57", "both"].contains(mapping) else {
            throw ValidationError("--mapping is chazal, ec57 or both")
        }
    }

    func run() async throws {
        let path = try model ?? BeatModel.defaultPath()
        let loaded = try BeatModel(path: path)
        let classifier = try BeatClassifier(model: loaded)
        let set = data.set
        let names = try set.records(named: records)
        let dataset = try await BeatDataset(names, in: set, mapping: .chazal, threads: threads)
        let judge = RecordJudge(classifier, threads: threads)
        print("model \(path) sha256 \(loaded.digest)\nrecords \(records.joined(separator: " "))")
        for stage in [Beat.Stage.provisional, .final] where self.stage == "both" || self.stage == stage.rawValue {
            let verdicts = try judge.judge(dataset.records, stage: stage)
            for mapping in LabelMapping.allCases where self.mapping == "both" || self.mapping == mapping.rawValue {
                let result = try ModelEvaluation(
                    records: dataset.records, verdicts: verdicts, stage: stage, mapping: mapping)
                print(EvaluationText(result, without: Set(without), brief: brief).text)
            }
        }
    }
}
