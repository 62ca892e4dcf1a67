#if canImport(Glibc)
    import Glibc
#endif

/// The patient's RR intervals so far, and what a new one looks like beside them.
///
/// Baselines are medians over 8, 64 and 300 beats, the last without tachycardias that came at once (`BasicRhythm`); where
/// ectopy is the rule a median is the ectopic interval itself, so that the last 64 intervals are also split into two
/// clusters (Otsu, *IEEE Trans. Syst. Man Cybern.* 9 (1979) 62-66, on log RR), of which the longer is the basic rhythm.
/// Irregularity is the median of successive changes, which ectopic beats leave alone and atrial fibrillation does not.
struct RhythmContext: Sendable, Codable {
    /// Intervals longer than this are pauses or missed beats and never become part of a baseline, in seconds.
    static let longestBaselineRR = 3.0
    /// Ratios enter as logarithms within this bound.
    static let bound: Float = 1.5

    private var last8 = SlidingQuantiles(capacity: 8)
    private var last64 = SlidingQuantiles(capacity: 64)
    private var last300 = SlidingQuantiles(capacity: 300)
    private var changes16 = SlidingQuantiles(capacity: 16)
    private var changes64 = SlidingQuantiles(capacity: 64)
    private var lag2Changes64 = SlidingQuantiles(capacity: 64)
    /// log RR of the last three intervals, newest first; NaN is unknown.
    private var recent: [Float] = [.nan, .nan, .nan]
    private var clusters = Clusters()
    private var basic = BasicRhythm()
    private var beats = 0

    /// log(RR / median of the last 8), 0 where unknown: how early a beat is.
    func prematurity(of rr: Double) -> Float {
        guard rr > 0, let median = last8.median else { return 0 }
        return Self.bounded(Float(log(rr)) - median)
    }

    /// Whether an interval in seconds that has not been appended yet is shorter than those of the basic rhythm.
    func isEarly(_ rr: Double) -> Bool { rr > 0 && basic.isEarly(Float(log(rr))) }

    /// Takes the RR interval that ends at the newest beat, in seconds; nil where it is unknown.
    mutating func append(_ rr: Double?) {
        beats += 1
        guard let rr, rr > 0 else {
            forgetPredecessors()
            return
        }
        let logRR = Float(log(rr))
        if recent[0].isFinite {
            let change = abs(logRR - recent[0])
            changes16.append(change)
            changes64.append(change)
        }
        if recent[1].isFinite { lag2Changes64.append(abs(logRR - recent[1])) }
        recent[2] = recent[1]
        recent[1] = recent[0]
        recent[0] = logRR
        basic.append(logRR)
        guard rr <= Self.longestBaselineRR else { return }
        last8.append(logRR)
        last64.append(logRR)
        if !basic.isTakenOver { last300.append(logRR) }
        clusters = Clusters(sorted: last64.sorted)
    }

    /// After a gap: the patient is the same, the last intervals are not known.
    mutating func forgetPredecessors() {
        for index in recent.indices { recent[index] = .nan }
        basic.forgetPredecessor()
    }

    /// Writes the rhythm part of a context vector for a beat whose RR has not been appended yet.
    func describe(rr: Double?, next: Double?, into context: inout [Float]) {
        context[.experience] = min(logf(Float(beats) + 1) / logf(301), 1)
        if let median = last64.median { context[.median64LogSeconds] = Self.bounded(median) }
        context[.irregularity16] = min(changes16.median ?? 0, 1)
        context[.irregularity64] = min(changes64.median ?? 0, 1)
        context[.irregularityFloor64] = min(changes64.quantile(0.25) ?? 0, 1)
        context[.lag2Irregularity64] = min(lag2Changes64.median ?? 0, 1)
        context[.clusterSeparation] = min(clusters.separation, Self.bound)
        context[.shortClusterShare] = clusters.shortShare
        context[.clusterClarity] = clusters.clarity
        if let median = last8.median {
            let features: [ContextFeature] = [.rr1ToMedian8, .rr2ToMedian8, .rr3ToMedian8]
            for (feature, logRR) in zip(features, recent) where logRR.isFinite {
                context[feature] = Self.bounded(logRR - median)
            }
        }
        guard let rr, rr > 0 else { return }
        describe(logRR: Float(log(rr)), into: &context)
        guard let next, next > 0 else { return }
        describe(logNext: Float(log(next)), rr: Float(rr), next: Float(next), into: &context)
    }

    private func describe(logRR: Float, into context: inout [Float]) {
        func write(_ feature: ContextFeature, _ baseline: Float?) {
            if let baseline, baseline.isFinite { context[feature] = Self.bounded(logRR - baseline) }
        }
        context[.rrKnown] = 1
        context[.rrLogSeconds] = Self.bounded(logRR)
        write(.rrToMedian8, last8.median)
        write(.rrToRR1, recent[0])
        write(.rrToRR2, recent[1])
        write(.rrToQuantile10Of64, last64.quantile(0.1))
        write(.rrToQuantile25Of64, last64.quantile(0.25))
        write(.rrToMedian64, last64.median)
        write(.rrToQuantile75Of64, last64.quantile(0.75))
        write(.rrToQuantile90Of64, last64.quantile(0.9))
        write(.rrToQuantile10Of300, last300.quantile(0.1))
        write(.rrToMedian300, last300.median)
        write(.rrToQuantile90Of300, last300.quantile(0.9))
        write(.rrToLongCluster, clusters.longCenter)
        basic.describe(logRR: logRR, bounded: Self.bounded, into: &context)
    }

    private func describe(logNext: Float, rr: Float, next: Float, into context: inout [Float]) {
        context[.nextKnown] = 1
        context[.nextToRR] = Self.bounded(logNext - logf(rr))
        if let median = last8.median {
            context[.nextToMedian8] = Self.bounded(logNext - median)
            context[.pairToMedian8] = Self.bounded(logf((rr + next) / 2) - median)
        }
        if let center = clusters.longCenter { context[.nextToLongCluster] = Self.bounded(logNext - center) }
    }

    private static func bounded(_ value: Float) -> Float { min(max(value, -bound), bound) }
}

extension RhythmContext {
    /// Log RR split into a shorter and a longer cluster.
    struct Clusters: Sendable, Codable {
        /// Median log RR of the longer cluster; nil before the first interval.
        var longCenter: Float?
        /// Distance of the medians, 0 where there is one cluster.
        var separation: Float = 0
        /// Share of the shorter cluster.
        var shortShare: Float = 0
        /// Share of the variance between the clusters.
        var clarity: Float = 0

        init() {}

        /// Splits increasing values where the variance between the parts is largest.
        init(sorted: [Float]) {
            guard let first = sorted.first, sorted.count >= 4 else {
                longCenter = sorted.last
                return
            }
            let count = Float(sorted.count)
            var total: Float = 0
            var squares: Float = 0
            for value in sorted {
                total += value - first
                squares += (value - first) * (value - first)
            }
            let variance = squares / count - (total / count) * (total / count)
            var best: (between: Float, split: Int) = (0, 0)
            var sum: Float = 0
            for split in 1..<sorted.count {
                sum += sorted[split - 1] - first
                let low = sum / Float(split)
                let high = (total - sum) / (count - Float(split))
                let between = Float(split) * (count - Float(split)) / (count * count) * (high - low) * (high - low)
                if between > best.between { best = (between, split) }
            }
            longCenter = sorted[(best.split + sorted.count) / 2]
            guard best.split > 0 else { return }
            separation = sorted[(best.split + sorted.count) / 2] - sorted[best.split / 2]
            shortShare = Float(best.split) / count
            clarity = variance > 1e-8 ? min(best.between / variance, 1) : 0
        }
    }
}
