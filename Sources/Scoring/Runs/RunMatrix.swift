/// How long the run of one annotator was where the other had one: lengths 0 to 5 and "more than 5".
///
/// Rows are lengths of the reference, columns those of the test.
public struct RunMatrix: Sendable, Equatable, Codable {
    /// The length that stands for more than five beats.
    public static let longest = 6
    private var counts = [Int](repeating: 0, count: 49)

    /// Makes an empty matrix.
    public init() {}

    /// Runs of those lengths, each 0...6.
    public internal(set) subscript(reference: Int, test: Int) -> Int {
        get { counts[reference * 7 + test] }
        set { counts[reference * 7 + test] = newValue }
    }

    /// Runs whose length lies in ranges.
    public func sum(_ references: ClosedRange<Int>, _ tests: ClosedRange<Int>) -> Int {
        references.reduce(0) { sum, reference in tests.reduce(sum) { $0 + self[reference, $1] } }
    }
}
