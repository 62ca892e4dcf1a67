import Foundation
import Synthesis

/// How breath moves the rate of the sinus node in the rhythms that are made of training records.
public enum Breath: String, Sendable, CaseIterable, Codable {
    /// Every breath takes 4.3 beats and is like the last; by 15 % at most.
    case even
    /// Breaths take seconds and vary, and one patient of four is young: breath moves the rate by 10 to 25 %.
    case varied
}

/// How breath moves the rate of a patient's sinus node: faster on inspiration, slower on expiration.
///
/// After Hirsch & Bishop, *Am. J. Physiol.* 241 (1981) H620-H629: the slower the breath, the more it moves the rate, and in young
/// people by a quarter and more. Breaths that vary take 2.5 to 12 s in the mean; none is quite like the last.
struct RespiratoryArrhythmia {
    /// Largest change of log RR, either way.
    let depth: Double
    /// Change of log RR now.
    private(set) var change: Double
    private var course: Course

    private enum Course {
        case even(beats: Double)
        case varied(Breathing)
    }

    /// A patient's breath, which changes log RR by `depth` at most.
    init(_ breath: Breath, depth: Double, random: inout RandomStream) {
        self.depth = depth
        switch breath {
        case .even:
            course = .even(beats: 1)
            change = depth * Self.even(1)
        case .varied:
            course = .varied(Breathing(random: &random))
            change = 0
        }
    }

    /// Goes on by a beat that came after some seconds.
    mutating func advance(by seconds: Double, random: inout RandomStream) {
        switch course {
        case .even(let beats):
            course = .even(beats: beats + 1)
            change = depth * Self.even(beats + 1)
        case .varied(var breathing):
            change = depth * breathing.advance(by: seconds, random: &random)
            course = .varied(breathing)
        }
    }

    private static func even(_ beats: Double) -> Double { sin(2 * .pi * beats / 4.3) }
}

/// Breaths that take seconds, none quite like the last.
private struct Breathing {
    private let period: Double
    /// Share of a breath that is inspiration.
    private let inspiration: Double
    /// How much deeper and longer than the mean the breath is that goes on.
    private var breath = (depth: 1.0, length: 1.0)
    /// Where in the breath the patient is, 0 to 1.
    private var place: Double

    init(random: inout RandomStream) {
        period = exp(random.uniform(in: log(2.5)...log(12)))
        inspiration = random.uniform(in: 0.3...0.5)
        place = random.uniform()
    }

    /// The part of the depth after some seconds more, -1 to 1.
    mutating func advance(by seconds: Double, random: inout RandomStream) -> Double {
        place += seconds / (period * breath.length)
        if place >= 1 {
            place -= place.rounded(.down)
            breath = (random.uniform(in: 0.5...1), exp(random.uniform(in: -0.3...0.3)))
        }
        let half = place < inspiration ? place / inspiration : 1 + (place - inspiration) / (1 - inspiration)
        return breath.depth * cos(.pi * half)
    }
}
