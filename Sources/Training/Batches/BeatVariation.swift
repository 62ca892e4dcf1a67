import Extraction
import Inference

/// What is changed in all beats of one sequence, so that it looks like the same minutes of another patient or another
/// electrode placement.
///
/// Drawn once per sequence: one lead missing, leads exchanged, leads upside down, other amplitudes, noise of nstdb. The
/// template is varied with the waveform (noise apart, which a template averages out).
struct BeatVariation {
    private let settings: TrainingConfiguration.Augmentation
    private let random: CounterRandom
    private var lost: Int?
    private var isSwapped = false
    private var factors: [Float] = [1, 1]
    private var noise: (track: NoiseLibrary.Segment, level: Float)?

    /// Draws a variation; `random` is the sequence's own.
    init(_ settings: TrainingConfiguration.Augmentation, noise library: NoiseLibrary?, random: CounterRandom) {
        self.settings = settings
        self.random = random
        if random.uniform(0) < settings.leadDropout { lost = random.uniform(1) < 0.5 ? 0 : 1 }
        isSwapped = random.uniform(2) < settings.leadSwap
        for lead in factors.indices {
            let factor = 1 + settings.scale * (2 * random.uniform(UInt64(3 + lead)) - 1)
            factors[lead] = random.uniform(UInt64(5 + lead)) < settings.signFlip ? -factor : factor
        }
        if let library, settings.noiseLevel > 0, random.uniform(7) < settings.noise {
            noise = (library.segment(random.bits(8)), settings.noiseLevel * random.uniform(9))
        }
    }

    /// Whether a beat of the sequence is shown as the provisional stage sees it.
    func isProvisional(_ index: Int) -> Bool { random.uniform(UInt64(100 + index)) < settings.provisional }

    /// Changes one beat in place, before its context is scaled; windows are (leads, length).
    func apply(
        index: Int, window: inout [Float], template: inout [Float], context: UnsafeMutableBufferPointer<Float>
    ) {
        let length = window.count / 2
        if let noise {
            for lead in 0..<2 {
                var height: Float = 0
                for value in template[lead * length..<(lead + 1) * length] { height = max(height, abs(value)) }
                let level = noise.level * height
                for sample in 0..<length {
                    window[lead * length + sample] += level * noise.track.value(lead: lead, at: index * length + sample)
                }
            }
        }
        for lead in 0..<2 where factors[lead] != 1 {
            for sample in lead * length..<(lead + 1) * length {
                window[sample] *= factors[lead]
                template[sample] *= factors[lead]
            }
        }
        if isSwapped {
            for sample in 0..<length {
                window.swapAt(sample, length + sample)
                template.swapAt(sample, length + sample)
            }
            for (first, second) in ContextFeature.leadPairs { context.swapAt(first, second) }
        }
        if let lost {
            for sample in lost * length..<(lost + 1) * length {
                window[sample] = 0
                template[sample] = 0
            }
            for pair in ContextFeature.leadPairs { context[lost == 0 ? pair.0 : pair.1] = 0 }
        }
    }

    /// Adds noise to a scaled context vector.
    func addNoise(index: Int, to context: UnsafeMutableBufferPointer<Float>) {
        guard settings.contextNoise > 0 else { return }
        let noise = random.stream(UInt64(1000 + index))
        for feature in context.indices where !ContextFeature.flags.contains(feature) {
            context[feature] += settings.contextNoise * noise.normal(UInt64(feature))
        }
    }
}

extension ContextFeature {
    /// Places of a context vector that hold 0 or 1.
    static let flags: Set<Int> = Set(
        [
            ContextFeature.rrKnown, .nextKnown, .familyIsTemplate, .leadPresent0, .leadPresent1, .templateKnown,
        ].map(\.index))
}
