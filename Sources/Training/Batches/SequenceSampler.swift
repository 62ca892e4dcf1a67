import Inference

/// Cuts records into sequences of consecutive beats and deals them in a random order.
///
/// The order of an epoch is a function of the seed and the epoch alone, so that a resumed run goes on with the batches that
/// the interrupted one would have seen.
public struct SequenceSampler: Sendable {
    /// A stretch of consecutive beats of one record.
    public struct Sequence: Sendable, Equatable {
        /// Index of the record in the dataset.
        public var record: Int
        /// Its beats.
        public var beats: Range<Int>
    }

    private let counts: [Int]
    private let steps: Int
    private let seed: UInt64

    /// Prepares to cut records of so many beats.
    public init(beatCounts: [Int], steps: Int, seed: UInt64) {
        counts = beatCounts
        self.steps = steps
        self.seed = seed
    }

    /// The sequences of an epoch; a record's first and last one may be shorter than `steps`.
    public func sequences(epoch: Int) -> [Sequence] {
        let random = CounterRandom(seed: seed, stream: 0x5345_5155).stream(UInt64(epoch))
        var sequences: [Sequence] = []
        for (record, count) in counts.enumerated() where count > 0 {
            // The first cut falls anywhere, so that sequences begin elsewhere in every epoch.
            var start = 0
            var end = 1 + Int(random.bits(UInt64(record)) % UInt64(steps))
            while start < count {
                sequences.append(Sequence(record: record, beats: start..<min(end, count)))
                start = end
                end += steps
            }
        }
        let order = random.stream(1)
        for index in sequences.indices.reversed() where index > 0 {
            sequences.swapAt(index, Int(order.bits(UInt64(index)) % UInt64(index + 1)))
        }
        return sequences
    }
}
