import Extraction
import Foundation
import Inference
import Scoring
import Signal

/// A beat's explanation as a drawing: waveforms, scalograms and intervals at the left, votes and features at the right.
///
/// Waveforms, what they are worth to each expert, and scalograms share one axis of time, in ms from the R peak.
struct ExplanationChart {
    let explanation: BeatExplanation
    private var svg = SVG(width: 1240, height: 1)

    private let left = 76.0
    private let right = 640.0
    private let column = 706.0
    private let edge = 1220.0
    private let laneHeight = 150.0

    init(_ explanation: BeatExplanation) { self.explanation = explanation }

    /// The drawing.
    var drawing: SVG {
        var copy = self
        // The height is known when all is drawn: once to measure, once to draw.
        copy.svg = SVG(width: 1240, height: copy.draw() + 12)
        _ = copy.draw()
        return copy.svg
    }

    /// Draws everything; the result is the lowest place used.
    private mutating func draw() -> Double {
        // Names of records may be long: bold letters are .7 of their size wide.
        let size = min(18, (edge - 20) / (0.7 * Double(max(explanation.title.count, 1))))
        svg.label(explanation.title, at: (20, 28), size: size, bold: true)
        svg.label(explanation.summary, at: (20, 50), size: 13)
        let name = "model \(explanation.model.name) \(explanation.model.digest.prefix(12))"
        svg.label(name, at: (edge, 50), size: 11, anchor: .end, fill: Ink.faint)
        var bottom = 84.0
        for lead in 0..<LeadSelection.count { bottom = drawLead(lead, top: bottom) }
        bottom = drawScale(top: bottom - 22)
        bottom = drawScalograms(top: bottom + 8)
        bottom = drawIntervals(top: bottom + 18)
        var side = drawVotes(top: 84)
        side = drawFeatures(top: side + 26)
        return max(bottom, side)
    }

    // MARK: - Time

    private var window: BeatWindow { explanation.model.window }

    private func x(ofSample sample: Double) -> Double {
        left + sample / Double(window.length) * (right - left)
    }

    private var timeTicks: [Double] {
        let (first, last) = (1000 * window.seconds(ofSample: 0), 1000 * window.seconds(ofSample: window.length))
        return stride(from: (first / 250).rounded(.up) * 250, through: last, by: 250).map { $0 }
    }

    private func x(ofMilliseconds time: Double) -> Double {
        x(ofSample: time / 1000 * window.rate + Double(window.before))
    }

    private mutating func drawTimeLabels(at y: Double) {
        for tick in timeTicks {
            let text = tick == 0 ? "R" : "\(Int(tick))"
            svg.label(text, at: (x(ofMilliseconds: tick), y), size: 10, anchor: .middle, fill: Ink.faint)
        }
        svg.label("ms", at: (right + 14, y), size: 10, fill: Ink.faint)
    }

    // MARK: - Waveforms

    private mutating func drawLead(_ lead: Int, top: Double) -> Double {
        let length = window.length
        let name = explanation.leadName(lead)
        let samples = explanation.found.beat.window[lead * length..<(lead + 1) * length]
        let template = explanation.found.beat.template[lead * length..<(lead + 1) * length]
        let isSilent = samples.allSatisfy { $0 == 0 }
        guard !isSilent else {
            let why =
                explanation.isAtStart
                ? "not seen: the record begins shortly before the beat" : "no signal, or lost in noise"
            svg.label(name.map { "\($0): \(why)" } ?? "no second lead", at: (left, top - 6), size: 12, fill: Ink.faint)
            return top + 26
        }
        svg.label(name ?? "", at: (left, top - 6), size: 12, bold: true)
        if lead == 0 { drawWaveformLegend(top: top - 6) }
        let low = Double(min(samples.min() ?? 0, template.min() ?? 0))
        let high = Double(max(samples.max() ?? 0, template.max() ?? 0))
        let slack = max(0.05 * (high - low), (0.5 - (high - low)) / 2)
        let area = PlotArea(
            x: 0...Double(length), y: low - slack...high + slack, left: left, top: top, right: right,
            bottom: top + laneHeight)
        area.draw(in: &svg, title: "", xTitle: "", yTitle: "", xTicks: [])
        svg.label("mV", at: (left - 50, top + laneHeight / 2), size: 11, anchor: .middle, turned: true)
        for tick in timeTicks {
            let place = x(ofMilliseconds: tick)
            svg.line(
                from: (place, top), to: (place, top + laneHeight), stroke: tick == 0 ? Ink.faint : Ink.grid,
                dashed: tick == 0)
        }
        func points(_ values: ArraySlice<Float>) -> [SVG.Point?] {
            values.enumerated().map { area.place(Double($0) + 0.5, Double($1)) }
        }
        if template.contains(where: { $0 != 0 }) { svg.polyline(points(template), stroke: Ink.reference, width: 3) }
        svg.polyline(points(samples), stroke: Ink.text, width: 1.4)
        let bottom = drawEffects(explanation.stretches[lead], top: top + laneHeight + 6)
        drawTimeLabels(at: bottom + 12)
        return bottom + 44
    }

    private mutating func drawWaveformLegend(top: Double) {
        let start = right - 210
        svg.line(from: (start, top - 4), to: (start + 20, top - 4), stroke: Ink.text, width: 1.4)
        svg.label("this beat", at: (start + 26, top), size: 11)
        svg.line(from: (start + 96, top - 4), to: (start + 116, top - 4), stroke: Ink.reference, width: 3)
        svg.label("patient's template", at: (start + 122, top), size: 11)
    }

    /// A row for the fusion and one for each expert to which the waveform matters.
    private mutating func drawEffects(_ stretches: [Occlusion.Stretch], top: Double) -> Double {
        // All that vote learned from single leads, or none.
        let names = explanation.verdict.votes.map { $0.expert.replacing("single-lead-", with: "") }
        let moved = names.indices.filter { expert in
            explanation.stretches.joined().contains { abs($0.effect.votes[expert]) >= 0.005 }
        }
        guard !moved.isEmpty else {
            svg.label("replacing the waveform moves no vote", at: (left, top + 10), size: 10, fill: Ink.faint)
            return top + 14
        }
        let rows: [(String, (Occlusion.Effect) -> Float)] =
            [("fused", { $0.fused })] + moved.map { expert in (names[expert], { $0.votes[expert] }) }
        let scale = effectScale
        for (row, (name, value)) in rows.enumerated() {
            let y = top + Double(row) * 13
            svg.label(name, at: (left - 6, y + 9), size: 10, anchor: .end, fill: Ink.faint)
            for stretch in stretches {
                let middle = Double(stretch.samples.lowerBound + stretch.samples.upperBound) / 2
                let half = Double(stretch.samples.count) / 4
                let from = x(ofSample: middle - half)
                let effect = value(stretch.effect)
                svg.rectangle(
                    at: (from, y), width: x(ofSample: middle + half) - from - 0.5, height: 12,
                    fill: Self.shade(Double(effect / scale)))
                if row == 0, stretch.effect.label != explanation.verdict.label {
                    svg.label(
                        stretch.effect.label.letter, at: ((from + x(ofSample: middle + half)) / 2, y + 10), size: 10,
                        anchor: .middle, bold: true)
                }
            }
        }
        return top + Double(rows.count) * 13
    }

    /// Log odds that are drawn in full colour.
    private var effectScale: Float { max(explanation.stretches.joined().map { abs($0.effect.fused) }.max() ?? 0, 0.5) }

    /// What the colours of the rows below the waveforms mean.
    private mutating func drawScale(top: Double) -> Double {
        let limit = String(format: "%.1f", Double(effectScale))
        let label = explanation.verdict.label.letter
        svg.label(
            "80 ms replaced by the template: log odds of \(label)", at: (left, top + 10), size: 10, fill: Ink.faint)
        let start = right - 190
        svg.label("against -\(limit)", at: (start - 6, top + 10), size: 10, anchor: .end, fill: Ink.faint)
        for step in 0..<16 {
            svg.rectangle(
                at: (start + Double(step) * 7, top + 1), width: 7, height: 10,
                fill: Self.shade((Double(step) - 7.5) / 7.5))
        }
        svg.label("+\(limit) for", at: (start + 118, top + 10), size: 10, fill: Ink.faint)
        return top + 36
    }

    /// Blue for, orange against, white for nothing.
    static func shade(_ share: Double) -> String {
        let strength = min(abs(share), 1).squareRoot()
        let full = share >= 0 ? (0.0, 114.0, 178.0) : (213.0, 94.0, 0.0)
        func mix(_ target: Double) -> Int { Int(246 + (target - 246) * strength) }
        return "rgb(\(mix(full.0)),\(mix(full.1)),\(mix(full.2)))"
    }

    // MARK: - Scalograms

    private mutating func drawScalograms(top: Double) -> Double {
        var top = top
        for (configuration, pixels) in explanation.scalograms {
            for lead in 0..<configuration.leads where !explanation.stretches[lead].isEmpty {
                let text =
                    "\(explanation.leadName(lead) ?? ""), scalogram (\(configuration.scales) × \(configuration.times))"
                svg.label(text, at: (left, top - 6), size: 12, bold: true)
                drawScalogram(configuration, pixels, lead: lead, top: top, height: 110)
                drawTimeLabels(at: top + 110 + 13)
                top += 110 + 44
            }
        }
        return top
    }

    private mutating func drawScalogram(
        _ configuration: ScalogramConfiguration, _ pixels: [Float], lead: Int, top: Double, height: Double
    ) {
        let levels = 32
        let greatest = max(pixels.max() ?? 1, 1e-6)
        let (wide, tall) = ((right - left) / Double(configuration.times), height / Double(configuration.scales))
        svg.rectangle(at: (left, top), width: right - left, height: height, fill: Self.heat(0))
        var paths = [String](repeating: "", count: levels + 1)
        for row in 0..<configuration.scales {
            func level(_ time: Int) -> Int {
                Int(pixels[(row * configuration.times + time) * configuration.leads + lead] / greatest * Float(levels))
            }
            var time = 0
            while time < configuration.times {
                let start = time
                let own = level(start)
                while time < configuration.times, level(time) == own { time += 1 }
                // A little larger than it is, so that no seams show.
                let x = SVG.number(left + Double(start) * wide)
                let width = SVG.number(Double(time - start) * wide + (time < configuration.times ? 0.4 : 0))
                let size = SVG.number(tall + (row + 1 < configuration.scales ? 0.4 : 0))
                paths[own] += "M\(x) \(SVG.number(top + Double(row) * tall))h\(width)v\(size)h-\(width)z"
            }
        }
        for (level, path) in paths.enumerated() where level > 0 && !path.isEmpty {
            svg.area(path, fill: Self.heat(Double(level) / Double(levels)))
        }
        for frequency in [1.0, 2, 5, 10, 20, 40]
        where frequency >= configuration.lowest && frequency <= configuration.highest {
            let share = log(configuration.highest / frequency) / log(configuration.highest / configuration.lowest)
            let y = top + (share * Double(configuration.scales - 1) + 0.5) * tall
            svg.line(from: (left - 4, y), to: (left, y), stroke: Ink.faint)
            svg.label(PlotArea.text(frequency), at: (left - 7, y + 4), size: 10, anchor: .end, fill: Ink.faint)
        }
        svg.label("Hz", at: (left - 50, top + height / 2), size: 11, anchor: .middle, turned: true)
        let r = x(ofMilliseconds: 0)
        svg.line(from: (r, top), to: (r, top + height), stroke: "#ffffff", dashed: true)
    }

    /// From dark blue over violet and orange to yellow: even steps of lightness.
    private static func heat(_ share: Double) -> String {
        let stops: [(Double, Double, Double)] = [
            (13, 8, 62), (84, 15, 109), (165, 44, 96), (229, 92, 48), (251, 165, 10), (252, 255, 164),
        ]
        let place = min(max(share, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let rest = place - Double(index)
        func mix(_ a: Double, _ b: Double) -> Int { Int(a + (b - a) * rest) }
        let (a, b) = (stops[index], stops[index + 1])
        return "rgb(\(mix(a.0, b.0)),\(mix(a.1, b.1)),\(mix(a.2, b.2)))"
    }

    // MARK: - Intervals

    private static func ink(_ label: BeatClass) -> String {
        switch label {
        case .normal: Ink.faint
        case .supraventricular: Ink.series[4]
        case .ventricular: Ink.wrong
        case .fusion: Ink.series[3]
        case .paced: Ink.series[2]
        }
    }

    private mutating func drawIntervals(top: Double) -> Double {
        let shown = explanation.found.before.suffix(30)
        let beat = explanation.found.beat
        struct Step {
            var sample: Int64?
            var rr: Double?
            var label: BeatClass?
        }
        var steps = shown.map { Step(sample: $0.sample, rr: $0.rr, label: $0.label) }
        steps.append(Step(sample: beat.sample, rr: beat.rr, label: explanation.verdict.label))
        let following = explanation.found.following
        if let following { steps.append(Step(sample: nil, rr: following, label: nil)) }
        svg.label("RR intervals to each beat, and what was said of it", at: (left, top - 6), size: 12, bold: true)
        let values = steps.compactMap(\.rr).map { 1000 * $0 }
        let height = 120.0
        let area = PlotArea(
            x: -0.5...Double(max(steps.count, 2)) - 0.5, y: 0...max(values.max() ?? 1000, 200) * 1.15, left: left,
            top: top, right: right, bottom: top + height)
        area.draw(in: &svg, title: "", xTitle: "", yTitle: "", xTicks: [])
        svg.label("ms", at: (left - 50, top + height / 2), size: 11, anchor: .middle, turned: true)
        let hasReference = !explanation.reference.isEmpty
        svg.label("said", at: (left - 6, top + height + 16), size: 10, anchor: .end, fill: Ink.faint)
        if hasReference {
            svg.label("reference", at: (left - 6, top + height + 30), size: 10, anchor: .end, fill: Ink.faint)
        }
        for (index, step) in steps.enumerated() {
            let foot = area.place(Double(index), 0)
            let ink = step.label.map(Self.ink) ?? "#ffffff"
            if index == shown.count {
                svg.rectangle(at: (foot.x - 8, top), width: 16, height: height + 34, fill: "#e8f1f8")
            }
            if let rr = step.rr {
                let head = area.place(Double(index), 1000 * rr)
                svg.line(
                    from: foot, to: head, stroke: step.label == nil ? Ink.faint : ink, width: 2,
                    dashed: step.label == nil)
                svg.circle(at: head, radius: 4, fill: ink, stroke: step.label == nil ? Ink.faint : "none")
                if index >= shown.count {
                    svg.label(
                        "\(Int((1000 * rr).rounded()))", at: (head.x + (index == shown.count ? 6 : -6), head.y - 8),
                        size: 10,
                        anchor: index == shown.count ? .end : .start)
                }
            }
            let text = step.label?.letter ?? "next"
            svg.label(
                text, at: (foot.x, top + height + 16), size: step.label == nil ? 9 : 11, anchor: .middle,
                fill: step.label == nil ? Ink.faint : ink, bold: step.label != .normal && step.label != nil)
            if let sample = step.sample, let mnemonic = explanation.referenceMnemonic(at: sample) {
                svg.label(mnemonic, at: (foot.x, top + height + 30), size: 11, anchor: .middle, fill: Ink.faint)
            }
        }
        return top + height + 40
    }

    // MARK: - Votes

    private mutating func drawVotes(top: Double) -> Double {
        svg.label("What each expert says", at: (column, top - 6), size: 12, bold: true)
        let cells = column + 150
        let width = 52.0
        for label in BeatClass.allCases {
            let middle = cells + (Double(label.rawValue) + 0.5) * width
            svg.label(label.letter, at: (middle, top + 12), size: 12, anchor: .middle, bold: true)
        }
        let fusion = explanation.model.ensemble.fusion
        // Weights of the votes, and in the odds of S to N where these are others, and where S is a habit.
        let columns = [
            ("weight", fusion.weights), ("for S", fusion.atrialWeights), ("habit", fusion.habitualAtrialWeights),
        ].filter { !$0.1.isEmpty }
        for (place, entry) in columns.enumerated() {
            svg.label(
                entry.0, at: (cells + 5 * width + 44 + 38 * Double(place), top + 12), size: 11, anchor: .end,
                fill: Ink.faint)
        }
        var y = top + 20
        for vote in explanation.verdict.votes {
            drawVote(vote.expert, vote.probabilities, y: y, cells: cells, width: width)
            // Not all experts of the model were asked.
            let index = explanation.model.ensemble.experts.firstIndex { $0.name == vote.expert }
            for (place, entry) in columns.enumerated() {
                guard let index else { continue }
                svg.label(
                    PlotArea.text((Double(entry.1[index]) * 100).rounded() / 100),
                    at: (cells + 5 * width + 44 + 38 * Double(place), y + 14), size: 11, anchor: .end, fill: Ink.faint)
            }
            y += 21
        }
        y += 4
        if let provisional = explanation.provisional {
            drawVote("fused, provisional", provisional.probabilities, y: y, cells: cells, width: width)
            y += 21
        }
        if let alone = explanation.verdict.alone {
            drawVote("fused, beat alone", alone, y: y, cells: cells, width: width)
            y += 21
        }
        drawVote("fused, final", explanation.verdict.probabilities, y: y, cells: cells, width: width, bold: true)
        y += 21 + 16
        for line in lines { y = drawWrapped(line, y: y) }
        return y
    }

    private var lines: [String] {
        [
            "Quality \(String(format: "%.2f", Double(explanation.found.beat.quality))) (the part of the window that the stream gave, less for noise)."
        ]
            + [habitText, thresholdText, explanation.pacingText, explanation.waveformText, explanation.reversalText]
            .compactMap {
                $0
            }
    }

    /// Says how far S is a habit of the patient, if it is not rare.
    private var habitText: String? {
        guard let share = explanation.verdict.atrialHabit, share >= 0.01 else { return nil }
        return
            "\(String(format: "%.0f", Double(share) * 100)) % of this patient's last beats were S: from 5 to 20 % the weights for S go over to those of the last column."
    }

    /// Says where the patient's own thresholds stand, if they are away from even odds.
    private var thresholdText: String? {
        let verdict = explanation.verdict
        let moved = [("V", verdict.ventricularThreshold), ("S to N", verdict.atrialThreshold)].compactMap {
            odds, value in
            value.flatMap { abs($0) >= 0.05 ? "\(odds) beside \(String(format: "%.2f", Double($0)))" : nil }
        }
        guard !moved.isEmpty else { return nil }
        return
            "Log odds are held beside this patient's own thresholds, which part the heaps of beats so far: \(moved.joined(separator: ", "))."
    }

    private mutating func drawVote(
        _ name: String, _ probabilities: [Float], y: Double, cells: Double, width: Double, bold: Bool = false
    ) {
        svg.label(name, at: (column, y + 14), size: 12, bold: bold)
        let said = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
        for (index, value) in probabilities.enumerated() {
            svg.rectangle(
                at: (cells + Double(index) * width, y), width: width - 2, height: 19, fill: Self.shade(Double(value)))
            svg.label(
                String(format: "%.3f", Double(value)), at: (cells + (Double(index) + 0.5) * width - 1, y + 14),
                size: 11,
                anchor: .middle, fill: value > 0.4 ? "#ffffff" : Ink.text, bold: index == said)
        }
    }

    /// Text in lines of at most 84 characters.
    private mutating func drawWrapped(_ text: String, y: Double) -> Double {
        var y = y
        var line = ""
        for word in text.split(separator: " ") {
            if line.count + word.count > 83 {
                svg.label(line, at: (column, y), size: 11)
                y += 15
                line = "   "
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        svg.label(line, at: (column, y), size: 11)
        return y + 18
    }

    // MARK: - Context

    private mutating func drawFeatures(top: Double) -> Double {
        let label = explanation.verdict.label.letter
        svg.label("Context: what \(label) owes to each feature", at: (column, top - 8), size: 12, bold: true)
        let (value, usual, axis) = (column + 220, column + 280, column + 392)
        svg.label("value", at: (value, top + 10), size: 10, anchor: .end, fill: Ink.faint)
        svg.label("usual", at: (usual, top + 10), size: 10, anchor: .end, fill: Ink.faint)
        svg.label("against ←", at: (axis - 40, top + 10), size: 10, anchor: .end, fill: Ink.faint)
        svg.label("log odds", at: (axis, top + 10), size: 10, anchor: .middle, fill: Ink.faint)
        svg.label("→ for", at: (axis + 40, top + 10), size: 10, fill: Ink.faint)
        let order = explanation.features.indices.sorted {
            (abs(explanation.features[$0].fused), $1) > (abs(explanation.features[$1].fused), $0)
        }
        let greatest = Double(max(order.first.map { abs(explanation.features[$0].fused) } ?? 0, 0.5))
        let half = 74.0
        var y = top + 16
        svg.line(from: (axis, y), to: (axis, y + 13 * Double(order.count)), stroke: Ink.faint)
        for feature in order {
            let effect = explanation.features[feature]
            let isOwed = abs(effect.fused) >= 0.005
            let ink = isOwed ? Ink.text : Ink.faint
            svg.label(ContextFeature.allCases[feature].rawValue, at: (column, y + 10), size: 10.5, fill: ink)
            let numbers = [(value, explanation.found.beat.context[feature]), (usual, explanation.usual[feature])]
            for (place, number) in numbers {
                svg.label(
                    String(format: "%.2f", Double(number)), at: (place, y + 10), size: 10.5, anchor: .end, fill: ink)
            }
            let length = Double(effect.fused) / greatest * half
            svg.rectangle(
                at: (min(axis, axis + length), y + 2), width: max(abs(length), 0.01), height: 9,
                fill: length >= 0 ? Ink.reference : Ink.test)
            if isOwed {
                let flip = effect.label == explanation.verdict.label ? "" : " → \(effect.label.letter)"
                svg.label(
                    BeatExplanation.signed(effect.fused) + flip,
                    at: (axis + length + (length >= 0 ? 4 : -4), y + 10), size: 9.5,
                    anchor: length >= 0 ? .start : .end, fill: Ink.faint, bold: !flip.isEmpty)
            }
            y += 13
        }
        return y
    }
}
