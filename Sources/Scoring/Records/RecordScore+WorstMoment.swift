extension RecordScore {
    /// Where reference and test disagree most.
    public struct Moment: Sendable, Equatable {
        /// First frame.
        public var begin: Int64
        /// Pairs with different labels inside.
        public var disagreements: Int
    }

    /// The stretch with most disagreements, the earliest of equals; nil without any.
    public func worstMoment(seconds: Double) -> Moment? {
        pairs.worstMoment(seconds: seconds, sampleRate: sampleRate)
    }
}

extension [BeatPair] {
    /// The stretch with most disagreements, the earliest of equals; nil without any.
    public func worstMoment(seconds: Double, sampleRate: Double) -> RecordScore.Moment? {
        let frames = filter { $0.reference != $0.test }.compactMap { $0.referenceFrame ?? $0.testFrame }.sorted()
        let length = Int64(seconds * sampleRate)
        var worst: RecordScore.Moment?
        var first = 0
        for (index, frame) in frames.enumerated() {
            while frames[first] < frame - length { first += 1 }
            let count = index - first + 1
            if count > worst?.disagreements ?? 0 {
                let slack = (length - (frame - frames[first])) / 2
                worst = RecordScore.Moment(begin: frames[first] - slack, disagreements: count)
            }
        }
        return worst
    }
}
