import Dispatch
public import Extraction
public import Inference
import Synchronization

/// Lets a classifier judge whole records as the live daemon would: beat after beat, each record with its own state.
public struct RecordJudge: Sendable {
    private let classifier: BeatClassifier
    private let threads: Int

    /// Prepares.
    public init(_ classifier: BeatClassifier, threads: Int) {
        self.classifier = classifier
        self.threads = max(threads, 1)
    }

    /// The verdicts of every record in the order of its beats.
    public func judge(_ records: [RecordBeats], stage: Beat.Stage) throws -> [[Verdict]] {
        let results = Mutex([Result<[[Verdict]], any Error>?](repeating: nil, count: threads))
        // Records are dealt to threads; a thread walks its records in step, so that beats of many records are one batch.
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let own = records.enumerated().filter { $0.offset % threads == thread }.map(\.element)
            let result = Result { try walk(own, stage: stage) }
            results.withLock { $0[thread] = result }
        }
        let parts = try results.withLock { try $0.compactMap { try $0?.get() } }
        return records.indices.map { parts[$0 % threads][$0 / threads] }
    }

    private func walk(_ records: [RecordBeats], stage: Beat.Stage) throws -> [[Verdict]] {
        var states = records.map { _ in classifier.initialState() }
        var verdicts = records.map { _ in [Verdict]() }
        for index in 0..<(records.map(\.count).max() ?? 0) {
            let running = records.indices.filter { records[$0].count > index }
            if stage == .provisional {
                let early = running.map { records[$0].beat(index, stage: .provisional) }
                let found = try classifier.classify(early, streams: running, states: &states)
                for (record, verdict) in zip(running, found) { verdicts[record].append(verdict) }
            }
            // The final judgement moves the state on, whichever stage is asked for.
            let final = running.map { records[$0].beat(index, stage: .final) }
            let found = try classifier.classify(final, streams: running, states: &states)
            guard stage == .final else { continue }
            for (record, verdict) in zip(running, found) { verdicts[record].append(verdict) }
        }
        return verdicts
    }
}
