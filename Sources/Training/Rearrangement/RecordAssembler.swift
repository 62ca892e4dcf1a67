import Foundation
import Signal
import Synthesis
import WFDB

/// Lays the complexes of a record out at the times of a script.
///
/// Between the end of a T wave and the next QRS complex the signal goes smoothly from one level to the other, with noise as
/// fast and as strong as the record's; a P wave is added where the script has one. A complex that comes before the T wave
/// has ended begins at the level that it finds.
struct RecordAssembler {
    private let material: BeatMaterial
    private let foci: [[BeatMaterial.Complex]]
    private var aberrancy: AberrantConduction?
    private var random: RandomStream
    /// Factor of all P waves: in some patients they can hardly be seen.
    private let visibility: Float
    private var values: [Float]
    /// Frames that hold signal.
    private var filled = 0
    private var beats: [Annotation] = []
    private var waves: [(start: Int, factor: Float)] = []
    /// Frames in which the atria fibrillate.
    private(set) var fibrillating: [Range<Int>] = []
    /// Frames from beat to beat in which the atria flutter, and the number of their cycles in between.
    private(set) var fluttering: [(frames: Range<Int>, cycles: Int)] = []

    /// Prepares `seconds` of signal; `foci` are the ventricular beats that scripts may ask for, others are left out, and
    /// `aberrancy` is how early beats are conducted, nil where as all others.
    init(
        _ material: BeatMaterial, foci: [[BeatMaterial.Complex]], aberrancy: AberrantConduction?, seconds: Double,
        random: RandomStream
    ) {
        self.material = material
        self.foci = foci
        self.aberrancy = aberrancy
        self.random = random
        visibility = self.random.uniform() < 0.4 ? Float(self.random.uniform()) : 1
        values = [Float](repeating: 0, count: material.frames(seconds) * material.leadCount)
    }

    /// Follows a script until the time is over or every complex has been laid three times: (frames, leads) in mV, and its beats.
    mutating func assemble(_ script: any RhythmScript) -> (values: [Float], beats: [Annotation]) {
        var script = script
        var peak = material.frames(0.6)
        var laid = 0
        var laidOfFocus = [Int](repeating: 0, count: foci.count)
        let end = values.count / material.leadCount - material.frames(3)
        while laid < 3 * material.conducted.count {
            let beat = script.next()
            if case .ventricular(let focus) = beat.origin, !foci.indices.contains(focus) || foci[focus].isEmpty {
                continue
            }
            let earlier = beats.isEmpty ? 0 : peak
            if !beats.isEmpty { peak += material.frames(max(beat.interval, 0.27)) }
            guard peak < end else { break }
            switch beat.disorder {
            case .fibrillation:
                let start = fibrillating.last?.upperBound == earlier ? fibrillating.removeLast().lowerBound : earlier
                fibrillating.append(start..<peak)
            case .flutter(let cycles): fluttering.append((earlier..<peak, cycles))
            case nil: break
            }
            var code = AnnotationCode.normal
            if case .ventricular(let focus) = beat.origin {
                code = .pvc
                var complex = foci[focus][laidOfFocus[focus] % foci[focus].count]
                laidOfFocus[focus] += 1
                for index in complex.samples.indices { complex.samples[index] += level(index % material.leadCount) }
                lay(complex, peak: peak)
            } else {
                if beat.origin == .atrial { code = .apc }
                var complex = material.conducted[laid % material.conducted.count]
                if let degree = aberrancy?.degree(of: beat, interval: script.interval), let aberrancy {
                    complex = aberrancy.conducted(complex, degree: degree, sampleRate: material.sampleRate)
                }
                lay(complex, peak: peak)
                laid += 1
                if let wave = material.atrialWave, beat.wave != 0 {
                    let start = peak - wave.before - material.frames(beat.waveLead)
                    waves.append((start, Float(beat.wave)))
                    if let earlier = beat.blockedWave { waves.append((start - material.frames(earlier), 1)) }
                }
            }
            beats.append(Annotation(sample: Int64(peak), code: code))
        }
        addWaves()
        values.removeSubrange(filled * material.leadCount..<values.count)
        return (values, beats)
    }

    /// What a lead has last.
    private func level(_ lead: Int) -> Float { filled > 0 ? values[(filled - 1) * material.leadCount + lead] : 0 }

    private mutating func lay(_ complex: BeatMaterial.Complex, peak: Int) {
        let leads = material.leadCount
        let start = max(peak - complex.before, 0)
        let count = min(complex.samples.count / leads, values.count / leads - start)
        for lead in 0..<leads {
            let first = complex.samples[lead]
            // The level that a complex finds where it comes early fades within 0.3 s.
            let step = start < filled ? values[start * leads + lead] - first : 0
            if start > filled { bridge(to: start, level: first, lead: lead) }
            for frame in 0..<count {
                let fading = step * exp(-Float(frame) / Float(0.3 * material.sampleRate))
                values[(start + frame) * leads + lead] = complex.samples[frame * leads + lead] + fading
            }
        }
        filled = start + count
    }

    private mutating func bridge(to end: Int, level target: Float, lead: Int) {
        let leads = material.leadCount
        let origin = filled > 0 ? level(lead) : target
        var last: Float = 0
        for frame in filled..<end {
            let way = 0.5 - 0.5 * cos(Float.pi * Float(frame - filled) / Float(max(end - filled - 1, 1)))
            let drawn = material.noise[lead] * Float(random.gaussian())
            values[frame * leads + lead] = origin + (target - origin) * way + 0.6 * drawn + 0.4 * last
            last = drawn
        }
    }

    private mutating func addWaves() {
        guard let wave = material.atrialWave else { return }
        for (start, factor) in waves where start >= 0 {
            let first = start * material.leadCount
            for index in 0..<min(wave.samples.count, values.count - first) {
                values[first + index] += visibility * factor * wave.samples[index]
            }
        }
    }
}
