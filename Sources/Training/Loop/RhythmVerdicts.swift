public import Extraction
import Inference
public import Scoring
public import Signal

/// What is said of recordings of which only the rhythm is known: how many of their beats are called what.
///
/// In sinus rhythm and in atrial fibrillation no beat is premature, so that the share of S is one of false alarms; that of V is
/// one as well, but for the few ventricular beats that such recordings have.
public struct RhythmVerdicts: Sendable {
    /// The rhythm of all recordings.
    public let rhythm: RhythmRecording.Rhythm
    /// Beats by class (`BeatClass.rawValue`), a recording each.
    public private(set) var counts: [[Int]] = []

    /// None yet.
    init(rhythm: RhythmRecording.Rhythm) { self.rhythm = rhythm }

    /// Adds recordings by their verdicts' labels.
    mutating func add(_ labels: [[BeatClass]]) {
        counts += labels.map { own in BeatClass.allCases.map { label in own.count { $0 == label } } }
    }

    /// Beats of all recordings.
    public var beatCount: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

    /// Share of the beats that are called so, 0 to 1, with an interval that resamples recordings; nil without beats.
    public func share(
        of label: BeatClass, by bootstrap: Bootstrap = Bootstrap()
    ) -> (value: Double, interval: ConfidenceInterval?)? {
        func share(_ drawn: some Sequence<Int>) -> Double? {
            var (own, all) = (0, 0)
            for index in drawn {
                own += counts[index][label.rawValue]
                all += counts[index].reduce(0, +)
            }
            return all > 0 ? Double(own) / Double(all) : nil
        }
        return share(counts.indices).map { ($0, bootstrap.interval(over: counts.count, of: share)) }
    }
}

extension CrossValidation {
    /// Recordings of known rhythm, each judged by the model of the fold that holds it back, by rhythm.
    ///
    /// They are judged as they are: seconds of one lead, from the first beat. `databases` are dealt to folds as
    /// `rhythm_records` are.
    public func rhythms(_ folds: [Fold], databases: [String], stage: Beat.Stage) async throws -> [RhythmVerdicts] {
        var found = RhythmRecording.Rhythm.allCases.map(RhythmVerdicts.init)
        for fold in folds {
            var configuration = configurations[0]
            configuration.rhythmRecords = databases
            configuration.validation.fold = fold.number
            let dataset = try await RhythmDataset(configuration, in: set, heldBack: true)
            let judge = RecordJudge(try BeatClassifier(model: fold.model), threads: configuration.threads)
            for index in found.indices {
                let beats = try await dataset.beats(in: found[index].rhythm)
                found[index].add(try judge.judge(beats.records, stage: stage).map { $0.map(\.label) })
            }
        }
        return found
    }
}
