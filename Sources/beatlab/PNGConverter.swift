import Files
import Foundation

/// Makes PNGs of drawings with `rsvg-convert`.
enum PNGConverter {
    private static let program: URL? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(filePath: "\($0)/rsvg-convert") }.first {
            FileManager.default.isExecutableFile(atPath: $0.path)
        }
    }()

    /// Whether the program is there.
    static var isInstalled: Bool { program != nil }

    /// The bytes of a PNG of a drawing, twice as large.
    static func png(of drawing: String) throws -> [UInt8] {
        guard let program else {
            throw ExitStatus.unavailable.failure(
                "rsvg-convert is needed for PNG (Debian: librsvg2-bin); .svg needs nothing")
        }
        let output = Pipe()
        let process = Process()
        process.executableURL = program
        process.arguments = ["--zoom", "2"]
        process.standardInput = try input(drawing)
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ExitStatus.dataError.failure("rsvg-convert cannot draw this as PNG; .svg needs nothing")
        }
        return [UInt8](bytes)
    }

    /// The drawing to read, from a file without a name: a pipe would end this program where the other one ends early.
    private static func input(_ drawing: String) throws -> FileHandle {
        let url = FileManager.default.temporaryDirectory.appending(path: "beatlab-\(UUID().uuidString).svg")
        try OutputFile.write(drawing, to: url.path)
        defer { try? FileManager.default.removeItem(at: url) }
        return try FileHandle(forReadingFrom: url)
    }
}
