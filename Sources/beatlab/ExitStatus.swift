import ArgumentParser

/// Exit codes of `beatlab`, those of sysexits.h.
enum ExitStatus: Int32 {
    /// The command line makes no sense.
    case usage = 64
    /// The data makes no sense.
    case dataError = 65
    /// An input file is missing or cannot be read.
    case noInput = 66
    /// A program or library that was asked for is missing.
    case unavailable = 69
    /// An output file, or standard output, cannot be written.
    case cannotCreate = 73

    /// Says what went wrong on standard error and ends the command with this code.
    func failure(_ message: String) -> ExitCode {
        tell("beatlab: \(message)")
        return ExitCode(rawValue)
    }
}
