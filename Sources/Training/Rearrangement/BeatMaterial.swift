import Foundation
import Scoring
import Signal
import WFDB

/// A record taken apart: QRS complexes with their T waves, the P wave, and what lies between.
///
/// What `RecordAssembler` lays out again at other times. Complexes keep the patient's own shapes, drift and noise; only
/// the stretch between T wave and next QRS complex is made anew.
struct BeatMaterial: Sendable {
    /// A stretch of signal about an R peak.
    struct Complex: Sendable {
        /// (frames, leads) in mV.
        var samples: [Float]
        /// Frames before the R peak.
        var before: Int
    }

    /// Frames per second.
    let sampleRate: Double
    /// Leads.
    let leadCount: Int
    /// Conducted beats in their order: from 70 ms before the R peak to the end of the T wave.
    private(set) var conducted: [Complex] = []
    /// Ventricular beats in their order, from 0 to 0 mV.
    private(set) var ventricular: [Complex] = []
    /// The P wave before conducted beats, on a line from its begin to its end; nil where too few show it alone.
    private(set) var atrialWave: Complex?
    /// Median RR interval, in s.
    let interval: Double
    /// Height of the conducted QRS complexes by lead, peak to peak in mV.
    private(set) var amplitude: [Float]
    /// Deviation of what is faster than five frames, by lead, in mV.
    private(set) var noise: [Float]

    private let signal: [Float]

    /// Takes a record apart at its reference beats; nil where it has fewer than 20 conducted ones.
    init?(_ waveform: Waveform, leads: LeadColumns, reference: [Annotation], mapping: LabelMapping) {
        self.init(
            waveform.physical(0..<waveform.frameCount, of: leads).map { $0.isFinite ? $0 : 0 },
            leadCount: leads.signals.count, sampleRate: waveform.sampleRate, reference: reference, mapping: mapping)
    }

    /// Takes (frames, leads) in mV apart.
    init?(
        _ signal: [Float], leadCount: Int, sampleRate: Double, reference: [Annotation], mapping: LabelMapping
    ) {
        self.sampleRate = sampleRate
        self.leadCount = leadCount
        self.signal = signal
        let beats = reference.compactMap { annotation in
            mapping.label(of: annotation.code).map { (frame: Int(annotation.sample), label: $0) }
        }
        let intervals = zip(beats, beats.dropFirst()).map { Double($1.frame - $0.frame) / sampleRate }
        interval = intervals.isEmpty ? 0 : intervals.sorted()[intervals.count / 2]
        amplitude = []
        noise = []
        var heights = [[Float]](repeating: [], count: leadCount)
        var waves: [Complex] = []
        for index in beats.indices.dropFirst().dropLast() {
            let following = Double(beats[index + 1].frame - beats[index].frame) / sampleRate
            let (last, frame) = (beats[index - 1], beats[index].frame)
            switch beats[index].label {
            case .normal where last.label != .supraventricular:
                if let complex = conductedComplex(at: frame, following: following) { conducted.append(complex) }
                for lead in heights.indices { heights[lead].append(height(at: frame, lead: lead)) }
                if last.label == .normal, frame - last.frame > frames(0.62), let wave = wave(before: frame) {
                    waves.append(wave)
                }
            case .ventricular:
                if let complex = ventricularComplex(at: frame, following: following) { ventricular.append(complex) }
            default: continue
            }
        }
        guard conducted.count >= 20 else { return nil }
        amplitude = heights.map { $0.sorted()[$0.count / 2] + 0.05 }
        noise = (0..<leadCount).map(fastDeviation)
        if waves.count > 20 { atrialWave = Self.median(waves) }
    }

    /// Frames of a time in s.
    func frames(_ seconds: Double) -> Int { Int(seconds * sampleRate) }

    private func cut(_ range: Range<Int>) -> [Float]? {
        guard range.lowerBound >= 0, range.upperBound * leadCount <= signal.count else { return nil }
        return Array(signal[range.lowerBound * leadCount..<range.upperBound * leadCount])
    }

    /// The T wave ends where the QT interval does (Bazett, *Heart* 7 (1920) 353-370), or before the next P wave.
    private func conductedComplex(at frame: Int, following: Double) -> Complex? {
        let repolarized = 0.38 * min(max(following, 0.4), 1.2).squareRoot() + 0.03
        let room = following > 0.42 ? following - 0.16 : following - 0.1
        let before = frames(0.07)
        let end = frame + max(frames(min(repolarized, room)), frames(0.18))
        return cut(frame - before..<end).map { Complex(samples: $0, before: before) }
    }

    private func ventricularComplex(at frame: Int, following: Double) -> Complex? {
        let before = frames(0.12)
        let after = frames(min(0.46, following - 0.14))
        guard after >= frames(0.2), let samples = cut(frame - before..<frame + after) else { return nil }
        return Complex(samples: Self.levelled(samples, leads: leadCount), before: before)
    }

    private func wave(before frame: Int) -> Complex? {
        let start = frames(0.26)
        return cut(frame - start..<frame - frames(0.06)).map {
            Complex(samples: Self.levelled($0, leads: leadCount), before: start)
        }
    }

    /// The samples less the line from their first frame to their last.
    private static func levelled(_ samples: [Float], leads: Int) -> [Float] {
        let count = samples.count / leads
        return samples.indices.map { index in
            let (first, last) = (samples[index % leads], samples[(count - 1) * leads + index % leads])
            return samples[index] - first - (last - first) * Float(index / leads) / Float(max(count - 1, 1))
        }
    }

    /// The middle of many, value by value, fading at both ends.
    private static func median(_ waves: [Complex]) -> Complex {
        let length = waves[0].samples.count
        let samples = (0..<length).map { index in
            let place = sin(Float.pi * Float(index) / Float(length - 1))
            return waves.map { $0.samples[index] }.sorted()[waves.count / 2] * max(place, 0).squareRoot()
        }
        return Complex(samples: samples, before: waves[0].before)
    }

    private func height(at frame: Int, lead: Int) -> Float {
        var (low, high) = (Float.infinity, -Float.infinity)
        for place in max(0, frame - frames(0.06))..<min(signal.count / leadCount, frame + frames(0.08)) {
            low = min(low, signal[place * leadCount + lead])
            high = max(high, signal[place * leadCount + lead])
        }
        return max(high - low, 0)
    }

    /// From the median absolute difference to the mean of five frames.
    private func fastDeviation(lead: Int) -> Float {
        let values = stride(from: 2, to: signal.count / leadCount - 2, by: 7).map { frame in
            let mean = (-2...2).reduce(Float(0)) { $0 + signal[(frame + $1) * leadCount + lead] } / 5
            return abs(signal[frame * leadCount + lead] - mean)
        }
        return values.isEmpty ? 0 : values.sorted()[values.count / 2] / 0.6745
    }

    /// The ventricular beats as another patient would have them: at the other's rate and amplitude.
    ///
    /// - Parameters:
    ///   - order: which lead of this record goes to which of the other.
    ///   - factors: multiply each of the other's leads, after it has the other's amplitude.
    func ventricular(for other: BeatMaterial, order: [Int], factors: [Float]) -> [Complex] {
        let scales = order.indices.map { lead in
            min(max(other.amplitude[lead] / amplitude[order[lead]], 0.2), 5) * factors[lead]
        }
        let step = sampleRate / other.sampleRate
        return ventricular.map { complex in
            let count = complex.samples.count / leadCount
            let length = max(2, Int((Double(count) / step).rounded()))
            var samples: [Float] = []
            for frame in 0..<length {
                let place = min(Double(frame) * step, Double(count - 1))
                let (low, high) = (Int(place), min(Int(place) + 1, count - 1))
                for lead in order.indices {
                    let (a, b) = (
                        complex.samples[low * leadCount + order[lead]], complex.samples[high * leadCount + order[lead]]
                    )
                    samples.append(scales[lead] * (a + (b - a) * Float(place - Double(low))))
                }
            }
            return Complex(samples: samples, before: Int(Double(complex.before) / step))
        }
    }
}
