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
            the matrix, Se, +P and F1 per class and record, gross and average, with intervals that resample records, \
            calibration, and what is left when the least sure verdicts are withheld.

            Several models (seeds of one configuration, say) are scored on the same records, and the mean and the spread of \
            their figures printed. With --noise the records are scored a second time with noise added as WFDB's nst does \
            (from 5:00 on, two minutes with noise and two without), and the two-minute stretches compared. With --lead the \
            stages, the detector among them, see that lead alone.

            Examples:
              beatlab evaluate --stage both --mapping both svdb-held-out
              beatlab evaluate --model a.safetensors --model b.safetensors svdb-held-out
              beatlab evaluate --noise nstdb/ma --snr 12 ds1
              beatlab evaluate --lead 0 ds2
              beatlab evaluate --report report svdb-held-out

            Exit codes: 0 done, 64 wrong usage, 65 a file that makes no sense, 66 a file is missing, 73 no output.
            """)

    @Option(help: "Model file; the default model without it. May be given several times.")
    var model: [String] = []
    @OptionGroup var data: DataOption
    @Option(help: "Stages to score: final, provisional or both.")
    var stage = "final"
    @Option(help: "Mappings of annotation codes: chazal, ec57 or both.")
    var mapping = "chazal"
    @Option(
        help:
            "Records to leave out in a row of their own, separated by commas; none for no such row. Default: 232, if it is there.",
        transform: { $0.split(separator: ",").map(String.init) })
    var without: [String]?
    @Flag(help: "Leave out the rows of single records.")
    var brief = false
    @Option(help: "Number of the only lead that is shown of every record, from 0.")
    var lead: Int?
    @Option(help: "Record of noise to add, below the folder of the databases: nstdb/ma.")
    var noise: String?
    @Option(parsing: .unconditional, help: "Signal-to-noise ratio of the noise in dB.")
    var snr = 12.0
    @Option(help: "Folder for a page with all tables and drawings, index.html; made if it is missing.")
    var report: String?
    @OptionGroup var work: ThreadsOption
    @Argument(help: "Sets of records: \(RecordSet.names.joined(separator: ", ")).")
    var records: [String] = ["ds2"]

    func validate() throws {
        guard ["final", "provisional", "both"].contains(stage) else {
            throw ValidationError("--stage is final, provisional or both")
        }
        guard ["chazal", "ec57", "both"].contains(mapping) else {
            throw ValidationError("--mapping is chazal, ec57 or both")
        }
        guard (-60...60).contains(snr) else { throw ValidationError("--snr lies between -60 and 60 dB") }
        guard model.count < 2 || (noise == nil && report == nil) else {
            throw ValidationError("--noise and --report take one model")
        }
        guard lead ?? 0 >= 0 else { throw ValidationError("--lead is a number from 0") }
        guard lead == nil || noise == nil else { throw ValidationError("--noise takes all leads: leave out --lead") }
    }

    private var stages: [Beat.Stage] {
        [.provisional, .final].filter { stage == "both" || stage == $0.rawValue }
    }
    private var mappings: [LabelMapping] {
        LabelMapping.allCases.filter { mapping == "both" || mapping == $0.rawValue }
    }

    func run() async throws {
        let paths = try model.isEmpty ? [BeatModel.defaultPath()] : model
        let models = try paths.map { try BeatModel(path: $0) }
        let set = data.set
        let names = try set.records(named: records)
        let leftOut = try leftOut(of: names)
        let added = try noise.map { try AddedNoise(path: set.folder + "/" + $0, decibels: snr) }
        let dataset = try await BeatDataset(names, in: set, mapping: .chazal, lead: lead, threads: work.threads)
        var results: [[ModelEvaluation]] = []
        for (path, loaded) in zip(paths, models) {
            print("model \(path) sha256 \(loaded.digest)")
            results.append(try evaluate(try BeatClassifier(model: loaded), dataset))
        }
        print("records \(records.joined(separator: " "))\(lead.map { ", lead \($0) alone" } ?? "")")
        guard results.count == 1 else {
            for index in results[0].indices { print(SeedTable(results.map { $0[index] }, models: paths).text) }
            return
        }
        for result in results[0] { print(EvaluationText(result, without: leftOut, brief: brief).text) }
        if let added { try await compare(added, names, try BeatClassifier(model: models[0]), clean: dataset) }
        if let report {
            let page = EvaluationPage(
                title: "\(models[0].name) on \(records.joined(separator: ", "))",
                lead: "\(paths[0]), sha256 \(models[0].digest)" + (lead.map { ", lead \($0) alone" } ?? ""),
                results: results[0], set: set)
            try page.write(to: report)
        }
    }

    /// The records to leave out, as results name them.
    private func leftOut(of names: [RecordName]) throws -> Set<String> {
        guard let without else { return ["232"] }
        let known = Set(names.map(\.name))
        guard without != ["none"] else { return [] }
        if let stranger = without.first(where: { !known.contains($0) }) {
            throw ExitStatus.usage.failure(
                "--without \(stranger): it is none of the records of \(records.joined(separator: " "))")
        }
        return Set(without)
    }

    private func evaluate(_ classifier: BeatClassifier, _ dataset: BeatDataset) throws -> [ModelEvaluation] {
        let judge = RecordJudge(classifier, threads: work.threads)
        return try stages.flatMap { stage in
            let verdicts = try judge.judge(dataset.records, stage: stage)
            return try mappings.map {
                try ModelEvaluation(records: dataset.records, verdicts: verdicts, stage: stage, mapping: $0)
            }
        }
    }

    private func compare(
        _ added: AddedNoise, _ names: [RecordName], _ classifier: BeatClassifier, clean: BeatDataset
    ) async throws {
        let set = data.set
        let noisy = try await BeatDataset(names, in: set, mapping: .chazal, noise: added, threads: work.threads)
        let judge = RecordJudge(classifier, threads: work.threads)
        var quality = LeadQualityInNoise()
        for name in names { quality += try added.leadQuality(ofRecordAt: set.path(of: name)) }
        for stage in stages {
            let verdicts = try [clean, noisy].map { try judge.judge($0.records, stage: stage) }
            for mapping in mappings {
                let comparison = try NoiseComparison(
                    noise: added, clean: clean, noisy: noisy, verdicts: verdicts, stage: stage, mapping: mapping,
                    quality: quality)
                print(comparison.text)
            }
        }
    }
}
