/// What keeps annotations from being compared.
public enum ScoringError: Error, Equatable, Sendable {
    /// A sample rate that is not a positive number of Hz.
    case sampleRate(Double)
    /// A time in seconds that is negative, not a number or too far.
    case time(Double)
    /// A test period that ends before it begins, in seconds.
    case emptyPeriod(from: Double, to: Double)
    /// No measurement annotations of that number by that annotator.
    case noMeasurements(annotator: String, number: Int)
    /// Reference measurements whose mean is zero, so that an error relative to it means nothing.
    case zeroReferenceMean
}

extension ScoringError: CustomStringConvertible {
    /// What, where and how to go on.
    public var description: String {
        switch self {
        case .sampleRate(let rate):
            "a sample rate of \(rate) Hz cannot be scored; the record's header must give a positive one"
        case .time(let seconds):
            "\(seconds) s is no time in a record; give seconds, m:s or h:m:s, not negative"
        case .emptyPeriod(let from, let to):
            "the test period is empty: it begins at \(from) s and ends at \(to) s; "
                + "the first five minutes are left out unless the comparison is told to begin at 0"
        case .noMeasurements(let annotator, let number):
            "annotator \(annotator) has no measurements of number \(number) (annotations '=' with that subtype)"
        case .zeroReferenceMean:
            "the reference measurements have zero mean; ask for the error without normalisation"
        }
    }
}
