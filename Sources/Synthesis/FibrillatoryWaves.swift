import Foundation

/// The sawtooth of fibrillating atria, as a dipole.
///
/// Stridh & Sörnmo, *IEEE Trans. Biomed. Eng.* 48(1):105-111 (2001): a sum of harmonics whose amplitude and frequency are slowly
/// modulated; about 6 Hz and 0.07 mV in V1 here.
struct FibrillatoryWaves: Sendable {
    private let episodes: [RhythmEpisode]
    private let phase: Double

    init(recipe: Recipe) {
        episodes = recipe.rhythms.filter { $0.kind == .fibrillation }
        var random = RandomStream(seed: recipe.seed, purpose: "fibrillation")
        phase = 2 * .pi * random.uniform()
    }

    /// The dipole at a time in s, in mV; zero outside fibrillation.
    func dipole(at time: Double) -> Dipole {
        guard let episode = episodes.first(where: { $0.start <= time && time < $0.end }) else { return .zero }
        let fade = min(1, (time - episode.start) / 0.3, (episode.end - time) / 0.3)
        let angle = 2 * .pi * 6 * time + 0.9 * sin(2 * .pi * 0.31 * time + phase)
        var sum = 0.0
        for harmonic in 1...4 {
            let order = Double(harmonic)
            let amplitude = 2 / (order * .pi) * (1 + 0.35 * sin(2 * .pi * 0.19 * time + order * phase))
            sum -= amplitude * sin(order * angle)
        }
        return (fade * sum) * Dipole(0.005, 0.040, -0.070)
    }
}
