import Foundation

/// A pair of axes inside a drawing: turns values into places, draws grid, ticks and titles.
package struct PlotArea {
    /// Ranges of the two axes, in values.
    package let x: ClosedRange<Double>
    package let y: ClosedRange<Double>
    /// Edges in pixels.
    package let left, top, right, bottom: Double

    package init(
        x: ClosedRange<Double>, y: ClosedRange<Double>, left: Double, top: Double, right: Double, bottom: Double
    ) {
        // A range without width would have no scale.
        self.x = x.lowerBound < x.upperBound ? x : x.lowerBound - 0.5...x.upperBound + 0.5
        self.y = y.lowerBound < y.upperBound ? y : y.lowerBound - 0.5...y.upperBound + 0.5
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    package func place(_ valueX: Double, _ valueY: Double) -> SVG.Point {
        (
            left + (valueX - x.lowerBound) / (x.upperBound - x.lowerBound) * (right - left),
            bottom - (valueY - y.lowerBound) / (y.upperBound - y.lowerBound) * (bottom - top)
        )
    }

    package func draw(in svg: inout SVG, title: String, xTitle: String, yTitle: String, xTicks: [Double]? = nil) {
        for value in xTicks ?? Self.ticks(x) where x.contains(value) {
            let point = place(value, y.lowerBound)
            svg.line(from: (point.x, top), to: (point.x, bottom), stroke: Ink.grid)
            svg.label(Self.text(value), at: (point.x, bottom + 16), size: 11, anchor: .middle, fill: Ink.faint)
        }
        for value in Self.ticks(y) {
            let point = place(x.lowerBound, value)
            svg.line(from: (left, point.y), to: (right, point.y), stroke: Ink.grid)
            svg.label(Self.text(value), at: (left - 6, point.y + 4), size: 11, anchor: .end, fill: Ink.faint)
        }
        svg.line(from: (left, bottom), to: (right, bottom), stroke: Ink.faint)
        svg.line(from: (left, top), to: (left, bottom), stroke: Ink.faint)
        svg.label(title, at: (left, 20), size: 14, bold: true)
        svg.label(xTitle, at: ((left + right) / 2, bottom + 36), anchor: .middle)
        svg.label(yTitle, at: (14, (top + bottom) / 2), anchor: .middle, turned: true)
    }

    /// Four to nine round values inside a range.
    package static func ticks(_ range: ClosedRange<Double>) -> [Double] {
        let span = range.upperBound - range.lowerBound
        guard span.isFinite, span > 0 else { return [range.lowerBound] }
        let power = pow(10, (log10(span / 5)).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 8 } ?? 10 * power
        let first = (range.lowerBound / step - 1e-9).rounded(.up)
        let last = (range.upperBound / step + 1e-9).rounded(.down)
        guard last >= first, last - first < 100 else { return [] }
        return (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    package static func text(_ value: Double) -> String {
        let text = String(format: "%.6g", value)
        return text == "-0" ? "0" : text
    }
}
