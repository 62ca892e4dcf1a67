import WFDB

extension RecordInspection {
    /// The inspection for people.
    var text: String {
        var parts = [summary, signalTable]
        parts += annotators.map(text(of:))
        if !header.comments.isEmpty { parts.append("comments\n" + indented(header.comments)) }
        let troubles =
            header.warnings.map { "header, \($0)" } + findings.map(\.description) + unreadable.map(\.description)
            + (problem.map { [$0.description] } ?? [])
        if !troubles.isEmpty { parts.append("attention\n" + indented(troubles)) }
        return parts.joined(separator: "\n\n")
    }

    private func indented(_ lines: [String]) -> String {
        lines.map { "  " + $0.drop { $0 == " " } }.joined(separator: "\n")
    }

    private var summary: String {
        let frames = problem == nil ? frameCount : header.frameCount ?? frameCount
        var lines = [
            "record       \(header.name)",
            "length       \(Self.time(Double(frames) / header.frameRate)), \(frames) frames at \(Self.number(header.frameRate)) Hz",
        ]
        if let time = header.baseTime {
            lines.append("begins       \(time)" + (header.baseDate.map { " on \($0)" } ?? ""))
        }
        if header.counterFrequency != header.frameRate {
            lines.append(
                "counter      \(Self.number(header.counterFrequency)) Hz, \(Self.number(header.baseCounter)) at frame 0"
            )
        }
        if header.isMultiSegment {
            let nulls = header.segments.count(where: \.isNull)
            lines.append(
                "segments     \(header.segments.count), \(header.hasVariableLayout ? "variable" : "fixed") layout"
                    + (nulls > 0 ? ", \(nulls) of them gaps" : ""))
        }
        return lines.joined(separator: "\n")
    }

    private var signalTable: String {
        let rows = signals.enumerated().map { index, signal in
            let content = contents[index]
            let units = signal.isVoltage ? "mV" : signal.units
            let isEmpty = content.samples == content.missing
            return [
                "\(index)", signal.description, Self.number(header.frameRate * Double(signal.samplesPerFrame)),
                "\(signal.format.rawValue)",
                "\(Self.number(signal.gain))/\(signal.units)\(signal.isCalibrated ? "" : "?")",
                "\(signal.baseline)", isEmpty ? "" : "\(Self.number(Double(content.smallest))) \(units)",
                isEmpty ? "" : "\(Self.number(Double(content.largest))) \(units)",
                isEmpty ? "" : Self.number(content.mean),
                content.missing == 0 ? "0" : "\(content.missing) (\(Self.percent(content)))", checksum(index, signal),
                signal.fileName,
            ]
        }
        return Table(
            header: [
                "", "signal", "Hz", "format", "gain", "baseline", "smallest", "largest", "mean", "missing", "checksum",
                "file",
            ], rows: rows, numbers: [0, 2, 3, 4, 5, 6, 7, 8, 9]
        ).text
    }

    private func checksum(_ index: Int, _ signal: SignalDescription) -> String {
        if header.isMultiSegment { return findings.isEmpty ? "match" : "see below" }
        let differs = findings.contains { finding in
            if case .checksum = finding.kind { return finding.signal == index }
            return false
        }
        if differs { return "differs" }
        return signal.checksum ?? 0 == 0 || problem != nil ? "none" : "matches"
    }

    private func text(of annotator: Annotator) -> String {
        let definitions = AnnotationDefinitions(in: annotator.annotations)
        var counts: [String: Int] = [:]
        for annotation in annotator.annotations { counts[definitions.mnemonic(of: annotation.code), default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            "\($0.value) \($0.key == " " ? "[0]" : $0.key)"
        }
        let beats = annotator.annotations.count { $0.code.isQRS }
        var lines = [
            "annotations  \(annotator.name): \(annotator.annotations.count), \(beats) of them QRS; "
                + sorted.joined(separator: ", ")
        ]
        let rhythms = rhythmSeconds(annotator.annotations)
        if !rhythms.isEmpty {
            let text = rhythms.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.key.drop { $0 == "(" }) \(Self.time($0.value))" }
            lines.append("rhythms      " + text.joined(separator: ", "))
        }
        return lines.joined(separator: "\n")
    }

    /// Seconds of each rhythm.
    private func rhythmSeconds(_ annotations: [Annotation]) -> [String: Double] {
        var seconds: [String: Double] = [:]
        let changes = annotations.filter { $0.code == .rhythm && !$0.aux.isEmpty }
        for (index, change) in changes.enumerated() {
            let end = index + 1 < changes.count ? changes[index + 1].sample : max(frameCount, change.sample)
            seconds[change.auxText, default: 0] += (Double(end) - Double(change.sample)) / header.frameRate
        }
        return seconds
    }

    private static func percent(_ content: SignalContent) -> String {
        let tenths = (Double(content.missing) / Double(content.samples) * 1_000).rounded() / 10
        return "\(tenths) %"
    }

    /// A number with up to four significant decimals.
    static func number(_ value: Double) -> String {
        let rounded = (value * 10_000).rounded() / 10_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }

    /// `h:mm:ss.sss` without what is zero.
    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e12, seconds >= 0 else { return "\(seconds) s" }
        let milliseconds = Int64((seconds * 1_000).rounded())
        let whole = milliseconds / 1_000
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        var text = "\(whole / 60 % 60):\(two(whole % 60))"
        if whole >= 3_600 { text = "\(whole / 3_600):\(two(whole / 60 % 60)):\(two(whole % 60))" }
        let rest = milliseconds % 1_000
        return rest == 0 ? text : text + "." + "\(rest + 1_000)".dropFirst()
    }
}
