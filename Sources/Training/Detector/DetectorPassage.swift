import Conditioning
import Scoring
import Signal
import WFDB

/// A stretch of ECG with its reference beats: what the detector's weights are fitted to.
struct DetectorPassage {
    var sampleRate: Double
    var leadCount: Int
    /// Values in mV, frame by frame; `NaN` where there is none.
    var values: [Float]
    /// Frames of the reference beats, in order.
    var beats: [Int64]
    /// Frames of ventricular flutter, in which single beats cannot be told.
    var flutter: [Range<Int64>] = []

    var frameCount: Int { values.count / leadCount }

    /// Some leads of a record.
    init(_ wave: Waveform, leads: LeadColumns, annotations: [Annotation]) {
        sampleRate = wave.sampleRate
        leadCount = leads.signals.count
        values = wave.physical(0..<wave.frameCount, of: leads)
        beats = annotations.filter(\.code.isQRS).map(\.sample)
        var start: Int64?
        for annotation in annotations {
            if annotation.code == .vfOn { start = annotation.sample }
            if annotation.code == .vfOff, let first = start {
                flutter.append(first..<annotation.sample)
                start = nil
            }
        }
        if let start, start < Int64(wave.frameCount) { flutter.append(start..<Int64(wave.frameCount)) }
    }

    /// One lead alone.
    func lead(_ lead: Int) -> Self {
        var passage = self
        passage.leadCount = 1
        passage.values = stride(from: lead, to: values.count, by: leadCount).map { values[$0] }
        return passage
    }

    /// The same frames as if they had come at another rate: everything faster or slower.
    func played(_ factor: Double) -> Self {
        var passage = self
        passage.sampleRate *= factor
        return passage
    }

    /// The same signal at another rate.
    func resampled(to rate: Double) -> Self {
        var passage = self
        var resampler = Resampler(from: sampleRate, to: rate, leadCount: leadCount)
        var output = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        passage.values = []
        for first in stride(from: 0, to: frameCount, by: 4096) {
            let end = min(frameCount, first + 4096)
            let block = SampleBlock(
                firstFrame: Int64(first), leadCount: leadCount,
                values: Array(values[first * leadCount..<end * leadCount]))
            resampler.consume(block, into: &output)
            passage.values += output.values
        }
        func moved(_ frame: Int64) -> Int64 { Int64((Double(frame) * rate / sampleRate).rounded()) }
        passage.sampleRate = rate
        passage.beats = beats.map(moved)
        passage.flutter = flutter.map { moved($0.lowerBound)..<max(moved($0.lowerBound), moved($0.upperBound)) }
        return passage
    }

    /// The gain falls to a tenth every other minute.
    func fading() -> Self {
        changed { frame, _, value in Int(Double(frame) / sampleRate / 60) % 2 == 1 ? 0.1 * value : value }
    }

    /// A lead after the other comes off for 7 s every 41 s.
    func interrupted() -> Self {
        changed { frame, lead, value in
            let second = Double(frame) / sampleRate
            return second.truncatingRemainder(dividingBy: 41) < 7 && Int(second / 41) % leadCount == lead ? .nan : value
        }
    }

    /// The line jumps by 1 to 3 mV every 11 s, in all leads.
    func stepped() -> Self {
        let heights: [Float] = [0, 2, -1, 1, -2, 0.5, 3]
        return changed { frame, _, value in value + heights[Int(Double(frame) / sampleRate / 11) % heights.count] }
    }

    /// A pause of 5 s at the end of the RR interval that follows each minute: the line goes on level.
    func paused() -> Self {
        var passage = self
        passage.values = []
        passage.beats = []
        passage.flutter = []
        let pause = Int(5 * sampleRate)
        var from = 0
        var next = Int64(60 * sampleRate)
        for (beat, following) in zip(beats, beats.dropFirst()) {
            passage.beats.append(beat + Int64(passage.values.count / leadCount - from))
            guard beat > next, following - beat > Int64(0.5 * sampleRate) else { continue }
            // Between the T wave and the next P wave.
            let cut = Int(following - Int64(0.25 * sampleRate))
            passage.values += values[from * leadCount..<cut * leadCount]
            let last = Array(passage.values.suffix(leadCount))
            for _ in 0..<pause { passage.values += last }
            from = cut
            next += Int64(60 * sampleRate)
        }
        passage.values += values[(from * leadCount)...]
        return passage
    }

    private func changed(_ change: (_ frame: Int, _ lead: Int, _ value: Float) -> Float) -> Self {
        var passage = self
        for index in values.indices {
            passage.values[index] = change(index / leadCount, index % leadCount, values[index])
        }
        return passage
    }
}
