extension String {
    /// The text with a replacement character for each that neither a terminal nor an XML file should get: control characters,
    /// but for line ends and tabs, and the two that are no characters.
    package var visible: String {
        guard unicodeScalars.contains(where: \.isInvisible) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars { text.append(scalar.isInvisible ? "\u{FFFD}" : scalar) }
        return String(text)
    }
}

extension Unicode.Scalar {
    fileprivate var isInvisible: Bool {
        switch self {
        case "\n", "\t": false
        case "\u{FFFE}", "\u{FFFF}": true
        default: properties.generalCategory == .control
        }
    }
}
