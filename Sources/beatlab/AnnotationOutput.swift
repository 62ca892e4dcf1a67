import ArgumentParser
import Files
import Foundation
import Scoring
import WFDB

/// Where the annotation files of a command go, and what happens with errors on the way.
struct AnnotationOutput: ParsableArguments {
    @Option(name: .shortAndLong, help: "Annotator: the suffix of the files that are written.")
    var annotator = "beatd"

    @Option(name: .shortAndLong, help: "Write into this folder instead of beside the records.")
    var output: String?

    func validate() throws {
        let isName =
            !annotator.isEmpty && annotator.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName else { throw ValidationError("an annotator's name has letters, digits and underscores") }
        guard !["atr", "hea", "dat"].contains(annotator) else {
            throw ValidationError("\(annotator) would overwrite the record's own files; take another name")
        }
    }

    /// Annotates records at once, each by `annotate`, and writes their files; then tells of each in order.
    ///
    /// What could not be done is said on standard error and keeps no other record from being done.
    func write<Summary: Sendable>(
        _ paths: [String], title: String,
        annotate: @escaping @Sendable (String) throws -> (annotations: [Annotation], summary: Summary),
        tell: (String, Summary) -> Void = { _, _ in }
    ) async throws {
        try RecordArguments.requireDistinct(paths.map { (record: $0, file: file(of: $0)) })
        if let output { try OutputFile.makeFolder(output) }
        let progress = ProgressLine(title, count: paths.count)
        let results = await paths.inOrder(
            threads: ProcessInfo.processInfo.activeProcessorCount, finished: progress.update
        ) { path in
            Result {
                let found = try annotate(path)
                try Annotation.write(found.annotations, path: file(of: path))
                return found.summary
            }
        }
        progress.finish()
        var failure: ExitCode?
        for (path, result) in zip(paths, results) {
            switch result {
            case .success(let summary): tell(path, summary)
            case .failure(let error):
                let status = ExitStatus(error) ?? .dataError
                let code = status.failure("\(path): \(ExitStatus.words(of: error))")
                failure = failure ?? code
            }
        }
        if let failure { throw failure }
    }

    private func file(of path: String) -> String {
        let stem = output.map { $0 + "/" + (path.split(separator: "/").last.map(String.init) ?? path) } ?? path
        return "\(stem).\(annotator)"
    }
}
