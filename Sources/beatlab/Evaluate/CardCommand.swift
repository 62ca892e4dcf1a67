import ArgumentParser
import Extraction
import Files
import Foundation
import Inference
import Scoring
import Signal
import Training

/// Writes a model's card from a run over its test records.
struct CardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "card", abstract: "Write a model's card: what it is, how good it is, where it fails.",
        discussion: """
            Scores the model on each set of records, in both stages and both mappings, and writes a page in Markdown: what \
            the model is for and what not, its experts, how it was trained (from the file's metadata), figures with \
            intervals, with each lead alone too, calibration, and the worst records with the worst ten seconds of each, drawn into the folder \
            'pictures' beside the page. The page is overwritten, so that it always speaks of the model beside it.

            Example:
              beatlab card --output docs/MODEL_CARD.md ds2 svdb-held-out

            Exit codes: 0 done, 64 wrong usage, 65 a file that makes no sense, 66 a file is missing, 73 no output.
            """)

    @Option(help: "Model file; the default model without it.")
    var model: String?
    @OptionGroup var data: DataOption
    @Option(name: .shortAndLong, help: "Page to write.")
    var output = "docs/MODEL_CARD.md"
    @OptionGroup var work: ThreadsOption
    @Argument(help: "Sets of records that the model has not learned from.")
    var records: [String] = ["ds2", "svdb-held-out"]

    func run() async throws {
        let path = try model ?? BeatModel.defaultPath()
        let loaded = try BeatModel(path: path)
        let judge = RecordJudge(try BeatClassifier(model: loaded), threads: work.threads)
        let pictures = URL(filePath: output).deletingLastPathComponent().appending(path: ModelCard.pictures).path
        var card = ModelCard(
            model: loaded, path: path, size: (try Data(contentsOf: URL(filePath: path))).count,
            command: "beatlab card" + (model.map { " --model " + $0 } ?? "") + " --output \(output) "
                + records.joined(separator: " "))
        // A set that is not in this folder has no record that could be scored.
        let learned = Set(loaded.origin.records.flatMap { (try? data.set.records(named: $0)) ?? [] }.map(\.patient))
        for name in records {
            let names = try data.set.records(named: name)
            card.familiar += names.filter { learned.contains($0.patient) && !card.familiar.contains($0) }
            let dataset = try await BeatDataset(names, in: data.set, mapping: .chazal, threads: work.threads)
            var results: [ModelEvaluation] = []
            for stage in [Beat.Stage.provisional, .final] {
                let verdicts = try judge.judge(dataset.records, stage: stage)
                for mapping in LabelMapping.allCases {
                    results.append(
                        try ModelEvaluation(
                            records: dataset.records, verdicts: verdicts, stage: stage, mapping: mapping))
                }
            }
            var singleLeads: [ModelEvaluation] = []
            let leadCount = dataset.records.map(\.format.leads.count).min() ?? 0
            for lead in 0..<(leadCount > 1 ? LeadSelection.count : 0) {
                let alone = try await BeatDataset(
                    names, in: data.set, mapping: .chazal, lead: lead, threads: work.threads)
                singleLeads.append(
                    try ModelEvaluation(
                        records: alone.records, verdicts: judge.judge(alone.records, stage: .final), stage: .final,
                        mapping: .chazal))
            }
            let title = name.replacing("/", with: "-")
            let part = ModelCard.Part(
                name: name, title: title, data: dataset.summary, results: results, singleLeads: singleLeads,
                set: data.set)
            try OutputFile.makeFolder(pictures)
            for (file, drawing) in part.pictures { try OutputFile.write(drawing.text, to: pictures + "/" + file) }
            card.parts.append(part)
        }
        try OutputFile.write(card.text, to: output)
        print(output)
    }
}
