/// Why OpenBLAS cannot be used.
public enum BLASError: Error, CustomStringConvertible, Equatable {
    /// None of `names` could be loaded; `reason` is the dynamic loader's last message.
    case notFound(names: [String], reason: String)
    /// The library at `name` lacks the function `symbol`.
    case missingSymbol(String, library: String)

    /// What happened and what to do about it.
    public var description: String {
        switch self {
        case .notFound(let names, let reason):
            "OpenBLAS not found (tried \(names.joined(separator: ", ")): \(reason)). "
                + "Install it: apt-get install libopenblas0-pthread"
        case .missingSymbol(let symbol, let library):
            "\(library) has no function \(symbol): it is not a complete OpenBLAS. Install libopenblas0-pthread"
        }
    }
}
