/// What can go wrong with a WFDB record or annotation file: what, where, and the way on.
public enum WFDBError: Error, Sendable, Equatable {
    /// A file cannot be opened or read; `reason` is the system's.
    case unreadable(path: String, reason: String)
    /// A file cannot be created or written; `reason` is the system's.
    case unwritable(path: String, reason: String)
    /// What is to be written is a file that is read for it.
    case overwritesInput(path: String)
    /// A file is larger than this reader accepts.
    case tooLarge(path: String, bytes: Int64, limit: Int64)
    /// A line of a header makes no sense (lines count from 1).
    case malformedHeader(name: String, line: Int, problem: String)
    /// A file name in a header points out of the record's directory.
    case unsafePath(name: String, path: String)
    /// The signal format is none of those that WFDB defines.
    case unknownFormat(name: String, line: Int, format: Int)
    /// The format cannot be read or written here.
    case unsupportedFormat(SignalFormat, reason: String)
    /// A signal file ends before the length that its header states.
    case truncatedSignal(path: String, framesExpected: Int64, framesFound: Int64)
    /// A compressed signal file cannot be decoded.
    case corruptSignal(path: String, frame: Int64, problem: String)
    /// A segment does not fit the record it belongs to.
    case mismatchedSegment(segment: String, problem: String)
    /// An annotation file breaks off or makes no sense at a byte offset.
    case malformedAnnotation(path: String, offset: Int64, problem: String)
    /// A position outside the record.
    case outOfRange(frame: Int64, frameCount: Int64)
    /// A value that the format to be written cannot hold.
    case unrepresentable(what: String, problem: String)
    /// A CSV file that cannot be read (lines count from 1).
    case csv(path: String, line: Int, problem: String)
    /// An EDF file that cannot be read or written.
    case edf(path: String, problem: String)
}

extension WFDBError: CustomStringConvertible {
    /// The message for people.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason); check the path and its permissions"
        case .unwritable(let path, let reason):
            "cannot write \(path): \(reason); check the folder and its permissions"
        case .overwritesInput(let path):
            "\(path) belongs to the record that is read and would be overwritten; take another name"
        case .tooLarge(let path, let bytes, let limit):
            "\(path) has \(bytes) bytes, more than the \(limit) that are accepted for such a file"
        case .malformedHeader(let name, let line, let problem):
            "header \(name), line \(line): \(problem); see header(5) for the form of this line"
        case .unsafePath(let name, let path):
            "header \(name) names the file \(path), which is not in the record's directory; "
                + "put the file beside the header and name it without a path"
        case .unknownFormat(let name, let line, let format):
            "header \(name), line \(line): signal format \(format) is unknown; "
                + "known are \(SignalFormat.allCases.map { String($0.rawValue) }.joined(separator: " "))"
        case .unsupportedFormat(let format, let reason):
            "signal format \(format.rawValue) \(reason)"
        case .truncatedSignal(let path, let expected, let found):
            "\(path) ends after \(found) of the \(expected) frames that the header states; "
                + "fetch the file again or correct the header's length"
        case .corruptSignal(let path, let frame, let problem):
            "\(path) cannot be decoded at frame \(frame): \(problem); fetch the file again"
        case .mismatchedSegment(let segment, let problem):
            "segment \(segment): \(problem)"
        case .malformedAnnotation(let path, let offset, let problem):
            "\(path), byte \(offset): \(problem); is this an annotation file in MIT format?"
        case .outOfRange(let frame, let count):
            "frame \(frame) is outside the record, which has \(count) frames"
        case .unrepresentable(let what, let problem):
            "\(what) cannot be written: \(problem)"
        case .csv(let path, let line, let problem):
            "\(path), line \(line): \(problem)"
        case .edf(let path, let problem):
            "\(path): \(problem)"
        }
    }
}
