public import WFDB

#if canImport(Glibc)
    import Glibc
#endif

/// One value at one time: a heart rate, for example.
public struct Measurement: Sendable, Equatable {
    /// Frame.
    public var frame: Int64
    /// Value in whatever unit both annotators use.
    public var value: Double

    /// Makes a measurement.
    public init(frame: Int64, value: Double) {
        self.frame = frame
        self.value = value
    }

    /// The measurements of one number among annotations: code `=`, the number in SUB, the value as text in AUX.
    ///
    /// A measurement without AUX repeats the value before, as WFDB's `mxm` reads it.
    public static func all(number: Int8, in annotations: [Annotation]) -> [Self] {
        var value = 0.0
        return annotations.compactMap { annotation in
            guard annotation.code == .measurement, annotation.subtype == number else { return nil }
            if !annotation.aux.isEmpty {
                let text = annotation.aux.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
                value = strtod(text, nil)
                if !value.isFinite { value = 0 }
            }
            return Self(frame: annotation.withinReach.sample, value: value)
        }
    }

    /// Heart rates in beats per minute, from beats: at every `interval` seconds the rate over the beats of the last
    /// `span` seconds, where there are at least two.
    public static func heartRates(
        of annotations: [Annotation], sampleRate: Double, interval: Double = 5, span: Double = 10
    ) -> [Self] {
        let beats = annotations.filter { $0.code.isQRS && $0.code != .flutterWave }.map(\.withinReach.sample).sorted()
        let step = interval * sampleRate
        guard step >= 1, span > 0 else { return [] }
        var measurements: [Self] = []
        var first = 0
        var end = 0
        var tick = 1.0
        while true {
            let frame = Int64(tick * step)
            while end < beats.count, beats[end] <= frame { end += 1 }
            while first < end, Double(beats[first]) < Double(frame) - span * sampleRate { first += 1 }
            if end - first >= 2, beats[end - 1] > beats[first] {
                let seconds = Double(beats[end - 1] - beats[first]) / sampleRate
                measurements.append(Self(frame: frame, value: 60 * Double(end - first - 1) / seconds))
            }
            tick += 1
            // Without beats in the span, go on where the next one is.
            if first == end {
                guard end < beats.count else { break }
                tick = max(tick, (Double(beats[end]) / step).rounded(.up))
            }
        }
        return measurements
    }
}
