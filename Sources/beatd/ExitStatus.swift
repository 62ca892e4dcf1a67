import Acquisition
import ArgumentParser
import Inference

/// Exit codes, as sysexits(3) has them: the one table of the program.
enum ExitStatus: Int32, CaseIterable {
    /// Everything asked for was done.
    case ok = 0
    /// The command line cannot be understood.
    case usage = 64
    /// The samples, the record or the model file are not what they should be.
    case dataError = 65
    /// A file, pipe, device or record is not there.
    case noInput = 66
    /// An address cannot be used.
    case unavailable = 69
    /// The program is at fault.
    case software = 70
    /// Reading or writing failed in the middle.
    case ioError = 74
    /// The configuration file is wrong.
    case configuration = 78

    /// The table for the help text.
    static let table = """
        0 done, 64 command line, 65 malformed samples, record or model, 66 input not there, 69 address not usable, \
        70 internal error, 74 input or output failed, 78 configuration.
        """

    /// The code of an error.
    init(_ error: any Error) {
        switch error {
        case let error as SourceError: self.init(error)
        case is ConfigurationError: self = .configuration
        case is SourceURLError, is StreamError: self = .usage
        case let error as ModelFailure: self = error.isMissing ? .noInput : .dataError
        case let error as SinkError: self = error.isUnavailable ? .unavailable : .ioError
        default: self = .software
        }
    }

    private init(_ error: SourceError) {
        switch error {
        case .cannotOpen, .notAPipe, .noRecord: self = .noInput
        case .unreachable, .cannotAccept: self = .unavailable
        case .cannotRead: self = .ioError
        case .empty, .badStream, .badRecord, .unsupportedRecord: self = .dataError
        }
    }

    /// What ends the program.
    var code: ExitCode { ExitCode(rawValue) }
}
