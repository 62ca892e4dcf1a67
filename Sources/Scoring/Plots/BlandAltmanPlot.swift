import Foundation

extension SVG {
    /// Differences of RR intervals against their means, with bias and limits of agreement.
    ///
    /// Intervals are counted in squares, whose shade is the logarithm of the count, so that a million intervals draw as
    /// quickly as ten. What lies beyond the axes is drawn at their edge and its number said.
    public static func blandAltman(_ rr: RRAgreement, title: String) -> Self {
        var svg = Self(width: 640, height: 420)
        let means = rr.means.sorted()
        let longest = Double(means.isEmpty ? 1000 : means[Int(0.998 * Double(means.count - 1))])
        let shortest = Double(means.isEmpty ? 0 : means[Int(0.002 * Double(means.count - 1))])
        let deviation = max(10, 6 * (rr.standardDeviation ?? 0))
        let area = PlotArea(
            x: max(0, shortest - 50)...longest + 50, y: -deviation...deviation, left: 70, top: 34, right: 560,
            bottom: 370)
        area.draw(
            in: &svg, title: title, xTitle: "mean of reference and test RR, ms", yTitle: "test − reference, ms")
        var outside = 0
        var counts: [Bin: Int] = [:]
        for (mean, difference) in zip(rr.means, rr.differences) {
            let (x, y) = (Double(mean), Double(difference))
            if !area.x.contains(x) || !area.y.contains(y) { outside += 1 }
            let place = area.place(
                min(max(x, area.x.lowerBound), area.x.upperBound), min(max(y, area.y.lowerBound), area.y.upperBound))
            counts[Bin(x: Int(place.x / 3), y: Int(place.y / 3)), default: 0] += 1
        }
        let greatest = log(Double(counts.values.max() ?? 1) + 1)
        for (bin, count) in counts.sorted(by: { ($0.key.y, $0.key.x) < ($1.key.y, $1.key.x) }) {
            let strength = 0.25 + 0.75 * log(Double(count) + 1) / greatest
            let level = Int(225 - 225 * strength)
            svg.rectangle(
                at: (Double(bin.x) * 3, Double(bin.y) * 3), width: 3, height: 3,
                fill: "rgb(\(level),\(90 + level / 2),\(170 + level / 4))")
        }
        let marks = [("bias", rr.bias), ("+1.96 SD", rr.limits?.upper), ("−1.96 SD", rr.limits?.lower)]
        for (name, value) in marks {
            guard let value, area.y.contains(value) else { continue }
            let point = area.place(area.x.upperBound, value)
            svg.line(from: (area.left, point.y), to: (area.right, point.y), stroke: Ink.test, dashed: name != "bias")
            svg.label(name, at: (point.x + 6, point.y - 2), size: 10, fill: Ink.test)
            svg.label(Column.number(value, "%.1f"), at: (point.x + 6, point.y + 10), size: 10, fill: Ink.test)
        }
        svg.label(
            "\(rr.means.count) intervals, \(outside) beyond the axes", at: (560, 20), size: 11, anchor: .end,
            fill: Ink.faint)
        return svg
    }

    private struct Bin: Hashable {
        var x: Int
        var y: Int
    }
}
