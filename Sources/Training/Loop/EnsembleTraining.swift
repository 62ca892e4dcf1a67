import Extraction
import Files
import Foundation
public import Inference
import Signal

/// Trains the experts of an architecture one after the other and fuses them.
public struct EnsembleTraining {
    private let configuration: TrainingConfiguration
    private let set: RecordSet
    private let command: String
    private let report: (String) -> Void

    /// Prepares; `report` gets the lines for people, `command` goes into the model file.
    public init(
        configuration: TrainingConfiguration, set: RecordSet, command: String, report: @escaping (String) -> Void
    ) {
        self.configuration = configuration
        self.set = set
        self.command = command
        self.report = report
    }

    /// Reads the records, trains, and writes `model.safetensors` and one file per expert into the output folder.
    ///
    /// `data` are the configuration's records where they have been read before.
    public func run(data: BeatDataset? = nil) async throws -> BeatModel {
        let members = try configuration.members()
        try configuration.requirePrecision()
        for member in members { try Checkpoint.requireConfiguration(configuration, of: member.name) }
        let output = URL(filePath: configuration.output)
        try OutputFile.makeFolder(configuration.output)
        report(configuration.yaml)

        let records: BeatDataset
        if let data { records = data } else { records = try await Self.records(configuration, set) }
        let (real, validation) = try Self.split(records, configuration)
        report("training: \(real.summary)\nvalidation: \(validation.summary)")
        let rearrangement = Rearrangement(
            rhythms: configuration.augmentation.rhythms, breath: configuration.augmentation.breath,
            mapping: configuration.mapping, seed: configuration.seed, keepsOneLead: configuration.leads == 1)
        let recordings = try await RhythmDataset(configuration, in: set)
        let known = try await recordings.prolongedBeats()
        if !known.records.isEmpty { report("of known rhythm: \(known.counts)") }
        let rearranged = try await rearrangement.beats(
            of: real.names, and: recordings.sinus, in: set, threads: configuration.threads)
        if !rearranged.records.isEmpty { report("rearranged: \(rearranged.counts)") }
        let train = real + known + rearranged
        let window = train.records.first?.window ?? .standard
        let noise =
            configuration.augmentation.noise > 0 ? NoiseLibrary(folder: set.folder, rate: window.rate) : nil
        var models: [BeatModel] = []
        let scaling = ContextScaling(
            measuring: train.records.lazy.map(\.finalContexts), width: ContextFeature.count)
        // Not before: where nothing is trained, the folder says how its model was.
        try OutputFile.write(configuration.yaml, to: configuration.output + "/configuration.yaml")
        for var member in members {
            let outcome: ExpertTraining.Outcome
            if case .trees = member.expert.encoder {
                member.expert.encoder = .trees(count: configuration.boosting.trees, depth: configuration.boosting.depth)
                // Rearranged beats are three to four times as many as real ones, which trees learn from twice.
                outcome = try TreeTraining(
                    member: member, window: window, train: train + real, validation: validation,
                    configuration: configuration,
                    report: report
                ).run()
            } else {
                member.expert.scaling = configuration.context ? scaling : .hidden(width: ContextFeature.count)
                outcome = try ExpertTraining(
                    member: member, window: window, train: train, validation: validation,
                    configuration: configuration, noise: noise, report: report
                ).run()
            }
            var model = BeatModel(
                ensemble: DualEnsemble(experts: [member], fusion: .init(space: .logarithm, weights: [1])),
                window: window, weights: [outcome.weights], origin: origin)
            if let score = outcome.score { model.origin.scores = score.figures }
            model.origin.note = "epoch \(outcome.epoch) of \(member.name)"
            try model.write(to: output.appending(path: member.name + ".safetensors"), format: .single)
            models.append(model)
        }
        let fused = try Fusion(validation: validation, threads: configuration.threads, report: report).fuse(models)
        try fused.write(to: output.appending(path: "model.safetensors"))
        return fused
    }

    private var origin: BeatModel.Origin {
        var origin = BeatModel.Origin()
        origin.records = configuration.records + configuration.rhythmRecords
        origin.seed = configuration.seed
        origin.command = command
        origin.configuration = configuration.yaml
        return origin
    }

    /// The records of a configuration as beats, split by patients into those to learn from and those to validate on.
    public static func datasets(
        _ configuration: TrainingConfiguration, _ set: RecordSet
    ) async throws -> (train: BeatDataset, validation: BeatDataset) {
        try split(try await records(configuration, set), configuration)
    }

    /// The records of a configuration as beats.
    static func records(_ configuration: TrainingConfiguration, _ set: RecordSet) async throws -> BeatDataset {
        let names = try set.records(named: configuration.records)
        let (mapping, threads) = (configuration.mapping, configuration.threads)
        guard configuration.leads > 1 else {
            return try await BeatDataset(singleLeadsOf: names, in: set, mapping: mapping, threads: threads)
        }
        return try await BeatDataset(names, in: set, mapping: mapping, threads: threads)
    }

    /// Those to learn from and those of the fold that is held back.
    static func split(
        _ data: BeatDataset, _ configuration: TrainingConfiguration
    ) throws(TrainingError) -> (train: BeatDataset, validation: BeatDataset) {
        let folds = configuration.validation.folds
        var patients: [RecordName] = []
        for name in data.names where !patients.contains(name.patient) { patients.append(name.patient) }
        let heldBack = Set(
            patients.enumerated().filter { folds > 0 && $0.offset % folds == configuration.validation.fold }
                .map(\.element))
        let train = BeatDataset(records: data.records.filter { !heldBack.contains($0.record.patient) })
        guard train.classCounts.values.contains(where: { $0 > 0 }) else {
            guard train.records.isEmpty, !data.records.isEmpty else { throw .noBeats(sets: configuration.records) }
            throw .setting(
                key: "validation.fold", value: "\(configuration.validation.fold) of \(folds)",
                allowed: "one that leaves records to learn from: it holds back all of "
                    + "\(configuration.records.joined(separator: ", ")); validation.folds=0 holds back none")
        }
        return (train, BeatDataset(records: data.records.filter { heldBack.contains($0.record.patient) }))
    }
}

extension TrainingConfiguration {
    /// The experts that it trains.
    ///
    /// - Throws: `TrainingError.setting` where it names an architecture or an expert that there is not.
    func members() throws(TrainingError) -> [DualEnsemble.Member] {
        guard let entry = ModelRegistry.entry(named: architecture) else {
            throw .setting(
                key: "architecture", value: architecture,
                allowed: ModelRegistry.entries.map(\.name).joined(separator: ", "))
        }
        let names = entry.experts.map(\.name)
        if let stranger = experts.first(where: { !names.contains($0) }) {
            throw .setting(key: "experts", value: stranger, allowed: names.joined(separator: ", "))
        }
        let chosen = entry.experts.filter { experts.isEmpty || experts.contains($0.name) }
        return leads == 1 ? chosen.map(\.ofSingleLeads) : chosen
    }
}

extension DualEnsemble.Member {
    /// The same as one that learns from single leads.
    var ofSingleLeads: Self { Self(name: "single-lead-" + name, expert: expert, leads: 1) }
}

/// Puts experts that were trained apart into one model.
public struct Fusion {
    private let validation: BeatDataset
    private let threads: Int
    private let report: (String) -> Void

    /// Prepares; weights are chosen on `validation`, equal ones are taken where it is empty.
    public init(validation: BeatDataset, threads: Int, report: @escaping (String) -> Void) {
        self.validation = validation
        self.threads = threads
        self.report = report
    }

    /// The experts with names of their own: the second and further ones of a kind are numbered.
    static func numbered(_ experts: [DualEnsemble.Member]) -> [DualEnsemble.Member] {
        var members = experts
        var counts: [String: Int] = [:]
        for index in members.indices {
            let kind = FusionSearch.kind(members[index].name)
            counts[kind, default: 0] += 1
            members[index].name = kind + (counts[kind] == 1 ? "" : "-\(counts[kind] ?? 0)")
        }
        return members
    }

    /// One model with all experts of `models` and the weights that do best.
    ///
    /// - Throws: `TrainingError.setting` where they are too many or of several windows, or where weights are to be found for
    ///   experts that never judge a beat together.
    public func fuse(_ models: [BeatModel]) throws -> BeatModel {
        let members = Self.numbered(models.flatMap(\.ensemble.experts))
        guard members.count <= BeatModel.mostExperts else {
            throw TrainingError.setting(
                key: "number of experts", value: "\(members.count)", allowed: "1 to \(BeatModel.mostExperts)")
        }
        guard Set(models.map(\.window)).count <= 1 else {
            let windows = models.map { "\($0.window.before) + \($0.window.after) samples at \($0.window.rate) Hz" }
            throw TrainingError.setting(
                key: "window of the models", value: windows.joined(separator: ", "),
                allowed: "one that all of them were trained on")
        }
        let equal = [Float](repeating: 1 / Float(max(members.count, 1)), count: members.count)
        var origin = models.first?.origin ?? .init()
        for records in models.flatMap(\.origin.records) where !origin.records.contains(records) {
            origin.records.append(records)
        }
        var fused = BeatModel(
            ensemble: DualEnsemble(experts: members, fusion: .init(space: .logarithm, weights: equal)),
            window: models.first?.window ?? .standard, weights: models.flatMap(\.weights), origin: origin)
        guard !validation.records.isEmpty else { return fused }
        guard Set(members.map(\.leads)).count == 1 else {
            throw TrainingError.setting(
                key: "weights", value: "none",
                allowed: "one for each kind of expert, where some learned from single leads and others did not")
        }
        let judge = RecordJudge(try BeatClassifier(model: fused), threads: threads)
        let final = validation.judged(try judge.judge(validation.records, stage: .final))
        let candidates = FusionSearch().candidates(final, experts: members.map(\.name))
        for kind in FusionSearch.kinds(of: members.map(\.name)) {
            let alone = candidates.first { candidate in
                zip(members, candidate.fusion.weights).allSatisfy { member, weight in
                    (FusionSearch.kind(member.name) == kind) == (weight > 0)
                } && abs(candidate.fusion.weights.reduce(0, +) - 1) < 1e-5
            }
            if let alone { report("\(kind) alone: \(alone.score.line)") }
        }
        for candidate in candidates.prefix(8) { report("\(candidate.fusion.weights): \(candidate.score.line)") }
        if let best = candidates.first {
            report("fused \(best.fusion.weights): \(best.score.line)")
            fused.ensemble.fusion = best.fusion
            fused.origin.scores = best.score.figures
        }
        return fused
    }
}

extension ValidationScore {
    /// The figures by name, for a model's origin.
    var figures: [String: Double] {
        [
            "validation_macro_f1": macroF1, "validation_accuracy": accuracy,
            "validation_cross_entropy": crossEntropy, "validation_s_f1": f1[1] ?? 0, "validation_v_f1": f1[2] ?? 0,
        ]
    }
}

extension BeatDataset {
    /// Records, beats and classes in one line.
    public var summary: String {
        counts + " and \(falsePeaks) false peaks: " + records.map(\.record.name).joined(separator: " ")
    }

    /// Records, beats and classes without the records' names, for what is made of many.
    var counts: String {
        let classes = classCounts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.letter) \($0.value)" }
        return "\(records.count) records, \(count - falsePeaks) beats found (\(classes.joined(separator: ", ")))"
    }
}
