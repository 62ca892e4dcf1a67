/// A record to be converted, as ADC values or physical values: WFDB, EDF or CSV.
///
/// Where the ADC values of the source cannot be taken as they are (CSV has none, the segments of a record have
/// different gains), a gain is chosen that keeps the physical values in 16 bits.
final class RecordInput {
    /// Signals and gains of the ADC values that `readRaw` gives.
    let header: Header
    let frameCount: Int64?
    /// The first frame that is converted, counted in the source.
    let firstFrame: Int64
    private let source: Source
    private let quantisers: [Quantiser]?
    private var left: Int64
    private var values: [Float] = []

    private enum Source {
        case record(RecordReader)
        case csv(CSVReader)
    }

    /// How a physical value becomes an ADC value.
    struct Quantiser {
        let gain: Double
        let baseline: Double

        func sample(_ value: Float) -> Int32 {
            guard !value.isNaN else { return RecordReader.missingSample }
            return Int32(min(max((Double(value) * gain + baseline).rounded(), -32_767), 32_767))
        }
    }

    /// Opens a source.
    ///
    /// - Parameters:
    ///   - seconds: the part to be converted.
    ///   - peaks: the largest magnitude of each signal, where a gain has to be chosen for CSV.
    init(
        path: String, csvRate: Double?, seconds: Range<Double>?, peaks: [Float]?
    ) throws(WFDBError) {
        var header: Header
        var available: Int64?
        let needsGains: Bool
        if path.hasSuffix(".csv") {
            let reader = try CSVReader(path: path, frameRate: csvRate)
            source = .csv(reader)
            header = reader.header
            needsGains = true
        } else {
            let reader = try RecordReader(path: path)
            source = .record(reader)
            header = reader.header
            needsGains = header.isMultiSegment
            header.signals = reader.signals
            header.segments = []
            available = reader.frameCount
            header.warnings = []
        }
        if needsGains {
            for index in header.signals.indices {
                header.signals[index].setGain(forPeak: peaks?[index] ?? 1)
            }
            quantisers = header.signals.flatMap { signal in
                Array(
                    repeating: Quantiser(gain: signal.gain / signal.millivoltsPerUnit, baseline: 0),
                    count: signal.samplesPerFrame)
            }
        } else {
            quantisers = nil
        }
        func frame(_ time: Double) -> Int64 { Int64(min((time * header.frameRate).rounded(), 0x1p60)) }
        firstFrame = seconds.map { frame($0.lowerBound) } ?? 0
        let end = seconds.flatMap { $0.upperBound.isFinite ? frame($0.upperBound) : nil }
        left = min(end ?? .max, available ?? .max) - firstFrame
        frameCount = available == nil && end == nil ? nil : max(0, left)
        header.frameCount = frameCount
        self.header = header
        try skip()
    }

    private func skip() throws(WFDBError) {
        guard firstFrame > 0 else { return }
        switch source {
        case .record(let reader): try reader.seek(toFrame: firstFrame)
        case .csv(let reader):
            var rest = firstFrame
            while rest > 0 {
                let read = try reader.read(into: &values, maxFrames: Int(min(rest, 4_096)))
                guard read > 0 else { throw .outOfRange(frame: firstFrame, frameCount: firstFrame - rest) }
                rest -= Int64(read)
            }
        }
    }

    /// Reads physical values; 0 at the end.
    func read(into values: inout [Float], maxFrames: Int) throws(WFDBError) -> Int {
        let wanted = Int(min(Int64(maxFrames), left))
        guard wanted > 0 else { return 0 }
        let read: Int
        switch source {
        case .record(let reader): read = try reader.read(into: &values, maxFrames: wanted)
        case .csv(let reader): read = try reader.read(into: &values, maxFrames: wanted)
        }
        left -= Int64(read)
        return read
    }

    /// Reads ADC values; 0 at the end.
    func readRaw(into samples: inout [Int32], maxFrames: Int) throws(WFDBError) -> Int {
        guard let quantisers else {
            let wanted = Int(min(Int64(maxFrames), left))
            guard wanted > 0, case .record(let reader) = source else { return 0 }
            let read = try reader.readRaw(into: &samples, maxFrames: wanted)
            left -= Int64(read)
            return read
        }
        let read = try read(into: &values, maxFrames: maxFrames)
        samples.removeAll(keepingCapacity: true)
        samples.reserveCapacity(values.count)
        guard read > 0 else { return 0 }
        for (index, value) in values.enumerated() { samples.append(quantisers[index % quantisers.count].sample(value)) }
        return read
    }

    /// True where gains have to be chosen, for which the signals' peaks must be known.
    static func needsPeaks(path: String) throws(WFDBError) -> Bool {
        if path.hasSuffix(".csv") { return true }
        return try Header(path: path).isMultiSegment
    }

    /// The files that a record is read from.
    static func files(path: String) throws(WFDBError) -> [String] {
        let location = RecordLocation(path)
        guard !path.hasSuffix(".csv"), !location.isEDF else { return [path] }
        let header = try Header(path: path)
        var files = [location.headerPath]
        for signal in header.signals where signal.fileName != "~" {
            files.append(try location.path(of: signal.fileName))
        }
        for segment in header.segments where !segment.isNull {
            let own = RecordLocation(try location.path(of: segment.name))
            files.append(own.headerPath)
            for signal in try Header(path: own.headerPath).signals where signal.fileName != "~" {
                files.append(try own.path(of: signal.fileName))
            }
        }
        return files
    }
}

extension SignalDescription {
    /// Chooses the largest gain of the series 1, 2, 5, 10 … at which a value fits 16 bits, at most 100,000 per mV.
    mutating func setGain(forPeak peak: Float) {
        let peak = max(Double(peak) / millivoltsPerUnit, 1e-9)
        var gain = 1e5
        while gain * peak > 32_000, gain > 1e-12 {
            let mantissa = (gain / gain.powerOfTen).rounded()
            gain = mantissa == 5 ? gain * 0.4 : gain * 0.5
        }
        self.gain = gain
        isCalibrated = true
        baseline = 0
        adcZero = 0
        adcResolution = 16
        format = .int16
        initialValue = nil
        checksum = nil
    }
}

extension Double {
    /// The largest power of ten that is not above a positive number.
    fileprivate var powerOfTen: Double {
        var power = 1.0
        while power > self { power /= 10 }
        while power * 10 <= self * (1 + 1e-12) { power *= 10 }
        return power
    }
}
