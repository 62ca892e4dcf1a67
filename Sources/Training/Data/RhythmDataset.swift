import Scoring
import Synthesis

/// The recordings of known rhythm that a configuration learns from, or those that it holds back.
///
/// They are dealt to the folds of a cross-validation as records are. All that fibrillate are learned from, and one in five in
/// sinus rhythm, others for every seed: there are many.
struct RhythmDataset: Sendable {
    /// The recordings, sorted by name within a database.
    let recordings: [RhythmRecording]
    private let configuration: TrainingConfiguration

    /// Share of the recordings in sinus rhythm that a seed learns from.
    private static let sinusShare = 0.2

    /// Reads the recordings to learn from, or all of the fold that is held back.
    init(_ configuration: TrainingConfiguration, in set: RecordSet, heldBack: Bool = false) async throws {
        self.configuration = configuration
        let validation = configuration.validation
        var random = RandomStream(seed: configuration.seed, purpose: "rhythm records")
        var chosen: [RhythmReference] = []
        for database in configuration.rhythmRecords {
            for (index, entry) in try set.rhythms(of: database).enumerated() {
                let isDrawn = random.uniform() < Self.sinusShare || entry.rhythm == .fibrillation || heldBack
                let isOfFold = validation.folds > 0 && index % validation.folds == validation.fold
                if isDrawn, isOfFold == heldBack { chosen.append(entry) }
            }
        }
        recordings = try await chosen.inOrder(threads: configuration.threads) { entry in
            try RhythmRecording(entry.record, rhythm: entry.rhythm, in: set)
        }
    }

    /// Those in sinus rhythm, which can be rearranged.
    var sinus: [RhythmRecording] { recordings.filter { $0.rhythm == .sinus } }

    /// Minutes of each, to learn from.
    func prolongedBeats() async throws -> BeatDataset {
        let (seed, mapping) = (configuration.seed, configuration.mapping)
        let lead = configuration.leads == 1 ? 0 : nil
        return BeatDataset(
            records: try await recordings.inOrder(threads: configuration.threads) { recording in
                try recording.prolongedBeats(seed: seed, mapping: mapping, lead: lead)
            }.compactMap { $0 })
    }

    /// The recordings as they are, in one rhythm.
    func beats(in rhythm: RhythmRecording.Rhythm) async throws -> BeatDataset {
        let mapping = configuration.mapping
        return BeatDataset(
            records: try await recordings.filter { $0.rhythm == rhythm }.inOrder(threads: configuration.threads) {
                try $0.beats(mapping: mapping)
            })
    }
}
