import Scoring
import WFDB

/// A part of a record on ECG paper, 25 mm/s and 10 mm/mV, with its annotations.
///
/// Signals that are no voltage fill their lane from smallest to largest value. Rows are 12 s long, so that a minute is
/// five rows one below the other.
struct PaperChart {
    /// One signal: its name, samples per second and values.
    private struct Trace {
        let name: String
        let rate: Double
        let isVoltage: Bool
        var values: [Float] = []
        /// Height of the lane in pixels.
        var lane = 0.0
        /// The value in the middle of the lane, and pixels per unit.
        var centre = 0.0
        var scale = 0.0

        /// Voltages get 10 mm/mV and a lane in which they find room, others a lane that they fill.
        mutating func fit() {
            let present = values.filter { $0.isFinite }
            let low = Double(present.min() ?? 0)
            let high = Double(present.max() ?? 0)
            centre = (low + high) / 2
            let millimetres = isVoltage ? min(max(((high - low) * 2).rounded(.up) * 5 + 5, 20), 80) : 25
            lane = millimetres * PaperChart.millimetre
            scale = isVoltage ? 10 * PaperChart.millimetre : lane * 0.9 / max(high - low, 1e-9)
        }
    }

    private let title: String
    private let begin: Double
    private let frameRate: Double
    private var traces: [Trace]
    private let annotations: [Annotation]
    private var seconds: Double

    private static let millimetre = 4.0
    private static let rowSeconds = 12.0
    private static let margin = 60.0
    /// Height of all lanes.
    private var height: Double { traces.reduce(0) { $0 + $1.lane } }

    /// Reads the part that is drawn.
    init(path: String, from: Double, seconds: Double, annotations: [Annotation]) throws(WFDBError) {
        let reader = try RecordReader(path: path)
        try reader.seek(toTime: from)
        frameRate = reader.frameRate
        begin = Double(reader.position) / frameRate
        title = "\(reader.header.name) from \(RecordInspection.time(begin))"
        traces = reader.signals.map {
            Trace(name: $0.description, rate: reader.frameRate * Double($0.samplesPerFrame), isVoltage: $0.isVoltage)
        }
        var left = Int(min(seconds * frameRate, 1e9).rounded(.up))
        var values: [Float] = []
        var frames = 0
        while left > 0, case let read = try reader.read(into: &values, maxFrames: min(left, 65_536)), read > 0 {
            var place = 0
            for _ in 0..<read {
                for index in traces.indices {
                    let count = reader.signals[index].samplesPerFrame
                    traces[index].values += values[place..<place + count]
                    place += count
                }
            }
            frames += read
            left -= read
        }
        for index in traces.indices { traces[index].fit() }
        self.seconds = Double(frames) / frameRate
        let range = reader.position - Int64(frames)..<reader.position
        self.annotations = annotations.filter { range.contains($0.sample) }
    }

    /// The drawing.
    var svg: String {
        let rows = max(1, Int((seconds / Self.rowSeconds).rounded(.up)))
        let rowHeight = height + 50
        let length = min(seconds, Self.rowSeconds)
        let width = Self.margin + length * 25 * Self.millimetre + 20
        let height = 40 + rowHeight * Double(rows)
        var parts = [head(width: width, height: height)]
        for row in 0..<rows {
            parts.append("<g transform=\"translate(\(Self.margin) \(Self.text(40 + rowHeight * Double(row))))\">")
            let start = Double(row) * Self.rowSeconds
            parts.append(paper(seconds: min(Self.rowSeconds, seconds - start)))
            parts.append(labels(from: start))
            var top = 30.0
            for trace in traces {
                parts.append(curve(trace, top: top, from: start))
                top += trace.lane
            }
            parts.append("</g>")
        }
        parts.append("</svg>\n")
        return parts.joined(separator: "\n")
    }

    private func head(width: Double, height: Double) -> String {
        let mm = Self.millimetre
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.text(width))" height="\(Self.text(height))" \
            viewBox="0 0 \(Self.text(width)) \(Self.text(height))" font-family="sans-serif" font-size="12">
            <defs><pattern id="paper" width="\(5 * mm)" height="\(5 * mm)" patternUnits="userSpaceOnUse">
            <path d="M\(mm) 0V\(5 * mm)M\(2 * mm) 0V\(5 * mm)M\(3 * mm) 0V\(5 * mm)M\(4 * mm) 0V\(5 * mm)\
            M0 \(mm)H\(5 * mm)M0 \(2 * mm)H\(5 * mm)M0 \(3 * mm)H\(5 * mm)M0 \(4 * mm)H\(5 * mm)" stroke="#f6dcdc" \
            stroke-width="0.6"/><path d="M0 0V\(5 * mm)M0 0H\(5 * mm)" stroke="#e8b4b4" stroke-width="1"/></pattern></defs>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="\(Self.margin)" y="22" font-size="15" font-weight="bold">\(SVG.escaped(title))</text>
            <text x="\(Self.text(width - 20))" y="22" text-anchor="end" fill="#666666">25 mm/s, 10 mm/mV</text>
            """
    }

    private func paper(seconds: Double) -> String {
        let width = Self.text(seconds * 25 * Self.millimetre)
        return "<rect y=\"30\" width=\"\(width)\" height=\"\(Self.text(height))\" fill=\"url(#paper)\"/>"
    }

    /// Mnemonics with ticks, rhythms with their names, a time at each second.
    private func labels(from start: Double) -> String {
        let bottom = 30 + height
        var parts: [String] = []
        for annotation in annotations {
            let time = Double(annotation.sample) / frameRate - begin - start
            guard time >= 0, time < Self.rowSeconds else { continue }
            let x = Self.text(time * 25 * Self.millimetre)
            let isRhythm = annotation.code == .rhythm
            let text = isRhythm && !annotation.aux.isEmpty ? annotation.auxText : annotation.code.mnemonic
            let isNormal = annotation.code == .normal
            let fill = isRhythm ? "#1a6e3c" : isNormal ? "#333333" : "#b00020"
            parts.append(
                "<path d=\"M\(x) 22V\(Self.text(bottom))\" stroke=\"\(fill)\" stroke-width=\"0.5\" opacity=\"0.35\"/>"
                    + "<text x=\"\(x)\" y=\"\(isRhythm ? 6 : 18)\" text-anchor=\"middle\" fill=\"\(fill)\""
                    + "\(isNormal ? "" : " font-weight=\"bold\"")>\(SVG.escaped(text))</text>")
        }
        var second = (begin + start).rounded(.up)
        while second - begin - start < Self.rowSeconds, second - begin <= seconds {
            let x = Self.text((second - begin - start) * 25 * Self.millimetre)
            parts.append(
                "<text x=\"\(x)\" y=\"\(Self.text(bottom + 14))\" text-anchor=\"middle\" fill=\"#888888\" font-size=\"10\">"
                    + "\(RecordInspection.time(second))</text>")
            second += 1
        }
        return parts.joined(separator: "\n")
    }

    private func curve(_ trace: Trace, top: Double, from start: Double) -> String {
        let first = min(trace.values.count, Int((start * trace.rate).rounded()))
        let last = min(trace.values.count, Int(((start + Self.rowSeconds) * trace.rate).rounded()))
        let middle = top + trace.lane / 2
        var path = ""
        var isDrawing = false
        for index in first..<last {
            let value = trace.values[index]
            guard value.isFinite else {
                isDrawing = false
                continue
            }
            let x = Double(index - first) / trace.rate * 25 * Self.millimetre
            let y = middle - (Double(value) - trace.centre) * trace.scale
            path += "\(isDrawing ? "L" : "M")\(Self.text(x)) \(Self.text(min(max(y, top), top + trace.lane)))"
            isDrawing = true
        }
        return "<text x=\"-8\" y=\"\(Self.text(middle))\" text-anchor=\"end\">\(SVG.escaped(trace.name))</text>"
            + "<path d=\"\(path)\" fill=\"none\" stroke=\"#111111\" stroke-width=\"1.1\" stroke-linejoin=\"round\"/>"
    }

    private static func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
