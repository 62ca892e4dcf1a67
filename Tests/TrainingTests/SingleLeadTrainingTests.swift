import Extraction
import Foundation
import Inference
import RealRecordings
import Scoring
import Signal
import Testing

@testable import Training

/// Experts that learn from single leads.
@Suite struct SingleLeadTrainingTests {
    private func set() throws -> RecordSet { RecordSet(folder: try #require(RealRecordings.folder)) }

    private func configuration(_ records: [String], leads: Int = 1) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.experts = ["trees"]
        configuration.records = records
        configuration.leads = leads
        configuration.validation.folds = 0
        configuration.boosting.trees = 2
        configuration.boosting.depth = 2
        return configuration
    }

    @Test(.needsRealRecordings)
    func records_ofOneLead_areEveryLeadAlone() async throws {
        let data = try await EnsembleTraining.records(configuration(["mitdb/119", "svdb/800"]), set())
        #expect(data.records.map(\.format.leads) == [["MLII"], ["ECG1"], ["V1"], ["ECG2"]])
        #expect(data.names.map(\.description) == ["mitdb/119", "svdb/800"])
        for record in data.records {
            let lead1 = (0..<record.count).map {
                record.finalContexts[$0 * ContextFeature.count + ContextFeature.leadPresent1.index]
            }
            #expect(record.count > 10 && lead1.allSatisfy { $0 == 0 })
        }
    }

    @Test(.needsRealRecordings)
    func leadsOfOnePatient_areOnOneSideOfASplit() async throws {
        var configuration = configuration(["mitdb/119", "mitdb/106", "mitdb/208"])
        configuration.validation.folds = 3
        configuration.validation.fold = 1
        let (train, validation) = try EnsembleTraining.split(
            try await EnsembleTraining.records(configuration, set()), configuration)
        #expect(validation.records.map(\.record.name) == ["106", "106"])
        #expect(train.records.map(\.record.name) == ["119", "208", "119", "208"])
    }

    @Test(.needsRealRecordings)
    func training_makesAnExpertOnSingleLeads() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "single-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = configuration(["mitdb/119"])
        configuration.output = folder.path
        let model = try await EnsembleTraining(
            configuration: configuration, set: set(), command: "test", report: { _ in }
        ).run()
        #expect(model.ensemble.experts.map(\.name) == ["single-lead-trees"])
        #expect(model.ensemble.experts.map(\.leads) == [1])
        let file = folder.appending(path: "single-lead-trees.safetensors").path
        #expect(try BeatModel(path: file).ensemble == model.ensemble)
    }

    @Test(.needsRealRecordings)
    func rearrangedRecords_showOneOfTheirLeads() async throws {
        let set = try set()
        let names = ["mitdb/119", "mitdb/106", "mitdb/208"]
        let made = try await Rearrangement(
            rhythms: [.fibrillation, .atrialEctopy], mapping: .chazal, seed: 1, keepsOneLead: true
        ).beats(of: set.records(named: names), in: set, threads: 2)
        #expect(made.records.count == 6)
        #expect(Set(made.records.map(\.format.leads)) == [["MLII"], ["V1"]])
        #expect(made.records.allSatisfy { $0.windows.count == $0.count * $0.windowSize })
    }

    @Test(arguments: ["0", "3"])
    func otherNumbersOfLeads_areRefused(leads: String) throws {
        let error = try #require(throws: TrainingError.self) {
            try TrainingConfiguration(file: nil, overrides: ["leads=\(leads)"])
        }
        #expect("\(error)".contains("leads") && "\(error)".contains("1 to 2"))
    }

    @Test func kind_isTheNameWithoutTheNumberOfTheSeed() {
        let names = ["timing", "timing-2", "single-lead-timing", "single-lead-timing-12", "trees"]
        #expect(FusionSearch.kinds(of: names) == ["timing", "single-lead-timing", "trees"])
        #expect(FusionSearch.spread([0.4, 0.6, 1], over: names) == [0.2, 0.2, 0.3, 0.3, 1])
    }
}
