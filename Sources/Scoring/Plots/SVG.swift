import Foundation

/// A drawing in Scalable Vector Graphics, element by element, later ones on top.
///
///     var svg = SVG(width: 200, height: 100)
///     svg.line(from: (0, 50), to: (200, 50), stroke: Ink.grid)
///     try svg.text.write(toFile: "line.svg", atomically: true, encoding: .utf8)
public struct SVG: Sendable {
    /// Size in pixels.
    public let width: Double
    /// Size in pixels.
    public let height: Double
    private var elements: [String] = []

    /// A place in pixels, from the top left.
    package typealias Point = (x: Double, y: Double)

    /// Which point of a text is at its place.
    package enum Anchor: String {
        case start, middle, end
    }

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The whole drawing as a file of its own, on white.
    public var text: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width))" height="\(Self.number(height))" \
        viewBox="0 0 \(Self.number(width)) \(Self.number(height))" font-family="sans-serif">
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(elements.joined(separator: "\n"))
        </svg>

        """
    }

    /// The drawing as an element inside of an HTML page.
    public var inline: String {
        """
        <svg viewBox="0 0 \(Self.number(width)) \(Self.number(height))" width="\(Self.number(width))" \
        font-family="sans-serif" role="img">
        \(elements.joined(separator: "\n"))
        </svg>
        """
    }

    package mutating func line(from a: Point, to b: Point, stroke: String, width: Double = 1, dashed: Bool = false) {
        let dash = dashed ? " stroke-dasharray=\"5 4\"" : ""
        elements.append(
            "<line x1=\"\(Self.number(a.x))\" y1=\"\(Self.number(a.y))\" x2=\"\(Self.number(b.x))\" "
                + "y2=\"\(Self.number(b.y))\" stroke=\"\(stroke)\" stroke-width=\"\(Self.number(width))\"\(dash)/>")
    }

    package mutating func rectangle(
        at origin: Point, width: Double, height: Double, fill: String, stroke: String? = nil
    ) {
        let outline = stroke.map { " stroke=\"\($0)\"" } ?? ""
        elements.append(
            "<rect x=\"\(Self.number(origin.x))\" y=\"\(Self.number(origin.y))\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(height))\" fill=\"\(fill)\"\(outline)/>")
    }

    /// An area; `path` is the data of a path element.
    package mutating func area(_ path: String, fill: String) {
        elements.append("<path d=\"\(path)\" fill=\"\(fill)\"/>")
    }

    package mutating func circle(at center: Point, radius: Double, fill: String, stroke: String = "none") {
        elements.append(
            "<circle cx=\"\(Self.number(center.x))\" cy=\"\(Self.number(center.y))\" r=\"\(Self.number(radius))\" "
                + "fill=\"\(fill)\" stroke=\"\(stroke)\"/>")
    }

    /// A line through points; a new stroke begins after each nil.
    package mutating func polyline(_ points: [Point?], stroke: String, width: Double = 1.5) {
        var path = ""
        var isDown = false
        for point in points {
            guard let point else {
                isDown = false
                continue
            }
            path += (isDown ? "L" : "M") + Self.number(point.x) + " " + Self.number(point.y)
            isDown = true
        }
        guard !path.isEmpty else { return }
        elements.append(
            "<path d=\"\(path)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(Self.number(width))\" "
                + "stroke-linejoin=\"round\"/>")
    }

    package mutating func label(
        _ text: String, at point: Point, size: Double = 12, anchor: Anchor = .start, fill: String = Ink.text,
        bold: Bool = false, turned: Bool = false
    ) {
        let place = "x=\"\(Self.number(point.x))\" y=\"\(Self.number(point.y))\""
        let turn = turned ? " transform=\"rotate(-90 \(Self.number(point.x)) \(Self.number(point.y)))\"" : ""
        elements.append(
            "<text \(place) font-size=\"\(Self.number(size))\" text-anchor=\"\(anchor.rawValue)\" fill=\"\(fill)\""
                + (bold ? " font-weight=\"bold\"" : "") + "\(turn)>\(Self.escaped(text))</text>")
    }

    /// Two decimals at most: a tenth of a pixel is enough.
    package static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let rounded = (value * 100).rounded() / 100
        return rounded == rounded.rounded() && abs(rounded) < 1e9 ? String(Int(rounded)) : "\(rounded)"
    }

    /// A text as it stands in an element: XML has no control characters.
    package static func escaped(_ text: String) -> String {
        text.visible.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

/// The colours of all plots; told apart with colour-blind eyes too (Okabe & Ito).
package enum Ink {
    package static let text = "#1b1f24"
    package static let faint = "#6b7280"
    package static let grid = "#e3e6ea"
    package static let reference = "#0072b2"
    package static let test = "#d55e00"
    package static let wrong = "#b3123b"
    package static let series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
}
