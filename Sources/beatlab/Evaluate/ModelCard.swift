import Extraction
import Foundation
import Inference
import Scoring
import Signal
import Training

/// The card of a model, as Markdown (Mitchell et al., *Model cards for model reporting*, FAT* 2019).
struct ModelCard {
    /// Folder of the drawings, beside the page.
    static let pictures = "pictures"

    let model: BeatModel
    let path: String
    /// Bytes of the file.
    let size: Int
    /// What writes this page.
    let command: String
    /// Records that it was scored on and learned from.
    var familiar: [RecordName] = []
    /// The sets that it was scored on.
    var parts: [Part] = []

    /// A set of records with what the model does on it.
    struct Part {
        let name: String
        let title: String
        /// Records, beats and classes in a line.
        let data: String
        let results: [ModelEvaluation]
        /// With one lead of every record alone, by its number: final stage, mapping `chazal`.
        let singleLeads: [ModelEvaluation]
        let worst: [(record: ModelEvaluationRecord, chart: WorstMoments.Chart?)]

        /// One of the worst records.
        struct ModelEvaluationRecord {
            var name: String
            var matrix: BeatMatrix
        }

        init(
            name: String, title: String, data: String, results: [ModelEvaluation], singleLeads: [ModelEvaluation],
            set: RecordSet
        ) {
            self.name = name
            self.singleLeads = singleLeads
            self.title = title
            self.data = data
            self.results = results
            guard let final = results.first(where: { $0.stage == .final && $0.evaluation.mapping == .chazal }) else {
                worst = []
                return
            }
            let moments = WorstMoments(final, set: set)
            let charts = moments.charts(3)
            worst = moments.records(3).map { index, _ in
                let record = final.evaluation.records[index]
                return (
                    .init(name: record.name, matrix: record.matrix),
                    charts.first { $0.record == final.records[index] }
                )
            }
        }

        var final: ModelEvaluation? { results.first { $0.stage == .final && $0.evaluation.mapping == .chazal } }

        /// Files of drawings with their content.
        var pictures: [(file: String, drawing: SVG)] {
            var found: [(file: String, drawing: SVG)] = []
            if let final {
                found.append(
                    ("reliability-\(title).svg", .reliability(final.calibration, title: name + ", final stage")))
                let gross = final.evaluation.gross
                for label in [BeatClass.normal, .supraventricular, .ventricular]
                where gross.support(of: BeatLabel(label)) > 0 {
                    found.append(
                        (
                            "reliability-\(title)-\(label.letter).svg",
                            .reliability(
                                final.classCalibrations[label.rawValue],
                                title: "\(name), \(label.letter) against the others",
                                label: label.letter)
                        ))
                }
            }
            for (record, chart) in worst {
                if let chart { found.append(("worst-\(title)-\(record.name).svg", chart.drawing)) }
            }
            return found
        }
    }

    /// The page.
    var text: String {
        ([head, purpose, kind, origin] + parts.map(text(of:)) + [limits]).joined(separator: "\n\n") + "\n"
    }

    private var head: String {
        """
        # Model card: `\(path)`

        Written by `\(command)`; do not edit. Every look at the test set: [RESULTS.md](RESULTS.md).
        """
    }

    private var purpose: String {
        """
        ## What it is for

        Research and engineering on continuous ECG: labelling each heartbeat N, S, V, F or Q (ANSI/AAMI EC57) while it happens, on one or two \
        leads at 100 to 1000 Hz.

        **What it is not for.** It is not a medical device: no diagnosis, no treatment, no alarm that a patient depends on. Children, \
        twelve-lead exercise recordings, defibrillators and assist devices were never tried.
        """
    }

    private var kind: String {
        let fusion = model.ensemble.fusion
        let atrial = fusion.atrialWeights.isEmpty ? fusion.weights : fusion.atrialWeights
        let habitual = fusion.habitualAtrialWeights
        var rows: [[String]] = []
        for (index, member) in model.ensemble.experts.enumerated() {
            let values = model.weights[index].values.reduce(0) { $0 + $1.values.count }
            let looks = member.expert.pictureShape(window: model.window).map { "\($0)" } ?? "context only"
            rows.append([
                member.name, member.leads.map(String.init) ?? "any", looks, "\(values)",
                member.expert.head.recurrent > 0 ? "\(member.expert.head.recurrent)" : "-",
                short(fusion.weights[index]),
                member.expert.tellsSupraventricular ? short(atrial[index]) : "-",
            ])
            if !habitual.isEmpty {
                rows[index].append(member.expert.tellsSupraventricular ? short(habitual[index]) : "-")
            }
        }
        let window = model.window
        let families =
            fusion.familyShare > 0
            ? "; what was said of the patient's earlier beats of the same shape has a share of \(short(fusion.familyShare)) in the log odds of V to N and S, and what would be N or S but is a mixture of the patient's conducted and ventricular complexes is F"
            : ""
        let habits =
            fusion.habitualAtrialWeights.isEmpty
            ? ""
            : ". Weights for S go over to those for habitual S while the share of S among the patient's last 300 beats rises from 5 to 20 %"
        let thresholds =
            fusion.patientThresholds
            ? ". The log odds of V, and of S to N, are held beside thresholds of the patient's own: where those of the last beats lie in two heaps, the threshold moves towards the gap between them"
            : ""
        return """
            ## What it is

            An ensemble of \(model.ensemble.experts.count) experts; their votes are \
            \(fusion.space == .logarithm ? "added in log space" : "averaged") with the weights below\(families)\(habits)\(thresholds). A beat is seen from \
            \(Int(-1000 * window.seconds(ofSample: 0))) ms before its R peak to \
            \(Int((1000 * window.seconds(ofSample: window.length)).rounded())) ms after it, at \(Int(window.rate)) Hz on \
            \(LeadSelection.count) leads, with \(ContextFeature.count) features of its context.

            \(table(["expert", "leads", "sees", "values", "state", "weight", "weight in S against N"] + (habitual.isEmpty ? [] : ["where S is a habit"]), rows))
            \(singleLeads)
            File: \(size) bytes, sha256 `\(model.digest)`.
            """
    }

    /// Who is asked where one lead gives signal; empty where no expert learned from single leads.
    private var singleLeads: String {
        guard model.ensemble.experts.contains(where: { $0.leads == 1 }) else { return "" }
        return """

            A beat of which one lead gives signal is judged by the experts on one lead, any other by the others.

            """
    }

    private var origin: String {
        let origin = model.origin
        let commands = origin.command.split(separator: ";").map { command in
            let command = command.trimmingCharacters(in: .whitespaces)
            // Files do not say their own name.
            return command.replacing("beatlab fuse ", with: "beatlab fuse --output \(path) ")
        }
        return """
            ## What it learned from

            Sets: \(origin.records.map { "`\($0)`" }.joined(separator: ", ")) (see RESULTS.md for the records behind the names; ODC-By 1.0). \
            Labels in the mapping `chazal`; \(seen). `make model` trains it again.\(ofKnownRhythm)\(rearranged)

            ```
            \(commands.joined(separator: "\n"))
            ```
            """
    }

    /// What it has seen of the sets that it is scored on.
    private var seen: String {
        guard !familiar.isEmpty else { return "nothing of the sets below" }
        let names = familiar.map { "`\($0)`" }.joined(separator: ", ")
        return "**of the patients below those of \(names): these records say nothing of patients never seen**"
    }

    /// A sentence on recordings without annotated beats; empty where there were none.
    private var ofKnownRhythm: String {
        var databases: [String] = []
        for configuration in model.origin.configuration.components(separatedBy: "rhythm_records:\n").dropFirst() {
            for line in configuration.split(separator: "\n").prefix(while: { $0.hasPrefix("- ") }) {
                let name = "`\(line.dropFirst(2))`"
                if !databases.contains(name) { databases.append(name) }
            }
        }
        guard !databases.isEmpty else { return "" }
        return """


            Of the short recordings of \(databases.joined(separator: ", ")) it learned those in sinus rhythm and in atrial \
            fibrillation, as N: their beats are not annotated, and none of them is premature.
            """
    }

    /// A sentence on rhythms that no patient of the training records had; empty where there were none.
    private var rearranged: String {
        let rhythms = RearrangedRhythm.allCases.map(\.rawValue).filter {
            model.origin.configuration.contains("- \($0)\n")
        }
        guard !rhythms.isEmpty else { return "" }
        return """


            The voices that see no waveform also learned from the patients' own beats, laid out in rhythms that they did not \
            have: \(rhythms.joined(separator: ", ")).
            """
    }

    private func text(of part: Part) -> String {
        [
            "## How good it is: `\(part.name)`", part.data.split(separator: ":").first.map { "\($0)." } ?? "",
            "Per cent of pooled beats, with the detector in the loop; in brackets 95 % intervals that resample records.",
            figures(part), "### Calibration", calibration(part), "### Where it fails", failures(part),
        ].joined(separator: "\n\n")
    }

    private func figures(_ part: Part) -> String {
        let f1 = [BeatLabel.normal, .supraventricular, .ventricular, .fusion, .paced].map { Metric.of($0)[2] }
        let metrics = [Metric.overall[0], .macroNSV] + f1 + Metric.overall.filter { $0.name == "j_kappa" }
        let alone = part.singleLeads.enumerated().map { (note: ", lead \($0) alone", result: $1) }
        let rows = (part.results.map { (note: "", result: $0) } + alone).map { note, result in
            ["\(result.stage.rawValue), `\(result.evaluation.mapping.rawValue)`\(note)"]
                + result.evaluation.estimates(of: metrics).map { estimate in
                    let interval = estimate.interval.map { " (\(tenth($0.lower))-\(tenth($0.upper)))" } ?? ""
                    return percent(estimate.gross) + (estimate.gross == nil ? "" : interval)
                }
        }
        let first = table(["stage, mapping"] + metrics.map(\.title), rows)
        guard let final = part.final else { return first }
        let classes = BeatLabel.classes.filter { final.evaluation.gross.support(of: $0) > 0 }
        let matrix = classes.map { reference in
            [reference.letter] + (BeatLabel.classes + [.absent]).map { "\(final.evaluation.gross[reference, $0])" }
                + [
                    percent(final.evaluation.gross.sensitivity(of: reference).value),
                    percent(final.evaluation.gross.predictivity(of: reference).value),
                ]
        }
        return first + "\n\nFinal stage, `chazal`, reference by row (o: missed):\n\n"
            + table(["", "n", "s", "v", "f", "q", "o", "Se", "+P"], matrix)
    }

    private func calibration(_ part: Part) -> String {
        guard let final = part.final else { return "" }
        let pictures = part.pictures.filter { $0.file.hasPrefix("reliability") }
            .map { "<img src=\"\(Self.pictures)/\($0.file)\" alt=\"\($0.file)\" width=\"330\">" }
        let error = percent(final.calibration.expectedError)
        let brier = final.calibration.brierScore.map { String(format: "%.4f", $0) } ?? "-"
        return "Expected calibration error \(error) %, Brier score \(brier), over \(final.calibration.count) beats. "
            + "Probabilities are those of the training prevalence; calibrate before comparing them with a threshold of your own."
            + "\n\n" + pictures.joined(separator: "\n")
    }

    private func failures(_ part: Part) -> String {
        part.worst.map { record, chart in
            let matrix = record.matrix
            let f1 = [BeatLabel.supraventricular, .ventricular].filter { matrix.support(of: $0) > 0 }
                .map { "\($0.letter) F1 \(percent(matrix.f1(of: $0))) of \(matrix.support(of: $0)) beats" }
            let line =
                "**\(record.name)**: accuracy \(percent(matrix.accuracy.value)) % of \(matrix.referenceBeats) beats"
                + (f1.isEmpty ? "" : "; " + f1.joined(separator: ", ")) + "."
            let picture = chart.map { _ in
                "\n\n![\(record.name)](\(Self.pictures)/worst-\(part.title)-\(record.name).svg)"
            }
            return line + (picture ?? "")
        }.joined(separator: "\n\n")
    }

    private var limits: String {
        """
        ## Limits

        * S beats in patients never seen are the weakest class: many are missed, and irregular rhythms (fibrillation) are taken for S.
        * F is rare and nearly all of it comes from a few patients; it is told from mixtures of shapes seen before, and where these look much like N or V, expect N or V instead.
        * Q comes from the pacing spike in raw samples, not from the networks: at 240 Hz and more, and where the recorder shows the spike. \
        Elsewhere paced beats come out as N or V. Atrial pacing is not looked for.
        * Intervals are wide, since the test sets are few patients: a figure of pooled beats is mostly that of its largest records.
        * Amplitudes are taken in mV: a wrong gain is a wrong picture, though each lead is measured by the patient's own template.
        """
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private func percent(_ share: Double?) -> String { share.map { String(format: "%.2f", 100 * $0) } ?? "-" }
    private func tenth(_ share: Double) -> String { String(format: "%.1f", 100 * share) }
    private func short(_ weight: Float) -> String { PlotArea.text((Double(weight) * 1000).rounded() / 1000) }
}
