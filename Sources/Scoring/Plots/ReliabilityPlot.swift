extension SVG {
    /// A reliability diagram: how often predictions were right against how sure they were.
    ///
    /// `label` is the class that a calibration of one class against the others is of.
    public static func reliability(_ calibration: Calibration, title: String, label: String? = nil) -> Self {
        var svg = Self(width: 440, height: 440)
        let area = PlotArea(x: 0...1, y: 0...1, left: 62, top: 34, right: 412, bottom: 384)
        area.draw(
            in: &svg, title: title, xTitle: "probability of " + (label ?? "the chosen class"),
            yTitle: "share that was " + (label ?? "right"))
        svg.line(from: area.place(0, 0), to: area.place(1, 1), stroke: Ink.faint, dashed: true)
        let greatest = Double(calibration.bins.map(\.count).max() ?? 1)
        let width = (area.right - area.left) / Double(calibration.bins.count)
        var points: [SVG.Point?] = []
        for (index, bin) in calibration.bins.enumerated() {
            guard let confidence = bin.confidence, let accuracy = bin.accuracy else { continue }
            // How many predictions: bars at the bottom, up to a fifth of the height.
            let height = 0.2 * (area.bottom - area.top) * Double(bin.count) / greatest
            svg.rectangle(
                at: (area.left + Double(index) * width + 1, area.bottom - height), width: width - 2, height: height,
                fill: "#d8e3ee")
            points.append(area.place(confidence, accuracy))
        }
        svg.polyline(points, stroke: Ink.reference, width: 2)
        for case let point? in points { svg.circle(at: point, radius: 3.5, fill: Ink.reference) }
        if let error = calibration.expectedError {
            svg.label(
                "ECE \(Column.number(100 * error, "%.2f")) %, \(calibration.count) beats", at: (area.left + 10, 52),
                size: 11, fill: Ink.faint)
        }
        return svg
    }
}
