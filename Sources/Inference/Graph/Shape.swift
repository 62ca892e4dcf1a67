/// The extent of one sample of a value in the graph, without the batch dimension; channels are the last axis.
///
///     let waveform: Shape = [256, 2]     // (L, C): 256 samples of 2 leads
///     waveform.channels                  // 2
///     waveform.positions                 // 256
///
/// Layouts: `(L, C)` for signals, `(H, W, C)` for pictures, `(F)` for vectors, `(T, F)` for sequences.
public struct Shape: Sendable, Hashable, Codable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// Extents, outermost first.
    public let dimensions: [Int]

    /// Makes a shape from its extents; `GraphBuilder` refuses extents below 1 and shapes over `maximumCount`.
    public init(_ dimensions: [Int]) { self.dimensions = dimensions }

    /// Makes a shape from its extents.
    public init(arrayLiteral elements: Int...) { self.dimensions = elements }

    /// Number of axes.
    public var rank: Int { dimensions.count }
    /// Extent of the last axis, 1 for an empty shape.
    public var channels: Int { dimensions.last ?? 1 }
    /// Number of elements.
    public var count: Int { dimensions.reduce(1, *) }
    /// Number of channel vectors: the product of all axes but the last.
    public var positions: Int { dimensions.dropLast().reduce(1, *) }
    /// One extent.
    public subscript(axis: Int) -> Int { dimensions[axis] }

    /// `(256, 2)`.
    public var description: String { "(" + dimensions.map(String.init).joined(separator: ", ") + ")" }

    /// Elements that one sample of one value may have: larger graphs come from a damaged or hostile file.
    public static let maximumCount = 1 << 28

    /// Whether every extent is positive and the whole stays under `maximumCount`.
    var isSound: Bool {
        var count = 1
        for extent in dimensions {
            guard extent > 0, extent <= Self.maximumCount else { return false }
            count *= extent
            guard count <= Self.maximumCount else { return false }
        }
        return rank <= 8
    }
}
