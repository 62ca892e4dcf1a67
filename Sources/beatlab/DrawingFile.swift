import Foundation
import Scoring

/// A drawing as one file: `.svg`, `.png` (by rsvg-convert) or `.html`, as its name ends.
struct DrawingFile {
    /// Suffixes that can be written.
    static let suffixes = ["svg", "png", "html"]

    let path: String

    /// Writes a drawing; `title` is that of the HTML page.
    func write(_ drawing: SVG, title: String) throws {
        let suffix = URL(filePath: path).pathExtension
        switch suffix {
        case "html": try write(HTMLPage(title: title, body: "<figure>\(drawing.inline)</figure>").text, to: path)
        case "png":
            let vectors = path + ".svg"
            try write(drawing.text, to: vectors)
            defer { try? FileManager.default.removeItem(atPath: vectors) }
            try Self.convert(vectors, to: path)
        default: try write(drawing.text, to: path)
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            throw ExitStatus.cannotCreate.failure("cannot write \(path): check that its folder exists and is yours")
        }
    }

    /// Makes a PNG of an SVG file, twice as large.
    static func convert(_ vectors: String, to path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["rsvg-convert", "--zoom", "2", "--output", path, vectors]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ExitStatus.unavailable.failure(
                "rsvg-convert is needed for PNG (Debian: librsvg2-bin); .svg needs nothing")
        }
    }
}
