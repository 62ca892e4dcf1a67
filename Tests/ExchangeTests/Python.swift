import Foundation
import Testing

/// The Python that BEATD_PYTHON names, with the packages that are exchanged with: onnx, onnxruntime, safetensors, torch.
enum Python {
    static let path = ProcessInfo.processInfo.environment["BEATD_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
    static let reason: Comment = "BEATD_PYTHON names no Python with the other side"
    static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference")

    /// What a script of Reference/ prints.
    static func run(_ script: String, _ arguments: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: try #require(path))
        process.arguments = [scripts.appending(path: script).path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(script)")
        return data
    }

    /// A folder for what is exchanged, removed afterwards.
    static func withFolder<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beatd-exchange-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
