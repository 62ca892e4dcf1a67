public import Foundation

/// One of the built programs, run as its users run it.
///
///     let outcome = try Program("beatlab").run(["synthesize", "--help"])
///     #expect(outcome.status == 0)
public struct Program: Sendable {
    /// Its name.
    public let name: String

    /// Names a program of this package.
    public init(_ name: String) {
        self.name = name
        path = nil
    }

    /// Names a program of the system, to run ours by.
    public init(_ name: String, at path: String) {
        self.name = name
        self.path = path
    }

    private let path: String?

    /// Where the build put the programs: beside the test bundle, or `$BEATD_PROGRAMS`.
    public static var folder: URL {
        if let folder = ProcessInfo.processInfo.environment["BEATD_PROGRAMS"] { return URL(filePath: folder) }
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    }

    /// The root of the package.
    public static var packageRoot: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// The folder of synthetic records.
    public static var fixtures: URL { packageRoot.appending(path: "fixtures") }

    /// The program's file.
    public var executable: URL { path.map { URL(filePath: $0) } ?? Self.folder.appending(path: name) }

    /// Whether it has been built.
    public var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: executable.path) }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - input: what it finds on standard input; nothing by default.
    ///   - environment: variables to set beside those of the test.
    ///   - directory: where it runs; the package's root by default.
    ///   - room: blocks of 512 bytes that each file it writes may have, as if the disk were full then.
    ///   - limit: seconds after which it is killed and `ProgramError.stillRunning` is thrown.
    public func run(
        _ arguments: [String], input: Data = Data(), environment: [String: String] = [:], in directory: URL? = nil,
        room: Int? = nil, limit: Double = 120
    ) throws -> Outcome {
        let running = try start(arguments, environment: environment, in: directory, room: room)
        running.write(input)
        running.closeInput()
        return try running.finish(limit: limit)
    }

    /// Starts the program, to feed it and to send it signals.
    public func start(
        _ arguments: [String], environment: [String: String] = [:], in directory: URL? = nil, room: Int? = nil
    ) throws -> RunningProgram {
        let folder = directory ?? Self.packageRoot
        guard let room else {
            return try RunningProgram(executable, arguments, environment: environment, directory: folder)
        }
        let script = "trap '' XFSZ; ulimit -f \(room); exec \"$0\" \"$@\""
        return try RunningProgram(
            URL(filePath: "/bin/sh"), ["-c", script, executable.path] + arguments, environment: environment,
            directory: folder)
    }
}

/// How a program ended.
public struct Outcome: Sendable {
    /// Exit status; 128 plus the signal's number where a signal ended it.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: Data
    /// What it wrote to standard error.
    public var errors: String

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// The lines of standard output.
    public var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// What can go wrong with running a program.
public enum ProgramError: Error {
    /// It had not ended in time, and was killed.
    case stillRunning(seconds: Double, errors: String)
    /// It did not print what was waited for.
    case notPrinted(String, seconds: Double, errors: String)
}
