import Detection
import Foundation
import Scoring
import Signal
import Training
import WFDB

/// One record at one step of the ladder.
struct StressStep: Sendable {
    var annotator: String
    var noise: String
    var decibels: Double?
    var record: String
    var matrix: BeatMatrix
}

/// A record to which noise is added.
struct StressSubject {
    private let name: String
    private let signal: Waveform
    private let leads: LeadColumns
    private let beats: [Annotation]
    private let period: ComparisonPeriod
    private let reference: String

    init(path: String, reference: String, from: Double, window: Double) throws {
        name = path.split(separator: "/").last.map(String.init) ?? path
        signal = try Waveform(path: path)
        leads = try LeadColumns.usable(of: signal.signals, frameRate: signal.sampleRate, path: path)
        beats = try Annotation.read(path: "\(path).\(reference)", frameRate: signal.sampleRate)
        self.reference = reference
        period = try ComparisonPeriod(
            sampleRate: signal.sampleRate, length: Int64(signal.frameCount), from: from, window: window)
    }

    /// The record as it is.
    func clean() throws -> StressStep {
        StressStep(annotator: "beatd", noise: "no noise", decibels: nil, record: name, matrix: detected(in: signal))
    }

    /// The record at every ratio: the built-in detector, then the annotators whose files lie in the folder.
    func steps(
        noise: String, wave: Waveform, decibels: [Double], folder: String?, annotators: [String]
    ) throws -> [StressStep] {
        let stress = try NoiseStress(
            record: name, signal: signal, beats: beats, noise: wave.resampled(to: signal.sampleRate))
        return try decibels.flatMap { ratio -> [StressStep] in
            let mixed = stress.mixed(decibels: ratio)
            var steps = [
                StressStep(
                    annotator: "beatd", noise: noise, decibels: ratio, record: name, matrix: detected(in: mixed))
            ]
            guard let folder else { return steps }
            let stem = name + noise + Self.suffix(ratio)
            if annotators.isEmpty { try write(mixed, name: stem, folder: folder) }
            for annotator in annotators {
                let test = try Annotation.read(
                    path: "\(folder)/\(stem).\(annotator)", frameRate: signal.sampleRate)
                let matrix = BeatComparison(reference: beats, test: test, period: period).matrix
                steps.append(
                    StressStep(annotator: annotator, noise: noise, decibels: ratio, record: name, matrix: matrix))
            }
            return steps
        }
    }

    /// The beginnings of the names under which records are written, with each kind of noise.
    static func outputs(of paths: [String], noise: [String], folder: String) -> [(record: String, file: String)] {
        func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
        return paths.flatMap { path in noise.map { (path + " with " + $0, "\(folder)/\(name(path))\(name($0))") } }
    }

    /// `06` for 6 dB and `_6` for -6 dB, as the records of the noise stress test database are named.
    static func suffix(_ decibels: Double) -> String {
        let whole = Int(decibels.rounded())
        let digits = String(abs(whole))
        return whole < 0 ? "_" + digits : digits.count < 2 ? "0" + digits : digits
    }

    private func detected(in wave: Waveform) -> BeatMatrix {
        var detector = PanTompkins(sampleRate: wave.sampleRate, leadCount: leads.signals.count)
        var peaks: [Annotation] = []
        let keep = { (peak: RPeak) in peaks.append(Annotation(sample: peak.frame, code: .normal)) }
        var first = 0
        while first < wave.frameCount {
            let end = min(wave.frameCount, first + 4096)
            let block = SampleBlock(
                firstFrame: Int64(first), leadCount: leads.signals.count,
                values: wave.physical(first..<end, of: leads))
            detector.consume(block, emit: keep)
            first = end
        }
        detector.finish(emit: keep)
        return BeatComparison(reference: beats, test: peaks, period: period).matrix
    }

    private func write(_ wave: Waveform, name stem: String, folder: String) throws {
        let signals = wave.signals.map { signal in
            SignalDescription(
                fileName: stem + ".dat", format: .int16, gain: signal.gain, baseline: signal.baseline,
                units: signal.units, description: signal.description)
        }
        let writer = try RecordWriter(
            path: "\(folder)/\(stem)", header: Header(name: stem, signals: signals, frameRate: wave.sampleRate))
        try writer.writeRaw(wave.values)
        _ = try writer.close()
        try Annotation.write(beats, path: "\(folder)/\(stem).\(reference)")
    }
}
