/// Why a file or folder could not be written.
public struct UnwritableFile: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path as it was given.
    public let path: String
    /// The system's reason.
    public let reason: String

    /// Makes an error.
    public init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// What, why and the way on.
    public var description: String {
        "cannot write \(path): \(reason); check that its folder exists and is yours, and that there is room"
    }
}
