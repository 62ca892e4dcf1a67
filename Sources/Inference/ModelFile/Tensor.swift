/// Numbers with a shape, row-major: what model files hold.
public struct Tensor: Sendable, Equatable {
    /// Extents, outermost first; empty for a single number.
    public let shape: [Int]
    /// The product of the extents of them.
    public let values: [Float]

    /// Makes a tensor; `values.count` must be the product of the extents.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "a tensor holds as many values as its shape says")
        self.shape = shape
        self.values = values
    }
}
