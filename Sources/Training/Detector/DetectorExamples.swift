import Detection
import Signal

/// Candidates that the detector weighed, and whether each is a beat.
struct DetectorExamples: Sendable {
    /// Measures of `Evidence`.
    var measures: [SIMD32<Float>] = []
    /// 1 for a beat, 0 for none.
    var targets: [Float] = []
    /// How much each counts.
    var weights: [Float] = []

    /// A candidate is a beat's within so many seconds.
    private static let window = 0.15

    /// Beyond these log-odds a candidate is plain, and one of `share` is kept, for as many.
    private static let plain: Float = 4
    private static let share = 10
    private var skipped = 0

    var count: Int { targets.count }

    /// Adds what the detector weighs in a passage: of the candidates near a beat, the nearest is the beat.
    mutating func add(_ passage: DetectorPassage, decidedBy evidence: EvidenceWeights, weight: Float) {
        var detector = PanTompkins(
            sampleRate: passage.sampleRate, leadCount: passage.leadCount, weights: evidence)
        var candidates: [WeighedCandidate] = []
        for first in stride(from: 0, to: passage.frameCount, by: 4096) {
            let end = min(passage.frameCount, first + 4096)
            let block = SampleBlock(
                firstFrame: Int64(first), leadCount: passage.leadCount,
                values: Array(passage.values[first * passage.leadCount..<end * passage.leadCount]))
            detector.weigh(block) { candidates.append($0) }
        }
        // Distance of every beat's nearest candidate.
        let reach = Int64(Self.window * passage.sampleRate)
        var nearest = [Int64](repeating: .max, count: passage.beats.count)
        let near = candidates.map { Self.beat(near: $0.frame, of: passage.beats, within: reach) }
        for (candidate, beat) in zip(candidates, near) {
            guard let beat else { continue }
            nearest[beat] = min(nearest[beat], abs(candidate.frame - passage.beats[beat]))
        }
        for (candidate, beat) in zip(candidates, near) where !passage.flutter.contains(where: { $0 ~= candidate.frame })
        {
            let isBeat = beat.map { abs(candidate.frame - passage.beats[$0]) == nearest[$0] } ?? false
            // What is plain stands for its like.
            let isPlain = abs(evidence.evidence(of: candidate.measures)) > Self.plain
            if isPlain {
                skipped += 1
                guard skipped.isMultiple(of: Self.share) else { continue }
            }
            measures.append(candidate.measures)
            targets.append(isBeat ? 1 : 0)
            weights.append(isPlain ? weight * Float(Self.share) : weight)
        }
    }

    mutating func add(_ other: Self) {
        measures += other.measures
        targets += other.targets
        weights += other.weights
    }

    /// The place of the beat nearest to a frame.
    private static func beat(near frame: Int64, of beats: [Int64], within reach: Int64) -> Int? {
        var (low, high) = (0, beats.count)
        while low < high {
            let middle = (low + high) / 2
            if beats[middle] < frame { low = middle + 1 } else { high = middle }
        }
        let places = [low - 1, low].filter { beats.indices.contains($0) && abs(beats[$0] - frame) <= reach }
        return places.min { abs(beats[$0] - frame) < abs(beats[$1] - frame) }
    }
}
