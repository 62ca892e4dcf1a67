import Foundation
public import Inference
import Scoring
public import Signal

/// How well beats were labelled, at a glance: what training is chosen by.
public struct ValidationScore: Sendable, Equatable, Codable {
    /// Mean of -log(probability of the true class).
    public var crossEntropy: Double
    /// Share of right labels.
    public var accuracy: Double
    /// F1 of N, S, V, F, Q; nil where a class does not occur.
    public var f1: [Double?]

    /// Mean F1 of N, S and V: the figure that runs are compared by.
    public var macroF1: Double { (0..<3).reduce(0) { $0 + (f1[$1] ?? 0) } / 3 }

    /// Counts the labelled beats of verdicts; unlabelled ones (false peaks) are left out.
    public init(_ judged: some Sequence<(truth: BeatClass?, verdict: Verdict)>) {
        var matrix = BeatMatrix()
        var sum = 0.0
        var count = 0
        var right = 0
        for (truth, verdict) in judged {
            guard let truth else { continue }
            matrix.count(reference: BeatLabel(truth), test: BeatLabel(verdict.label))
            sum -= log(Double(max(verdict.probabilities[truth.rawValue], 1e-7)))
            count += 1
            if truth == verdict.label { right += 1 }
        }
        crossEntropy = sum / Double(max(count, 1))
        accuracy = Double(right) / Double(max(count, 1))
        f1 = BeatLabel.classes.map { matrix.f1(of: $0) }
    }

    /// Whether it can be the score of something: what a file says may be anything.
    var isSound: Bool {
        (0...100).contains(crossEntropy) && (0...1).contains(accuracy) && f1.count == BeatLabel.classes.count
            && f1.allSatisfy { $0.map((0...1).contains) ?? true }
    }

    /// `acc 96.41 nll 0.112 F1 N .981 S .703 V .912 F .012 Q -`.
    public var line: String {
        let parts = zip(BeatClass.allCases, f1).map { label, value in
            label.letter + " " + (value.map { Self.digits($0) } ?? "-")
        }
        return "macro F1 \(Self.digits(macroF1)) acc \(Self.digits(accuracy)) nll \(Self.digits(crossEntropy)) F1 "
            + parts.joined(separator: " ")
    }

    static func logarithm(_ value: Float) -> Float { Float(log(Double(value))) }

    private static func digits(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let text = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - text.count) + text
    }
}
