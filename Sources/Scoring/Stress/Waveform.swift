public import WFDB

/// A whole record in memory, in ADC units with the ADC's zero taken out: what noise is added to, and noise itself.
public struct Waveform: Sendable, Equatable {
    /// Frames per second, in Hz.
    public let sampleRate: Double
    /// What each lead is: gain, baseline, name.
    ///
    /// The ADC zero has been taken out of the baseline.
    public let signals: [SignalDescription]
    /// Values, frame by frame; `RecordReader.missingSample` where there is none.
    public var values: [Int32]

    /// Values per frame.
    public var leadCount: Int { signals.count }
    /// Number of frames.
    public var frameCount: Int { values.count / max(1, leadCount) }

    /// The greatest number of values that are read: 12 leads of a day at 125 Hz.
    public static let greatestCount = 130_000_000

    /// Makes a waveform; `values` holds whole frames.
    public init(sampleRate: Double, signals: [SignalDescription], values: [Int32]) {
        precondition(!signals.isEmpty && values.count.isMultiple(of: signals.count), "a waveform holds whole frames")
        self.sampleRate = sampleRate
        self.signals = signals
        self.values = values
    }

    /// Reads a record.
    ///
    /// - Throws: `WFDBError` where it cannot be read, `StressError` where it is of mixed rates or too long.
    public init(path: String) throws {
        let reader = try RecordReader(path: path)
        guard reader.signals.allSatisfy({ $0.samplesPerFrame == 1 }), !reader.signals.isEmpty else {
            throw StressError.mixedRates(record: path)
        }
        var values: [Int32] = []
        var block: [Int32] = []
        while try reader.readRaw(into: &block, maxFrames: 16_384) > 0 {
            guard values.count + block.count <= Self.greatestCount else { throw StressError.tooLong(record: path) }
            values += block
        }
        let zeros = reader.signals.map { Int32(clamping: $0.adcZero) }
        for index in values.indices where values[index] != RecordReader.missingSample {
            values[index] &-= zeros[index % zeros.count]
        }
        self.init(
            sampleRate: reader.frameRate,
            signals: reader.signals.map { signal in
                var signal = signal
                signal.baseline -= signal.adcZero
                signal.adcZero = 0
                return signal
            }, values: values)
    }

    /// Values in mV (voltages) or their own unit, frame by frame, `NaN` where there is none.
    public func physical(_ frames: Range<Int>) -> [Float] {
        let scales = signals.map { signal in
            ((signal.isVoltage ? signal.millivoltsPerUnit : 1) / signal.gain, Double(signal.baseline))
        }
        return (frames.lowerBound * leadCount..<frames.upperBound * leadCount).map { index in
            let value = values[index]
            guard value != RecordReader.missingSample else { return .nan }
            let (scale, baseline) = scales[index % leadCount]
            return Float((Double(value) - baseline) * scale)
        }
    }
}

/// What keeps a noise stress test from being made.
public enum StressError: Error, Equatable, Sendable {
    /// A record whose signals have several samples per frame.
    case mixedRates(record: String)
    /// A record that does not fit in memory.
    case tooLong(record: String)
    /// Noise at a rate of its own.
    case noiseRate(noise: Double, record: Double)
    /// A lead without any amplitude, counted from 0.
    case flatLead(record: String, lead: Int)
    /// No normal beats to measure the signal by.
    case noBeats(record: String)
}

extension StressError: CustomStringConvertible {
    /// What, where and how to go on.
    public var description: String {
        switch self {
        case .mixedRates(let record):
            "\(record) has signals of several rates; convert it to one rate before adding noise"
        case .tooLong(let record):
            "\(record) has more than \(Waveform.greatestCount) samples, which do not fit in memory; cut it into parts"
        case .noiseRate(let noise, let record):
            "the noise has \(noise) frames a second, the record \(record); resample the noise first"
        case .flatLead(let record, let lead):
            "signal \(lead) of \(record) is flat, so that no signal-to-noise ratio can be made with it"
        case .noBeats(let record):
            "\(record) has no normal beats among its reference annotations, by which the signal is measured"
        }
    }
}
