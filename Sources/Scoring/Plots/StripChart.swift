public import WFDB

/// A few seconds of signal with the beats of both annotators above it.
public struct StripChart: Sendable {
    /// Text above the chart.
    public var title: String
    /// Frames per second.
    public var sampleRate: Double
    /// First frame.
    public var begin: Int64
    /// Names of the leads.
    public var leads: [String]
    /// Values in mV, one array per lead, as long as each other.
    public var values: [[Float]]
    /// Pairs of which a beat lies in the chart.
    public var pairs: [BeatPair]

    /// Reads a part of a record.
    ///
    /// - Parameters:
    ///   - path: Path of the record.
    ///   - title: Text above the chart.
    ///   - begin: First frame; moved so that the chart lies in the record.
    ///   - seconds: Length.
    ///   - pairs: All pairs of the record's comparison.
    public init(
        path: String, title: String, begin: Int64, seconds: Double = 10, pairs: [BeatPair]
    ) throws(WFDBError) {
        let reader = try RecordReader(path: path)
        let count = Int(seconds * reader.frameRate)
        var first = max(0, begin)
        if let length = reader.frameCount { first = max(0, min(first, length - Int64(count))) }
        try reader.seek(toFrame: first)
        // Of mixed rates, the first sample of each frame is drawn.
        var columns: [Int] = []
        var next = 0
        for signal in reader.signals {
            columns.append(next)
            next += signal.samplesPerFrame
        }
        columns = Array(columns.prefix(3))
        var values = [[Float]](repeating: [], count: columns.count)
        var block: [Float] = []
        while (values.first?.count ?? count) < count {
            let read = try reader.read(into: &block, maxFrames: count - (values.first?.count ?? 0))
            guard read > 0 else { break }
            for frame in 0..<read {
                for (lead, column) in columns.enumerated() {
                    values[lead].append(block[frame * reader.valuesPerFrame + column])
                }
            }
        }
        self.title = title
        sampleRate = reader.frameRate
        self.begin = first
        leads = reader.signals.prefix(3).map(\.description)
        self.values = values
        let end = first + Int64(count)
        self.pairs = pairs.filter { pair in
            [pair.referenceFrame, pair.testFrame].contains { frame in frame.map { $0 >= first && $0 < end } ?? false }
        }
    }

    /// The chart: reference labels on top, test labels below them, disagreements marked, then the leads.
    public var svg: SVG {
        let lane = 110.0
        var svg = SVG(width: 1000, height: 84 + lane * Double(max(1, leads.count)) + 26)
        let length = max(1, values.first?.count ?? 1)
        let scale = 900 / Double(length)
        func x(_ frame: Int64) -> Double { 70 + Double(frame - begin) * scale }
        svg.label(title, at: (70, 20), size: 14, bold: true)
        svg.label("reference", at: (62, 46), size: 11, anchor: .end, fill: Ink.reference)
        svg.label("test", at: (62, 66), size: 11, anchor: .end, fill: Ink.test)
        let bottom = 84 + lane * Double(max(1, leads.count))
        drawSeconds(in: &svg, length: length, scale: scale, bottom: bottom)
        for pair in pairs { draw(pair, in: &svg, x: x, bottom: bottom) }
        for (lead, samples) in values.enumerated() {
            draw(samples, in: &svg, top: 84 + lane * Double(lead), height: lane - 10, scale: scale)
            svg.label(leads[lead], at: (62, 84 + lane * (Double(lead) + 0.5)), size: 11, anchor: .end)
        }
        return svg
    }

    private func drawSeconds(in svg: inout SVG, length: Int, scale: Double, bottom: Double) {
        let first = Int((Double(begin) / sampleRate).rounded(.up))
        let last = Int(Double(begin + Int64(length)) / sampleRate)
        guard first <= last else { return }
        for second in first...last {
            let place = 70 + (Double(second) * sampleRate - Double(begin)) * scale
            svg.line(from: (place, 76), to: (place, bottom), stroke: Ink.grid)
            let text = "\(second / 60):\(second % 60 < 10 ? "0" : "")\(second % 60)"
            svg.label(text, at: (place, bottom + 16), size: 11, anchor: .middle, fill: Ink.faint)
        }
    }

    private func draw(_ pair: BeatPair, in svg: inout SVG, x: (Int64) -> Double, bottom: Double) {
        let agrees = pair.reference == pair.test
        let anchor = pair.referenceFrame ?? pair.testFrame ?? begin
        if !agrees {
            svg.rectangle(at: (x(anchor) - 9, 34), width: 18, height: bottom - 34, fill: "#fbe3e8")
        }
        if let frame = pair.referenceFrame {
            svg.line(from: (x(frame), 74), to: (x(frame), 82), stroke: Ink.reference, width: 1.5)
            svg.label(pair.reference.letter, at: (x(frame), 46), anchor: .middle, fill: Ink.reference, bold: !agrees)
        }
        if let frame = pair.testFrame {
            svg.line(from: (x(frame), 82), to: (x(frame), 90), stroke: Ink.test, width: 1.5)
            svg.label(pair.test.letter, at: (x(frame), 66), anchor: .middle, fill: Ink.test, bold: !agrees)
        } else {
            svg.label("·", at: (x(anchor), 66), anchor: .middle, fill: Ink.wrong, bold: true)
        }
    }

    private func draw(_ samples: [Float], in svg: inout SVG, top: Double, height: Double, scale: Double) {
        let present = samples.filter(\.isFinite)
        guard let low = present.min(), let high = present.max() else { return }
        let span = max(0.2, Double(high - low))
        let middle = Double(high + low) / 2
        svg.polyline(
            samples.enumerated().map { index, value in
                value.isFinite
                    ? (70 + Double(index) * scale, top + height / 2 - (Double(value) - middle) / span * height * 0.92)
                    : nil
            }, stroke: Ink.text, width: 1)
    }
}
