internal import Foundation

/// What the operating system said.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The value of `errno`.
    public var code: Int32

    /// Makes an error of a value of `errno`.
    public init(code: Int32) { self.code = code }

    /// The error of the last call.
    static var last: Self { Self(code: errno) }

    /// The system's words.
    public var description: String { String(cString: strerror(code)) }
}

/// Why a source cannot be opened or read.
public enum SourceError: Error, Equatable, Sendable {
    /// A file, pipe or device cannot be opened.
    case cannotOpen(String, SystemError)
    /// The path exists and is no named pipe.
    case notAPipe(String)
    /// An address cannot be listened on or connected to.
    case unreachable(String, String)
    /// Connections cannot be taken for now.
    case cannotAccept(String, SystemError)
    /// The samples ended before there were any.
    case empty(String)
    /// Reading failed in the middle.
    case cannotRead(String, SystemError)
    /// The bytes are no stream of samples.
    case badStream(String, StreamError)
    /// A record's files are not there or may not be read; in the words of the reader.
    case noRecord(String, String)
    /// A record cannot be read; what was wrong, in the words of the reader.
    case badRecord(String, String)
    /// A record has signals that the stages do not take.
    case unsupportedRecord(String, String)
}

extension SourceError: CustomStringConvertible {
    /// What, where, and the way on.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let error): "cannot open \(path): \(error)"
        case .notAPipe(let path): "\(path) is no named pipe; remove it, or make one with mkfifo"
        case .unreachable(let address, let why): "cannot use \(address): \(why)"
        case .cannotAccept(let address, let error):
            "connections to \(address) have to wait: \(error); the limit of open files may be too low"
        case .empty(let name): "stream \(name): it ended without a sample"
        case .cannotRead(let path, let error): "reading \(path) failed: \(error)"
        case .badStream(let name, let error): "stream \(name): \(error)"
        case .noRecord(let path, let why): "record \(path): \(why)"
        case .badRecord(let path, let why): "record \(path): \(why)"
        case .unsupportedRecord(let path, let why): "record \(path): \(why)"
        }
    }
}
