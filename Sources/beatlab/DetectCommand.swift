import ArgumentParser

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

    @OptionGroup var output: AnnotationOutput

    @Option(name: .shortAndLong, help: "Use this lead only, by its number from 0 on.")
    var lead: Int?

    func validate() throws {
        guard lead ?? 0 >= 0 else { throw ValidationError("leads are counted from 0") }
    }

    func run() async throws {
        try await output.write(try records.paths(), title: "detecting") { path in
            let peaks = try RecordPeaks(path: path, lead: lead)
            return (peaks.annotations, peaks.summary)
        } tell: { path, found in
            print("\(path): \(found.beats) beats\(found.rate.map { ", mean rate \(Int($0.rounded())) bpm" } ?? "")")
        }
    }
}
