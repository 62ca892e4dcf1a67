import Conditioning
import Scoring
public import Signal
import WFDB

/// Noise that is added to records before the stages see them, as `nst` adds it (`NoiseStress`): from 5:00 on, two minutes
/// with noise and two without alternate.
///
///     let noise = try AddedNoise(path: "../shared/data/nstdb/ma", decibels: 12)
///     let beats = try RecordBeats(reading: name, path: path, mapping: .chazal, distort: noise.distortion(ofRecordAt: path))
public struct AddedNoise: Sendable {
    /// Name of the noise.
    public let name: String
    /// Signal-to-noise ratio in dB.
    public let decibels: Double
    private let wave: Waveform

    /// Reads the noise.
    public init(path: String, decibels: Double) throws(TrainingError) {
        do {
            wave = try Waveform(path: path)
        } catch {
            throw .unusable(path, cause: error)
        }
        name = path.split(separator: "/").suffix(2).joined(separator: "/")
        self.decibels = decibels
    }

    /// What puts the noise into the blocks of a record; the ratio is measured at the beats of its `.atr`.
    public func distortion(ofRecordAt path: String) throws(TrainingError) -> (inout SampleBlock) -> Void {
        let mixed = try mixed(withRecordAt: path)
        return { block in block.values = mixed.physical(Int(block.firstFrame)..<Int(block.endFrame)) }
    }

    /// The record with the noise.
    func mixed(withRecordAt path: String) throws(TrainingError) -> Waveform {
        do {
            let signal = try Waveform(path: path)
            let stress = try NoiseStress(
                record: path, signal: signal,
                beats: Annotation.reference(
                    ofRecordAt: path, frameRate: signal.sampleRate, frameCount: Int64(signal.frameCount)),
                noise: wave.resampled(to: signal.sampleRate))
            return stress.mixed(decibels: decibels)
        } catch {
            throw .unusable(path, cause: error)
        }
    }

    /// The stretches with noise of a record of some seconds, in seconds.
    public static func stretches(ofSeconds length: Double) -> [Range<Double>] {
        stride(from: NoiseStress.firstNoise, to: length, by: 2 * NoiseStress.stretch)
            .map { $0..<min($0 + NoiseStress.stretch, length) }.filter { $0.upperBound - $0.lowerBound > 1 }
    }

    /// How the leads of a record are judged where this noise is and where it is not.
    public func leadQuality(ofRecordAt path: String) throws(TrainingError) -> LeadQualityInNoise {
        let mixed = try mixed(withRecordAt: path)
        var quality = LeadQuality(sampleRate: mixed.sampleRate, leadCount: mixed.leadCount)
        let stretches = Self.stretches(ofSeconds: Double(mixed.frameCount) / mixed.sampleRate)
        var result = LeadQualityInNoise()
        let step = max(1, Int(mixed.sampleRate / 4))
        for first in stride(from: 0, to: mixed.frameCount - step, by: step) {
            quality.consume(
                SampleBlock(
                    firstFrame: Int64(first), leadCount: mixed.leadCount, values: mixed.physical(first..<first + step)))
            let time = Double(first + step) / mixed.sampleRate
            let isNoisy = stretches.contains { $0.contains(time) }
            for lead in 0..<mixed.leadCount {
                result.count(
                    Double(quality.value(ofLead: lead)), isReported: quality.state(ofLead: lead) == .noisy,
                    inNoise: isNoisy)
            }
        }
        return result
    }
}

/// What `LeadQuality` says of leads, four times a second, where noise was added and where it was not.
public struct LeadQualityInNoise: Sendable, Equatable {
    private var looks = [0, 0]
    private var sums = [0.0, 0.0]
    private var reports = [0, 0]

    /// Nothing looked at.
    public init() {}

    mutating func count(_ value: Double, isReported: Bool, inNoise: Bool) {
        let place = inNoise ? 1 : 0
        looks[place] += 1
        sums[place] += value
        reports[place] += isReported ? 1 : 0
    }

    /// Adds the looks of another record.
    public static func += (sum: inout Self, other: Self) {
        for place in 0..<2 {
            sum.looks[place] += other.looks[place]
            sum.sums[place] += other.sums[place]
            sum.reports[place] += other.reports[place]
        }
    }

    /// Mean value of the leads, 0 to 1.
    public func mean(inNoise: Bool) -> Double? {
        looks[inNoise ? 1 : 0] > 0 ? sums[inNoise ? 1 : 0] / Double(looks[inNoise ? 1 : 0]) : nil
    }

    /// Share of the looks at which a lead counts as noisy.
    public func share(inNoise: Bool) -> Double? {
        looks[inNoise ? 1 : 0] > 0 ? Double(reports[inNoise ? 1 : 0]) / Double(looks[inNoise ? 1 : 0]) : nil
    }
}
