import WFDB

@testable import Scoring

/// Annotations from a compact notation, for cases that are computed by hand: `"N100 V500 [900 ]1200 +1300(AFIB"`, a
/// mnemonic, a frame, and AUX text from `(` or `=` on.
///
/// `X` opens and `x` closes shutdown.
func annotations(_ text: String) -> [Annotation] {
    text.split(separator: " ").map { word in
        let mnemonic = word.prefix(1)
        let rest = word.dropFirst()
        let digits = rest.prefix { $0.isNumber }
        var annotation = Annotation(sample: Int64(digits) ?? -1, code: code(of: mnemonic))
        if mnemonic == "X" { annotation.subtype = 0x30 }
        annotation.aux = Array(rest.dropFirst(digits.count).drop { $0 == "=" }.utf8)
        return annotation
    }
}

private func code(of mnemonic: Substring) -> AnnotationCode {
    switch mnemonic {
    case "N": .normal
    case "L": .lbbb
    case "R": .rbbb
    case "A": .apc
    case "a": .aberrated
    case "J": .nodalPremature
    case "S": .svpb
    case "e": .atrialEscape
    case "j": .nodalEscape
    case "n": .svEscape
    case "V": .pvc
    case "r": .rOnT
    case "E": .ventricularEscape
    case "F": .fusion
    case "/": .paced
    case "f": .fusionOfPaced
    case "Q": .unknown
    case "?": .learning
    case "!": .flutterWave
    case "[": .vfOn
    case "]": .vfOff
    case "+": .rhythm
    case "=": .measurement
    case "X", "x": .noise
    case "|": .artifact
    default: .notQRS
    }
}

/// A period of 1,000 Hz, so that frames are milliseconds and the match window is 150; without a learning period.
func period(from: Double = 0, length: Int64? = 10_000) throws -> ComparisonPeriod {
    try ComparisonPeriod(sampleRate: 1000, length: length, from: from)
}

/// The matrix of two annotators in notation, at 1,000 Hz.
func matrix(
    reference: String, test: String, from: Double = 0, length: Int64? = 10_000, mapping: LabelMapping = .ec57
) throws -> BeatMatrix {
    BeatComparison(
        reference: annotations(reference), test: annotations(test), period: try period(from: from, length: length),
        mapping: mapping
    ).matrix
}

/// A matrix from cells such as `["Nn": 10, "Vo": 1]`.
func matrix(_ cells: [String: Int]) -> BeatMatrix {
    var matrix = BeatMatrix()
    for (cell, count) in cells {
        let letters = cell.uppercased().map(String.init)
        let labels = letters.compactMap { letter in BeatLabel.allCases.first { $0.letter == letter } }
        matrix.count(reference: labels[0], test: labels[1], times: count)
    }
    return matrix
}
