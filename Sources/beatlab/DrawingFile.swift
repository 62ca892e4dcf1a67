import Files
import Foundation
import Scoring

/// A drawing as one file: `.svg`, `.png` (by rsvg-convert) or `.html`, as its name ends.
struct DrawingFile {
    /// Suffixes that can be written.
    static let suffixes = ["svg", "png", "html"]

    let path: String

    /// Writes a drawing; `title` is that of the HTML page.
    func write(_ drawing: SVG, title: String) throws {
        guard URL(filePath: path).pathExtension == "html" else { return try write(drawing.text) }
        try OutputFile.write(HTMLPage(title: title, body: "<figure>\(drawing.inline)</figure>").text, to: path)
    }

    /// Writes the text of a drawing, or a PNG of it.
    func write(_ drawing: String) throws {
        if URL(filePath: path).pathExtension == "png" {
            try OutputFile.write(PNGConverter.png(of: drawing), to: path)
        } else {
            try OutputFile.write(drawing, to: path)
        }
    }
}
