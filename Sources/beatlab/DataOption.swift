import ArgumentParser
import Foundation
import Scoring
import Training

/// Where the recordings are.
struct DataOption: ParsableArguments {
    @Option(help: "Folder of the databases; BEATD_DATA or ../shared/data by default.")
    var data: String?

    var set: RecordSet {
        RecordSet(folder: data ?? ProcessInfo.processInfo.environment["BEATD_DATA"] ?? "../shared/data")
    }
}

/// Writes a line for people; nobody can be told where that fails.
func tell(_ line: String) {
    try? FileHandle.standardError.write(contentsOf: Data((line.visible + "\n").utf8))
}
