import ArgumentParser
import Detection
import Foundation
import WFDB

/// `beatlab detect`: finds R peaks in records and writes them as annotation files.
struct DetectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detect",
        abstract: "Finds R peaks in records and writes annotation files.",
        discussion: """
            Runs the daemon's detector over whole records, all leads with a voltage together, and writes every R peak \
            as a normal beat (N) into RECORD.ANNOTATOR. Prints the number of beats and the mean rate of every record.

            Examples:
              beatlab detect mitdb/100 mitdb/101
              beatlab detect --annotator qrs --output found mitdb
              beatlab detect mitdb && beatlab score --test beatd --from 0 --format line --totals mitdb

            Exit codes: 0 done, 64 wrong usage, 65 a record that cannot be used, 66 a record is missing, 73 no output. \
            A record that fails does not keep the others from being done.
            """)

    @OptionGroup var records: RecordArguments

    @Option(name: .shortAndLong, help: "Name of the annotation files: RECORD.NAME.")
    var annotator = "beatd"

    @Option(name: .shortAndLong, help: "Folder for the annotation files, if not beside the records.")
    var output: String?

    @Option(name: .shortAndLong, help: "Use this lead only, by its number from 0 on.")
    var lead: Int?

    func validate() throws {
        let isName =
            !annotator.isEmpty && annotator.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        guard isName else { throw ValidationError("an annotator's name has letters, digits and underscores") }
        guard annotator != "hea", annotator != "dat" else {
            throw ValidationError("\(annotator) is the name of a record's own files, not of an annotator")
        }
        guard lead ?? 0 >= 0 else { throw ValidationError("leads are counted from 0") }
    }

    func run() async throws {
        let paths = try records.paths()
        do {
            if let output { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) }
        } catch {
            throw ExitStatus.cannotCreate.failure("cannot make the folder \(output ?? ""): check its path and yours")
        }
        let results = try await detect(paths)
        var failure: ExitStatus?
        for (path, result) in zip(paths, results) {
            switch result {
            case .success(let found):
                print("\(path): \(found.beats) beats\(found.rate.map { ", mean rate \(Int($0.rounded())) bpm" } ?? "")")
            case .failure(let problem):
                _ = problem.status.failure("\(path): \(problem.message)")
                failure = failure ?? problem.status
            }
        }
        if let failure { throw ExitCode(failure.rawValue) }
    }

    /// Works on as many records at a time as there are cores.
    private func detect(_ paths: [String]) async throws -> [Result<RecordPeaks.Summary, DetectProblem>] {
        let progress = ProgressLine("detecting", count: paths.count)
        defer { progress.finish() }
        return await withTaskGroup(of: (Int, Result<RecordPeaks.Summary, DetectProblem>).self) { group in
            var results = paths.map { _ in Result<RecordPeaks.Summary, DetectProblem>.success(.init()) }
            var upcoming = paths.enumerated().makeIterator()
            func start() {
                guard let (index, path) = upcoming.next() else { return }
                group.addTask { (index, Result { () throws(DetectProblem) in try annotate(path) }) }
            }
            for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { start() }
            var done = 0
            while let (index, result) = await group.next() {
                results[index] = result
                done += 1
                progress.update(done)
                start()
            }
            return results
        }
    }

    private func annotate(_ path: String) throws(DetectProblem) -> RecordPeaks.Summary {
        let peaks: RecordPeaks
        do {
            peaks = try RecordPeaks(path: path, lead: lead)
        } catch let problem as DetectProblem {
            throw problem
        } catch {
            throw DetectProblem(status: .noInput, message: "\(error)")
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do {
            try Annotation.write(peaks.annotations, path: "\(output.map { "\($0)/\(name)" } ?? path).\(annotator)")
        } catch {
            throw DetectProblem(status: .cannotCreate, message: "\(error); name a folder with --output")
        }
        return peaks.summary
    }
}

/// Why a record was not annotated.
struct DetectProblem: Error {
    var status: ExitStatus
    var message: String
}
