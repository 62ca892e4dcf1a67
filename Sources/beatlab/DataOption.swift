import ArgumentParser
import Foundation
import Training

/// Where the recordings are.
struct DataOption: ParsableArguments {
    @Option(help: "Folder of the databases; BEATD_DATA or ../shared/data by default.")
    var data: String?

    var set: RecordSet {
        RecordSet(folder: data ?? ProcessInfo.processInfo.environment["BEATD_DATA"] ?? "../shared/data")
    }
}

/// Writes a line for people.
func tell(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
}
