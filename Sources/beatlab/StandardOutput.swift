// The C library's streams are global variables; they are only looked at when the command is done.
@preconcurrency import Foundation

/// What commands print.
enum StandardOutput {
    /// Makes sure that all that was printed got where it goes.
    static func finish() throws {
        guard fflush(stdout) == 0, ferror(stdout) == 0 else {
            throw ExitStatus.cannotCreate.failure(
                "cannot write to standard output: is there room where it goes? What was printed is not complete")
        }
    }
}
