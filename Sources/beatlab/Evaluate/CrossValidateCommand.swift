import ArgumentParser
import Extraction
import Foundation
import Inference
import Scoring
import Signal
import Training

/// Trains and scores every fold of a configuration.
struct CrossValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cross-validate",
        abstract: "Train every fold of a configuration and score what each has not seen.",
        discussion: """
            Folds are of patients: validation.folds of the configuration says how many. The folds are trained one after the \
            other into FOLDER/fold-0, FOLDER/fold-1 … of the configuration's output; what is done is not done again, so a run \
            that was interrupted goes on when it is started again. Then every record is scored by the model that has not \
            seen its patient, and the pooled tables are those of `beatlab evaluate`.

            Several configurations (experts that are trained apart, with an output each) are fused in every fold, with the \
            weights of --weights, one for each kind of expert (see fuse), or with those that do best on the fold. Seeds, epochs and \
            weights that are chosen by these figures make them better than they are on patients never seen.

            Examples:
              beatlab cross-validate --config configs/timing.yaml output=runs/timing-cv
              beatlab cross-validate --config configs/signal.yaml --config configs/timing.yaml --weights 0.6,0.8

            Exit codes: 0 done, 64 wrong usage, 65 data that makes no sense, 66 a file is missing, 73 no output.
            """)

    @Option(help: "YAML file with settings; may be given several times.")
    var config: [String] = []
    @OptionGroup var data: DataOption
    @OptionGroup var given: FusionOptions
    @Option(help: "Stage to score: final or provisional.")
    var stage = "final"
    @Option(help: "Mapping of annotation codes: chazal or ec57.")
    var mapping = LabelMapping.chazal
    @Option(
        help: """
            A fusion to learn in place of the weights, from the votes on the other folds: learned (a weight per expert), \
            attention (weights that depend on the context) or feature (one layer over votes and context).
            """)
    var fusion: LearnedFusion.Kind?
    @Option(help: "Number of the only lead that is shown of every record, from 0.")
    var lead: Int?
    @Option(
        help: """
            Database of short recordings of known rhythm (REFERENCE.csv) to judge as well, each by the fold that holds it \
            back: how many beats are called S and V where none is. May be given several times.
            """)
    var rhythmRecords: [String] = []
    @Flag(help: "Leave out the rows of single records.")
    var brief = false
    @Option(help: "Folder for a page with all tables and drawings, index.html.")
    var report: String?
    @Argument(help: "Settings that go before the files': key=value.")
    var overrides: [String] = []

    func validate() throws {
        guard ["final", "provisional"].contains(stage) else { throw ValidationError("--stage is final or provisional") }
        guard lead ?? 0 >= 0 else { throw ValidationError("--lead is a number from 0") }
        guard config.count < 2 || !overrides.contains(where: { $0.hasPrefix("output=") }) else {
            throw ValidationError("output= cannot be set for several configurations: each has its own")
        }
    }

    func run() async throws {
        let files = config.isEmpty ? [nil] : config.map { Optional($0) }
        let configurations = try files.map { try TrainingConfiguration(file: $0, overrides: overrides) }
        let command =
            "beatlab cross-validate" + config.map { " --config " + $0 }.joined()
            + overrides.map { " " + $0 }.joined()
        let validation = try CrossValidation(
            configurations: configurations, set: data.set, fusion: given.given, command: command, report: tell)
        try validation.check(fusion: fusion, lead: lead, databases: rhythmRecords)
        let folds = try await validation.train { fold in
            let names = fold.validation.records.map(\.record.name).joined(separator: " ")
            tell("fold \(fold.number + 1) of \(configurations[0].validation.folds) is trained; held back: \(names)")
        }
        let result = try await validation.evaluate(
            folds, stage: stage == "final" ? .final : .provisional, mapping: mapping, fusion: fusion, lead: lead)
        let options =
            given.text + (fusion.map { " --fusion \($0.rawValue)" } ?? "")
            + (lead.map { " --lead \($0)" } ?? "")
            + rhythmRecords.map { " --rhythm-records \($0)" }.joined()
        print("\(command)\(options)\n\(folds.count) folds of \(configurations[0].records.joined(separator: ", "))")
        for fold in folds {
            print("fold \(fold.number): \(fold.validation.summary)")
        }
        print(EvaluationText(result, without: [], brief: brief).text)
        if !rhythmRecords.isEmpty {
            let rhythms = try await validation.rhythms(
                folds, databases: rhythmRecords, stage: stage == "final" ? .final : .provisional)
            print("\n## recordings of known rhythm, one lead: \(rhythmRecords.joined(separator: ", "))\n")
            print(Self.table(of: rhythms).text)
        }
        if let report {
            let page = EvaluationPage(
                title: "\(folds.count)-fold cross-validation", lead: command, results: [result], set: data.set)
            try page.write(to: report)
        }
    }

    /// What is called S and V in each rhythm, in per cent.
    private static func table(of rhythms: [RhythmVerdicts]) -> Table {
        func cell(_ share: (value: Double, interval: ConfidenceInterval?)?) -> String {
            guard let share else { return "-" }
            func percent(_ value: Double) -> String { String(format: "%.2f", 100 * value) }
            let interval = share.interval.map { " (\(percent($0.lower))-\(percent($0.upper)))" }
            return percent(share.value) + (interval ?? "")
        }
        return Table(
            header: ["rhythm", "recordings", "beats", "called S", "called V"],
            rows: rhythms.map { own in
                [
                    "\(own.rhythm)", "\(own.counts.count)", "\(own.beatCount)",
                    cell(own.share(of: .supraventricular)), cell(own.share(of: .ventricular)),
                ]
            }, numbers: [1, 2, 3, 4])
    }
}
