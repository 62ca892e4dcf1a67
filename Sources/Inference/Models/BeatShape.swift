import Extraction

/// What a beat looks like, for comparisons with the patient's other beats: its QRS complex, and that with the T wave.
struct BeatShape: Sendable, Equatable, Codable {
    /// From 0.12 s before the R peak to 0.18 s after it: what beats of one way of conduction have in common.
    private(set) var qrs: Stretch
    /// To 0.4 s after it: the T wave follows from how the ventricles were activated.
    private(set) var complex: Stretch
    /// Which leads show anything: beats with others cannot be told by their shape from beats of another kind.
    let leads: [Bool]

    /// Cuts it out of a window (leads, length).
    init(_ samples: [Float], window: BeatWindow) {
        qrs = Stretch(samples, of: window, window.samples(from: -0.12, to: 0.18))
        complex = Stretch(samples, of: window, window.samples(from: -0.12, to: 0.4))
        leads = (0..<LeadSelection.count).map { lead in
            samples[lead * window.length..<(lead + 1) * window.length].contains { $0 != 0 }
        }
    }

    /// Whether no lead shows anything, or what is no number.
    var isFlat: Bool { qrs.isFlat || complex.isFlat }

    /// Goes a part of the way to another.
    mutating func approach(_ other: Self, rate: Float) {
        qrs.approach(other.qrs, rate: rate)
        complex.approach(other.complex, rate: rate)
    }

    /// A stretch of both leads, each about its mean.
    struct Stretch: Sendable, Equatable, Codable {
        /// The leads' samples one after the other, filled up with zeros.
        private var values: [SIMD8<Float>]
        /// Samples of a lead.
        private let length: Int
        /// Square root of the sum of squares.
        private var norm: Float

        fileprivate init(_ samples: [Float], of window: BeatWindow, _ zone: Range<Int>) {
            length = zone.count
            values = [SIMD8<Float>](repeating: .zero, count: (LeadSelection.count * zone.count + 7) / 8)
            for lead in 0..<LeadSelection.count {
                let own = samples[lead * window.length + zone.lowerBound..<lead * window.length + zone.upperBound]
                let mean = own.reduce(0, +) / Float(max(own.count, 1))
                for (place, sample) in own.enumerated() {
                    let index = lead * zone.count + place
                    values[index / 8][index % 8] = sample - mean
                }
            }
            norm = 0
            norm = product(self).squareRoot()
        }

        /// Whether no lead shows anything, or what is no number.
        var isFlat: Bool { !(norm >= 1e-6) }

        /// Correlation with another, -1 to 1; 0 where one of them is flat or of another window.
        func correlation(_ other: Self) -> Float {
            guard !isFlat, !other.isFlat else { return 0 }
            return product(other) / (norm * other.norm)
        }

        /// Every lead some samples later, its ends held.
        func shifted(by shift: Int) -> Self {
            guard shift != 0 else { return self }
            var other = self
            for lead in 0..<LeadSelection.count {
                for place in 0..<length {
                    let (to, from) = (
                        lead * length + place, lead * length + min(max(place - shift, 0), length - 1)
                    )
                    other.values[to / 8][to % 8] = values[from / 8][from % 8]
                }
            }
            other.norm = other.product(other).squareRoot()
            return other
        }

        fileprivate mutating func approach(_ other: Self, rate: Float) {
            for index in values.indices { values[index] += rate * (other.values[index] - values[index]) }
            norm = product(self).squareRoot()
        }

        /// The sum of products; 0 with one of another window.
        func product(_ other: Self) -> Float {
            guard values.count == other.values.count else { return 0 }
            var sum = SIMD8<Float>.zero
            for index in values.indices { sum += values[index] * other.values[index] }
            return sum.sum()
        }
    }
}
