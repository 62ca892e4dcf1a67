import Foundation

/// Standard input, output and error, which a program may be started without.
enum StandardDescriptors {
    /// Puts something into the places that are empty, lest a file or socket opened later takes one of them and is
    /// written to as standard output: input that has ended, an output that every write to fails, errors that nobody reads.
    static func hold() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            // The lowest number that is free is given: this one.
            _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
