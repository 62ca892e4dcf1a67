/// Collects offsets and RR intervals from the pairs of a comparison.
struct PairTally {
    private(set) var offset = FiducialOffset()
    private(set) var rr = RRAgreement()
    private var previous: (reference: Int64, test: Int64)?
    private let millisecondsPerFrame: Double

    init(sampleRate: Double) { millisecondsPerFrame = 1000 / sampleRate }

    mutating func count(_ pair: BeatPair) {
        guard let reference = pair.referenceFrame, let test = pair.testFrame else {
            previous = nil
            return
        }
        offset.count(milliseconds: Double(test - reference) * millisecondsPerFrame)
        if let previous {
            rr.count(
                reference: Double(reference - previous.reference) * millisecondsPerFrame,
                test: Double(test - previous.test) * millisecondsPerFrame)
        }
        previous = (reference, test)
    }
}
