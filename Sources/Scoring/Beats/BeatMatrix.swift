/// The beat-by-beat confusion matrix of EC57: how often a reference label met a test label.
///
///     var matrix = BeatMatrix()
///     matrix.count(reference: .ventricular, test: .normal)
///     matrix[.ventricular, .normal]           // 1
///     matrix.sensitivity(of: .ventricular)    // 0/1
///
/// Rows are reference labels, columns test labels; five classes, `absent` (O) and `shutdown` (X) each. The corner
/// where both are pseudo-labels stays empty.
public struct BeatMatrix: Sendable, Equatable {
    private var counts = [Int](repeating: 0, count: 49)

    /// Makes an empty matrix.
    public init() {}

    /// How often that reference label met that test label.
    public subscript(reference: BeatLabel, test: BeatLabel) -> Int {
        counts[reference.rawValue * 7 + test.rawValue]
    }

    /// Counts pairs.
    ///
    /// A pair of two pseudo-labels says nothing and is ignored.
    public mutating func count(reference: BeatLabel, test: BeatLabel, times: Int = 1) {
        guard reference.beatClass != nil || test.beatClass != nil else { return }
        counts[reference.rawValue * 7 + test.rawValue] += times
    }

    /// Adds another matrix, cell by cell: the gross statistics of several records are those of the sum.
    public static func += (sum: inout Self, other: Self) {
        for index in sum.counts.indices { sum.counts[index] += other.counts[index] }
    }

    /// The sum of several matrices.
    public static func gross(_ matrices: some Sequence<Self>) -> Self {
        matrices.reduce(into: Self()) { $0 += $1 }
    }

    /// Pairs with a reference label of one set and a test label of another.
    public func sum(_ references: [BeatLabel], _ tests: [BeatLabel]) -> Int {
        references.reduce(0) { sum, reference in tests.reduce(sum) { $0 + self[reference, $1] } }
    }
}

extension BeatMatrix: Codable {
    /// Reads rows of seven counts in the order N S V F Q O X.
    public init(from decoder: any Decoder) throws {
        let rows = try [[Int]](from: decoder)
        guard rows.count == 7, rows.allSatisfy({ $0.count == 7 && $0.allSatisfy { $0 >= 0 } }) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a beat matrix is 7 rows of 7 counts"))
        }
        counts = rows.flatMap { $0 }
    }

    /// Writes rows of seven counts in the order N S V F Q O X.
    public func encode(to encoder: any Encoder) throws {
        try rows.encode(to: encoder)
    }

    /// Rows of seven counts in the order N S V F Q O X.
    public var rows: [[Int]] { (0..<7).map { Array(counts[$0 * 7..<$0 * 7 + 7]) } }
}
