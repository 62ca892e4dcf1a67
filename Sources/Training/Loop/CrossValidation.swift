public import Extraction
import Foundation
public import Inference
public import Scoring
import WFDB

/// Trains every fold of a configuration and scores each record with the model that has not seen its patient.
///
///     let validation = CrossValidation(configurations: [timing], set: set, command: command, report: tell)
///     let folds = try await validation.train()
///     let pooled = try validation.evaluate(folds, stage: .final, mapping: .chazal)
///
/// With several configurations (experts that are trained apart) their models are fused in each fold with given weights.
/// One fold after the other; a fold that is done is read from its folder, one that was interrupted goes on at its last
/// epoch. The epoch that is kept, and weights that are not given, are chosen on the fold's own validation records: the pooled
/// figures are that much too good, as those of training runs are.
public struct CrossValidation {
    let configurations: [TrainingConfiguration]
    let set: RecordSet
    private let fusion: GivenFusion?
    private let command: String
    private let report: (String) -> Void

    /// A fold that is trained.
    public struct Fold: Sendable {
        /// Its number, from 0.
        public var number: Int
        /// What was trained on the other folds.
        public var model: BeatModel
        /// The records that the model has not seen.
        public var validation: BeatDataset
    }

    /// Prepares.
    ///
    /// - Parameters:
    ///   - configurations: of one set of records, mapping and number of folds; `validation.fold` and the folder are set here.
    ///   - fusion: how experts are put together; with the weights that do best on the validation records where nil.
    ///   - report: gets the lines for people.
    /// - Throws: `TrainingError.setting` where the configurations do not fit together, or the fusion does not fit them.
    public init(
        configurations: [TrainingConfiguration], set: RecordSet, fusion: GivenFusion? = nil, command: String,
        report: @escaping (String) -> Void
    ) throws(TrainingError) {
        guard let first = configurations.first, first.validation.folds > 1 else {
            throw .setting(
                key: "validation.folds", value: "\(configurations.first?.validation.folds ?? 0)", allowed: "2 or more")
        }
        for other in configurations.dropFirst() {
            guard other.records == first.records else {
                throw .setting(key: "records", value: "\(other.records)", allowed: "\(first.records), as of the first")
            }
            guard other.mapping == first.mapping, other.validation.folds == first.validation.folds else {
                throw .setting(
                    key: "mapping and validation.folds", value: "not those of the first configuration",
                    allowed: "\(first.mapping.rawValue) and \(first.validation.folds)")
            }
        }
        guard Set(configurations.map(\.output)).count == configurations.count else {
            throw .setting(key: "output", value: first.output, allowed: "a folder of its own for each configuration")
        }
        if let fusion {
            var experts: [DualEnsemble.Member] = []
            for configuration in configurations { experts += try configuration.members() }
            _ = try fusion.fusion(of: Fusion.numbered(experts))
        }
        self.configurations = configurations
        self.set = set
        self.fusion = fusion
        self.command = command
        self.report = report
    }

    /// Trains what is not trained yet; `done` is told of each fold.
    public func train(done: (Fold) -> Void = { _ in }) async throws -> [Fold] {
        let first = configurations[0]
        // By number of leads.
        var data: [Int: BeatDataset] = [:]
        for configuration in configurations where data[configuration.leads] == nil {
            data[configuration.leads] = try await EnsembleTraining.records(configuration, set)
        }
        var folds: [Fold] = []
        for number in 0..<first.validation.folds {
            var parts: [BeatModel] = []
            for configuration in configurations {
                var own = configuration
                own.validation.fold = number
                own.output += "/fold-\(number)"
                parts.append(try await model(of: own, data[own.leads]))
            }
            var held = first
            held.validation.fold = number
            let validation = try EnsembleTraining.split(data[first.leads] ?? BeatDataset(records: []), held).validation
            let fold = Fold(number: number, model: try fused(parts, on: validation), validation: validation)
            done(fold)
            folds.append(fold)
        }
        return folds
    }

    /// The model in the configuration's folder where it is this one's, else a new one.
    private func model(of configuration: TrainingConfiguration, _ data: BeatDataset?) async throws -> BeatModel {
        let file = configuration.output + "/model.safetensors"
        if let model = try? BeatModel(path: file), model.origin.configuration == configuration.yaml {
            report("\(file) is there")
            return model
        }
        _ = try await EnsembleTraining(configuration: configuration, set: set, command: command, report: report)
            .run(data: data)
        // What is scored is what was written, rounded as it is in the file.
        return try BeatModel(path: file)
    }

    private func fused(_ parts: [BeatModel], on validation: BeatDataset) throws -> BeatModel {
        guard parts.count > 1 || fusion != nil else { return parts[0] }
        let searched = fusion == nil ? validation : BeatDataset(records: [])
        var model = try Fusion(validation: searched, threads: configurations[0].threads, report: report).fuse(parts)
        if let fusion { model.ensemble.fusion = try fusion.fusion(of: model.ensemble.experts) }
        return model
    }

    /// Refuses what `evaluate` and `rhythms` cannot do: to be asked before folds are trained.
    ///
    /// - Throws: `TrainingError` where a fusion is to be learned for experts that never judge a beat together, a record has no such
    ///   lead, or a database has no reference of rhythms.
    public func check(fusion: LearnedFusion.Kind?, lead: Int?, databases: [String]) throws(TrainingError) {
        if let fusion, Set(configurations.map(\.leads)).count > 1 {
            throw .setting(
                key: "fusion", value: fusion.rawValue,
                allowed: "given weights, where some experts learn from single leads")
        }
        for database in databases { _ = try set.rhythms(of: database) }
        guard let lead else { return }
        for name in try set.records(named: configurations[0].records) {
            let path = set.path(of: name)
            let signals: [SignalDescription]
            do { signals = try RecordReader(path: path).signals } catch { throw .unusable(path, cause: error) }
            guard signals.indices.contains(lead) else { throw .record(path, reason: "it has no signal \(lead)") }
        }
    }

    /// The records of all folds, each judged by the model that has not seen it.
    ///
    /// - Parameters:
    ///   - fusion: one to learn in place of the weights, from the verdicts on the other folds' records.
    ///   - lead: the only lead that the stages see of every record, the detector too; all of them where nil.
    /// - Throws: as `check` does.
    public func evaluate(
        _ folds: [Fold], stage: Beat.Stage, mapping: LabelMapping, fusion: LearnedFusion.Kind? = nil, lead: Int? = nil
    ) async throws -> ModelEvaluation {
        try check(fusion: fusion, lead: lead, databases: [])
        var judged: [(records: [RecordBeats], verdicts: [[Verdict]])] = []
        for fold in folds {
            var records = fold.validation.records
            if let lead {
                records = try await BeatDataset(
                    fold.validation.names, in: set, mapping: configurations[0].mapping, lead: lead,
                    threads: configurations[0].threads
                ).records
            }
            let judge = RecordJudge(try BeatClassifier(model: fold.model), threads: configurations[0].threads)
            judged.append((records, try judge.judge(records, stage: stage)))
        }
        var pooled = try ModelEvaluation(records: [], verdicts: [], stage: stage, mapping: mapping)
        for (number, own) in judged.enumerated() {
            var verdicts = own.verdicts
            if let fusion {
                let others = judged.indices.filter { $0 != number }
                let learned = LearnedFusion(
                    fusion, records: others.flatMap { judged[$0].records },
                    verdicts: others.flatMap { judged[$0].verdicts }, stage: stage, seed: configurations[0].seed)
                verdicts = zip(own.records, own.verdicts).map { record, verdicts in
                    verdicts.enumerated().map { learned.fuse($1, of: record.beat($0, stage: stage)) }
                }
            }
            pooled += try ModelEvaluation(records: own.records, verdicts: verdicts, stage: stage, mapping: mapping)
        }
        return pooled
    }
}
