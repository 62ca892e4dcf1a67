import Detection
import Foundation
import Signal

@testable import Extraction

/// A made-up patient: bell-shaped complexes on a flat line, with the peaks that a detector would find.
struct PulseTrain {
    var sampleRate = 360.0
    var leadCount = 2
    var peaks: [RPeak] = []
    /// Half width of each complex in seconds; wide ones are ectopic.
    var widths: [Double] = []
    /// Seconds in which all leads have one value.
    var silence: ClosedRange<Double>?
    var silentValue: Float = 0
    /// White noise in one lead from some second on.
    var noise: (lead: Int, from: Double, deviation: Double)?

    /// Beats at the ends of the given RR intervals in seconds; a negative one is an ectopic beat after that interval.
    init(intervals: [Double], decisionDelay: Double = 0.3) {
        var time = 1.0
        for interval in intervals {
            time += abs(interval)
            let frame = Int64((time * sampleRate).rounded())
            peaks.append(
                RPeak(
                    frame: frame, decidedAt: frame + Int64(decisionDelay * sampleRate), confidence: 0.9,
                    fromSearchBack: false))
            widths.append(interval < 0 ? 0.06 : 0.02)
        }
    }

    var endFrame: Int64 { (peaks.last?.frame ?? 0) + Int64(2 * sampleRate) }
    static let lookAhead = 0.0625

    /// Value of a lead in mV at a time in seconds.
    func value(at time: Double, lead: Int) -> Float {
        if silence?.contains(time) == true { return silentValue }
        var sum = 0.01 * sin(7 * time)
        for (peak, width) in zip(peaks, widths) {
            let distance = (time - Double(peak.frame) / sampleRate) / width
            guard abs(distance) < 8 else { continue }
            sum += exp(-distance * distance / 2) * (lead == 0 ? 1 : -0.6)
        }
        if let noise, noise.lead == lead, time >= noise.from {
            // The same at the same time, however often it is asked for.
            var state = UInt64(time * 1e6)
            let drawn = (0..<8).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 40) / Double(1 << 24) - 0.5
            }
            sum += noise.deviation * drawn.suffix(3).reduce(0, +) * 2
        }
        return Float(sum)
    }

    /// All conditioned frames at 128 Hz that are there before source frame `end`.
    func conditionedEnd(_ end: Int64) -> Int64 {
        // Frame m is there once source frame ceil(m fs / 128 + lookAhead fs) has come.
        var frame = max(Int64((Double(end) / sampleRate - Self.lookAhead) * 128) - 3, 0)
        while Int64((Double(frame) * sampleRate / 128 + Self.lookAhead * sampleRate).rounded(.up)) < end { frame += 1 }
        return frame
    }

    /// Feeds an extractor in pieces of so many source frames.
    func beats(
        chunk: Int64, _ extractor: inout BeatExtractor, from start: Int64 = 0, to end: Int64? = nil,
        finishes: Bool = true
    ) -> [Beat] {
        var beats: [Beat] = []
        let end = end ?? endFrame
        var source = start
        while source < end {
            let next = min(source + chunk, end)
            let range = conditionedEnd(source)..<conditionedEnd(next)
            let values = range.flatMap { frame in
                (0..<leadCount).map { value(at: Double(frame) / 128, lead: $0) }
            }
            let block = SampleBlock(firstFrame: range.lowerBound, leadCount: leadCount, values: values)
            let decided = peaks.filter { $0.decidedAt >= source && $0.decidedAt < next }
            extractor.consume(block, peaks: decided, through: next) { beats.append($0) }
            source = next
        }
        if finishes { extractor.finish { beats.append($0) } }
        return beats
    }

    func makeExtractor(leads: [String] = ["MLII", "V1"]) -> BeatExtractor {
        BeatExtractor(sampleRate: sampleRate, leads: leads, lookAhead: Self.lookAhead)
    }
}
