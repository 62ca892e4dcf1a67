import WFDB

/// Finds the sample of each planned beat's R peak in the noise-free first lead.
///
/// The peak is the sample of the QRS complex that is farthest from the value where the beat's ventricular part begins. Where
/// beats follow so closely that their complexes overlap, each is searched up to the middle between them.
struct ReferencePeaks: Sendable {
    /// Beats found so far, and the rhythm changes between them.
    private(set) var annotations: [Annotation] = []

    private struct Target {
        var beat: PlannedBeat
        var onset: Int64
        var window: ClosedRange<Int64>
    }

    private var targets: [Target]
    private var next = 0
    private var frame: Int64 = 0
    private var onset = 0.0
    private var best: (frame: Int64, deflection: Double) = (0, -1)
    private var rhythm: RhythmEpisode.Kind?
    private let frameCount: Int64

    init(beats: [PlannedBeat], sampleRate: Double, frameCount: Int64) {
        self.frameCount = frameCount
        let own = beats.filter { $0.time >= 0 && ($0.time * sampleRate).rounded() < Double(frameCount) }
        // The last frame of each beat but the last one that is nearer to it than to the next.
        let middles = zip(own, own.dropFirst()).map { Int64((($0.time + $1.time) / 2 * sampleRate).rounded(.down)) }
        targets = own.enumerated().map { index, beat in
            let first = index > 0 ? middles[index - 1] + 1 : 0
            let last = index < middles.count ? middles[index] : frameCount - 1
            // Onset, begin and end of the search, in s from the R peak.
            let span: (Double, Double, Double) =
                switch beat.kind {
                case .sinus, .prematureAtrial, .fibrillation: (-0.06, -0.06, 0.06)
                case .prematureVentricular: (-0.09, -0.09, 0.08)
                case .fusion: (-0.07, -0.07, 0.07)
                // Begins before the spike, which is not searched.
                case .paced: (-0.08, -0.03, 0.06)
                }
            func frame(_ offset: Double) -> Int64 {
                min(max(Int64(((beat.time + offset) * sampleRate).rounded()), first), last)
            }
            return Target(beat: beat, onset: frame(span.0), window: frame(span.1)...frame(span.2))
        }
    }

    /// Takes the noise-free value of the next frame.
    mutating func consume(_ value: Double) {
        defer { frame += 1 }
        guard next < targets.count else { return }
        let target = targets[next]
        if frame == target.onset { onset = value }
        guard frame >= target.window.lowerBound else { return }
        if frame == target.window.lowerBound { best = (frame, -1) }
        let deflection = abs(value - onset)
        if deflection > best.deflection { best = (frame, deflection) }
        if frame == target.window.upperBound { annotate(target.beat) }
    }

    private mutating func annotate(_ beat: PlannedBeat) {
        if next == 0 || beat.rhythm != rhythm {
            rhythm = beat.rhythm
            let previous = annotations.last?.sample ?? 0
            annotations.append(
                Annotation(sample: (previous + best.frame) / 2, code: .rhythm, aux: Array(Self.name(of: rhythm).utf8)))
        }
        annotations.append(Annotation(sample: best.frame, code: beat.kind.annotationCode))
        next += 1
    }

    /// The AUX string of a rhythm as the MIT-BIH Arrhythmia Database writes it.
    private static func name(of rhythm: RhythmEpisode.Kind?) -> String {
        switch rhythm {
        case .fibrillation: "(AFIB"
        case .bigeminy: "(B"
        case .ventricularTachycardia: "(VT"
        case .paced: "(P"
        case .pause, nil: "(N"
        }
    }
}
