public import Foundation

/// A program that runs: write to it, wait for its lines, send it signals.
///
/// Standard output and standard error go to files, so that no pipe can fill up.
public final class RunningProgram {
    private let process = Process()
    private let input = Pipe()
    private let folder: URL
    private let ended = DispatchSemaphore(value: 0)

    init(_ executable: URL, _ arguments: [String], environment: [String: String], directory: URL) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["out", "err"] {
            _ = FileManager.default.createFile(atPath: folder.appending(path: name).path, contents: nil)
        }
        // Writing to a program that has ended is a result to look at, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
        process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
        try input.fileHandleForReading.close()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// Its process identifier.
    public var identifier: Int32 { process.processIdentifier }

    /// Writes to its standard input; false where it no longer reads.
    @discardableResult
    public func write(_ data: Data) -> Bool {
        guard !data.isEmpty else { return true }
        return (try? input.fileHandleForWriting.write(contentsOf: data)) != nil
    }

    /// Ends its standard input.
    public func closeInput() { try? input.fileHandleForWriting.close() }

    /// Sends it a signal.
    public func send(signal number: Int32) { kill(process.processIdentifier, number) }

    /// What it has written to standard output so far.
    public var output: Data { (try? Data(contentsOf: folder.appending(path: "out"))) ?? Data() }

    /// What it has written to standard error so far.
    public var errors: String {
        String(decoding: (try? Data(contentsOf: folder.appending(path: "err"))) ?? Data(), as: UTF8.self)
    }

    /// Waits until it has printed something, to either stream.
    public func wait(for words: String, limit: Double = 60) throws {
        try wait(until: words, limit: limit) {
            String(decoding: output, as: UTF8.self).contains(words) || errors.contains(words)
        }
    }

    /// Waits until it has printed a line to standard output that is as wanted.
    public func waitForLine(limit: Double = 60, _ isWanted: (Substring) -> Bool) throws {
        try wait(until: "a line", limit: limit) {
            String(decoding: output, as: UTF8.self).split(separator: "\n").contains(where: isWanted)
        }
    }

    private func wait(until what: String, limit: Double, _ isThere: () -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: limit)
        while !isThere() {
            guard Date() < deadline else { throw ProgramError.notPrinted(what, seconds: limit, errors: errors) }
            // Returns at once when it has ended: nothing more will come.
            if ended.wait(timeout: .now() + 0.01) == .success {
                ended.signal()
                if isThere() { return }
                throw ProgramError.notPrinted(what, seconds: limit, errors: errors)
            }
        }
    }

    /// Waits for its end.
    public func finish(limit: Double = 120) throws -> Outcome {
        guard ended.wait(timeout: .now() + limit) == .success else {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            throw ProgramError.stillRunning(seconds: limit, errors: errors)
        }
        ended.signal()
        process.waitUntilExit()
        let status = process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
        return Outcome(status: status, output: output, errors: errors)
    }
}
