/// Where a complex would be marked as an R peak by its own deflections.
struct Fiducial: Sendable, Codable {
    /// Counted from the stream's origin.
    var frame: Int64
    /// The lead in which it was looked for.
    var lead: Int
    /// Whether it is the deepest point and not the highest.
    var isDown: Bool
}
