import Foundation
import Ward

/// Where events go, as a configuration or command line writes it: `-` or `file:PATH`.
enum SinkURL: Equatable, Sendable {
    /// Standard output.
    case standardOutput
    /// A file that is appended to.
    case file(String)

    static let forms = "-, file:PATH"

    init(_ text: String) throws(SinkError) {
        if text == "-" {
            self = .standardOutput
        } else if text.hasPrefix("file:"), !text.contains("?policy="), text.utf8.count > 5, !text.utf8.contains(0) {
            self = .file(String(text.dropFirst(5)))
        } else {
            throw .unknown(text)
        }
    }

    /// A descriptor that takes the events.
    func open() throws(SinkError) -> Int32 {
        switch self {
        case .standardOutput: return STDOUT_FILENO
        case .file(let path):
            let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw .cannotOpen(path, String(cString: strerror(errno))) }
            return descriptor
        }
    }
}

extension SinkURL: CustomStringConvertible {
    var description: String {
        switch self {
        case .standardOutput: "-"
        case .file(let path): "file:\(path)"
        }
    }
}

/// Why events cannot be written.
enum SinkError: Error, Equatable, CustomStringConvertible {
    case unknown(String)
    case cannotOpen(String, String)
    case failed(String)
    case notTaken(lines: Int64)

    var isUnavailable: Bool {
        switch self {
        case .unknown, .cannotOpen: true
        case .failed, .notTaken: false
        }
    }

    var description: String {
        switch self {
        case .unknown(let text):
            "\"\(text)\" is no sink; sinks are \(SinkURL.forms)"
                + (text.contains("?policy=") ? "; their policy stands in a configuration file" : "")
        case .cannotOpen(let path, let why): "cannot write to \(path): \(why)"
        case .failed(let why): "writing events failed: \(why)"
        case .notTaken(let lines): "\(lines) lines of events are lost: their reader did not take them in time"
        }
    }
}

/// A sink with its policy.
struct SinkSettings: Equatable, Sendable {
    var url: SinkURL
    var policy: EventSink.Policy = .wait
}
