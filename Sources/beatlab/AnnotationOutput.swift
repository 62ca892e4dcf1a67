import ArgumentParser
import Foundation
import WFDB

/// Where the annotation files of a command go, and what happens with errors on the way.
struct AnnotationOutput: ParsableArguments {
    @Option(name: .shortAndLong, help: "Annotator: the suffix of the files that are written.")
    var annotator = "beatd"

    @Option(name: .shortAndLong, help: "Write into this folder instead of beside the records.")
    var output: String?

    func validate() throws {
        guard !annotator.isEmpty, annotator.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
            throw ValidationError("an annotator's name is made of letters, digits and _")
        }
        guard !["atr", "hea", "dat"].contains(annotator) else {
            throw ValidationError("\(annotator) would overwrite the record's own files; take another name")
        }
    }

    /// Annotates records at once, each by `annotate`, and writes their files; says what could not be done.
    func write(
        _ paths: [String], title: String, annotate: @escaping @Sendable (String) throws -> [Annotation]
    ) async throws {
        if let output {
            do {
                try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            } catch {
                throw ExitStatus.cannotCreate.failure("cannot make the folder \(output): check that it may be made")
            }
        }
        let progress = ProgressLine(title, count: paths.count)
        let failures = await withTaskGroup(of: (any Error)?.self) { group in
            var failures: [any Error] = []
            var upcoming = paths.makeIterator()
            func start() {
                guard let path = upcoming.next() else { return }
                group.addTask { await Self.attempt(path) { try write(annotate(path), of: path) } }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { start() }
            var done = 0
            while let failure = await group.next() {
                if let failure { failures.append(failure) }
                done += 1
                progress.update(done)
                start()
            }
            return failures
        }
        progress.finish()
        if let first = failures.first { throw first }
    }

    private func write(_ annotations: [Annotation], of path: String) throws {
        let stem = output.map { $0 + "/" + (path.split(separator: "/").last.map(String.init) ?? path) } ?? path
        try Annotation.write(annotations, path: "\(stem).\(annotator)")
    }

    /// Runs a step on a record; the result is the exit code of what went wrong, which has been said.
    private static func attempt(_ path: String, _ body: () throws -> Void) async -> (any Error)? {
        do {
            try body()
            return nil
        } catch let error as WFDBError {
            if case .unwritable = error { return ExitStatus.cannotCreate.failure("\(path): \(error)") }
            return ExitStatus.noInput.failure("\(path): \(error)")
        } catch {
            return ExitStatus.dataError.failure("\(path): \(error)")
        }
    }
}
