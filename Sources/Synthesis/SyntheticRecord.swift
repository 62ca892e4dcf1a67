import Signal
public import WFDB

/// How a synthetic record is stored.
public struct RecordLayout: Sendable, Equatable {
    /// Signal format: 16, 24, 32, 212 or 516.
    public var format = SignalFormat.packed12
    /// ADC units per mV.
    public var gain = 200.0
    /// ADC value of 0 mV.
    public var baseline = 0
    /// Bits of the recorder's ADC, at most those of the format; values clip at its range.
    public var adcResolution: Int
    /// Comment lines of the header.
    public var comments: [String] = []

    /// Makes a layout with the ADC resolution of the format.
    public init(format: SignalFormat = .packed12, gain: Double = 200, baseline: Int = 0, adcResolution: Int? = nil) {
        self.format = format
        self.gain = gain
        self.baseline = baseline
        self.adcResolution = min(adcResolution ?? format.bits, format.bits)
    }
}

/// What was written.
public struct SyntheticRecord: Sendable {
    /// The header, with length and checksums.
    public var header: Header
    /// The reference annotations.
    public var annotations: [Annotation]
    /// Samples of the heart that did not fit the ADC's range and are clipped.
    public var clippedCount: Int64

    /// Synthesises a record into `path.hea`, `path.dat` and `path.atr`.
    ///
    /// - Parameter progress: called now and then with the share that is done, 0...1.
    public static func write(
        _ recipe: Recipe, layout: RecordLayout = RecordLayout(), path: String,
        progress: (Double) -> Void = { _ in }
    ) throws -> SyntheticRecord {
        var synthesizer = try Synthesizer(recipe)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let signals = recipe.leads.map {
            SignalDescription(
                fileName: name + ".dat", format: layout.format, gain: layout.gain, baseline: layout.baseline,
                adcResolution: layout.adcResolution, description: $0.name)
        }
        let writer = try RecordWriter(
            path: path,
            header: Header(name: name, signals: signals, frameRate: recipe.sampleRate, comments: layout.comments))
        // The recorder's ADC clips; its lowest value is kept free for "no sample here".
        let reach = Double(Int64(1) << Int64(layout.adcResolution - 1)) - 1
        let lowest = Float((-reach - Double(layout.baseline)) / layout.gain)
        let highest = Float((reach - Double(layout.baseline)) / layout.gain)
        var clipped: Int64 = 0
        while let block = synthesizer.next(frames: 16_384) {
            var values = block.values
            for index in values.indices where !(lowest...highest).contains(values[index]) && !values[index].isNaN {
                // A saturated amplifier is meant to be clipped.
                if values[index] != Float(LeadNoise.rail) { clipped += 1 }
                values[index] = min(max(values[index], lowest), highest)
            }
            try writer.write(values)
            progress(Double(synthesizer.position) / Double(synthesizer.frameCount))
        }
        let header = try writer.close()
        let annotations = synthesizer.annotations
        try Annotation.write(annotations, path: path + ".atr")
        return SyntheticRecord(header: header, annotations: annotations, clippedCount: clipped)
    }
}
