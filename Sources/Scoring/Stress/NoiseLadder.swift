/// A ladder of signal-to-noise ratios with the beats found at each step, summed over records.
public struct NoiseLadder: Sendable, Codable, Equatable {
    /// The ratios of the noise stress test of the MIT-BIH database, in dB.
    public static let standardDecibels: [Double] = [24, 18, 12, 6, 0, -6]

    /// One annotator in one kind of noise at one ratio.
    public struct Step: Sendable, Codable, Equatable {
        /// Annotator or detector.
        public var annotator: String
        /// Name of the noise.
        public var noise: String
        /// Signal-to-noise ratio in dB; nil for the record without noise.
        public var decibels: Double?
        /// The records with their beat matrices.
        public var evaluation: Evaluation
    }

    /// The steps, in the order in which their first record came.
    public private(set) var steps: [Step] = []
    private let mapping: LabelMapping

    /// Makes an empty ladder.
    public init(mapping: LabelMapping = .ec57) { self.mapping = mapping }

    /// Adds a record's beats to a step.
    public mutating func append(
        annotator: String, noise: String, decibels: Double?, record: String, matrix: BeatMatrix
    ) {
        let index = steps.firstIndex {
            $0.annotator == annotator && $0.noise == noise && $0.decibels == decibels
        }
        if let index {
            steps[index].evaluation.append(record: record, matrix: matrix)
        } else {
            var evaluation = Evaluation(mapping: mapping)
            evaluation.append(record: record, matrix: matrix)
            steps.append(Step(annotator: annotator, noise: noise, decibels: decibels, evaluation: evaluation))
        }
    }

    /// One curve for each annotator in each noise; steps without noise are left out.
    public var curves: [LadderCurve] {
        var curves: [LadderCurve] = []
        for step in steps {
            guard let decibels = step.decibels, let se = step.evaluation.gross.qrsSensitivity.value else { continue }
            let name = "\(step.annotator), \(step.noise)"
            let point = LadderCurve.Step(
                decibels: decibels, sensitivity: se,
                predictivity: step.evaluation.gross.qrsPredictivity.value ?? 0)
            if let index = curves.firstIndex(where: { $0.name == name }) {
                curves[index].steps.append(point)
            } else {
                curves.append(LadderCurve(name: name, steps: [point]))
            }
        }
        return curves
    }

    /// A table for people: gross Se, +P and F1 with 95 % intervals for each step.
    public func text(bootstrap: Bootstrap = Bootstrap()) -> String {
        let names = steps.map { "\($0.annotator), \($0.noise)" }
        let width = max(12, (names.map(\.count).max() ?? 0) + 2)
        var text = "annotator, noise".padded(to: width) + "   dB   beats  missed  false"
        text += ["QRS Se", "QRS +P", "QRS F1"].map { Column.text($0, 8) + "  95 % interval " }.joined() + "\n"
        for (step, name) in zip(steps, names) {
            let gross = step.evaluation.gross
            text += name.padded(to: width) + Column.text(step.decibels.map(PlotArea.text) ?? "clean", 6)
            text += Column.count(gross.referenceBeats, 8) + Column.count(gross.missed, 8)
            text += Column.count(gross.falsePeaks, 7)
            for estimate in step.evaluation.estimates(of: Metric.detection, by: bootstrap) {
                let interval = estimate.interval.map {
                    Report.percent($0.lower) + "-" + Report.percent($0.upper)
                }
                text += Column.text(Report.percent(estimate.gross), 8) + Column.text(interval ?? "", 16)
            }
            text += "\n"
        }
        return text
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
