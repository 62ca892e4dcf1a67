/// One curve of a noise ladder: how one detector does at each signal-to-noise ratio.
public struct LadderCurve: Sendable, Codable, Equatable {
    /// One step of the ladder.
    public struct Step: Sendable, Codable, Equatable {
        /// Signal-to-noise ratio in dB.
        public var decibels: Double
        /// QRS sensitivity, 0 to 1.
        public var sensitivity: Double
        /// QRS positive predictivity, 0 to 1.
        public var predictivity: Double

        /// Makes a step.
        public init(decibels: Double, sensitivity: Double, predictivity: Double) {
            self.decibels = decibels
            self.sensitivity = sensitivity
            self.predictivity = predictivity
        }
    }

    /// Name of the detector or annotator.
    public var name: String
    /// The steps, in any order.
    public var steps: [Step]

    /// Makes a curve.
    public init(name: String, steps: [Step]) {
        self.name = name
        self.steps = steps
    }
}

extension SVG {
    /// Sensitivity and positive predictivity against the signal-to-noise ratio, the noisiest at the right.
    public static func ladder(_ curves: [LadderCurve], title: String) -> Self {
        var svg = Self(width: 860, height: 400)
        let steps = curves.flatMap(\.steps)
        let ratios = Set(steps.map(\.decibels)).sorted()
        let lowest = steps.map { min($0.sensitivity, $0.predictivity) }.min() ?? 0
        let floor = max(0, (lowest * 100 / 5).rounded(.down) * 5 - 2)
        let panels: [(String, (LadderCurve.Step) -> Double)] = [
            ("sensitivity", { $0.sensitivity }), ("positive predictivity", { $0.predictivity }),
        ]
        for (index, (name, value)) in panels.enumerated() {
            let left = 62 + Double(index) * 400
            // The axis runs from much signal to much noise.
            let area = PlotArea(
                x: -(ratios.last ?? 24) - 1...(-(ratios.first ?? -6) + 1), y: floor...100.5, left: left, top: 52,
                right: left + 330, bottom: 330)
            area.draw(in: &svg, title: "", xTitle: "", yTitle: "", xTicks: [])
            svg.label("QRS " + name + ", %", at: (left, 44), size: 12, bold: true)
            for ratio in ratios {
                let x = area.place(-ratio, floor).x
                svg.line(from: (x, area.top), to: (x, area.bottom), stroke: Ink.grid)
                svg.label(PlotArea.text(ratio), at: (x, area.bottom + 16), size: 11, anchor: .middle, fill: Ink.faint)
            }
            svg.label("signal-to-noise ratio, dB", at: (left + 165, area.bottom + 34), anchor: .middle)
            for (number, curve) in curves.enumerated() {
                let ink = Ink.series[number % Ink.series.count]
                let points = curve.steps.sorted { $0.decibels > $1.decibels }.map {
                    area.place(-$0.decibels, 100 * value($0))
                }
                svg.polyline(points, stroke: ink, width: 2)
                for point in points { svg.circle(at: point, radius: 3.5, fill: ink) }
            }
        }
        svg.label(title, at: (62, 20), size: 14, bold: true)
        for (number, curve) in curves.enumerated() {
            let x = 62 + Double(number) * 150
            svg.rectangle(at: (x, 380), width: 14, height: 4, fill: Ink.series[number % Ink.series.count])
            svg.label(curve.name, at: (x + 20, 386))
        }
        return svg
    }
}
