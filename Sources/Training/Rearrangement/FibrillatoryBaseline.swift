import Foundation
import Synthesis

/// The baseline of fibrillating atria: 4.5 to 8.5 Hz with harmonics, slowly modulated.
///
/// After Stridh & Sörnmo, *IEEE Trans. Biomed. Eng.* 48(1):105-111 (2001). Amplitudes lie between 0 (fine fibrillation) and
/// 0.12 mV and differ between leads.
struct FibrillatoryBaseline {
    private let frequency: Double
    private let amplitudes: [Double]

    init(leadCount: Int, random: inout RandomStream) {
        let strength: Double = [0.3, 0.7, 1.2].randomElement(using: &random) ?? 1
        frequency = random.uniform(in: 4.5...8.5)
        amplitudes = (0..<leadCount).map { _ in strength * random.uniform(in: 0...0.1) }
    }

    /// Adds it to stretches of (frames, leads) in mV.
    func add(to values: inout [Float], in stretches: [Range<Int>], sampleRate: Double) {
        var angle = 0.0
        let leads = amplitudes.count
        for frame in stretches.joined() where frame < values.count / leads {
            let time = Double(frame) / sampleRate
            angle += 2 * .pi * (frequency + 0.6 * sin(2 * .pi * 0.13 * time + 1)) / sampleRate
            for lead in 0..<leads {
                let phase = Double(lead)
                let wave = sin(angle + phase) + 0.45 * sin(2 * angle + 0.7) + 0.3 * sin(0.53 * angle + 2 * phase)
                let strength = 0.7 + 0.3 * sin(2 * .pi * 0.21 * time + phase)
                values[frame * leads + lead] += Float(amplitudes[lead] * strength * wave)
            }
        }
    }
}
