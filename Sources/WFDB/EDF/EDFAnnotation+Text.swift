/// How annotations are said in the texts of EDF+.
///
/// A beat or any other annotation is its mnemonic; its AUX follows in quotes (`V "early"`), that of a rhythm change without (`+ (AFIB`).
/// A note is its own text, unless that would be read as something else. Other programs' texts that begin with a word
/// like a mnemonic (`A long pause`) stay notes.
extension Annotation {
    /// Bytes of a text that libedf writes.
    private static let longestText = 40

    /// The annotation as a text of EDF+, cut to as much as libedf writes.
    var edfText: String {
        let text = auxText
        if code == .note, !text.isEmpty, EDFAnnotation.meaning(of: text) == nil {
            return text.cut(to: Self.longestText)
        }
        guard !text.isEmpty else { return code.mnemonic }
        if code == .rhythm, text.hasPrefix("(") { return "\(code.mnemonic) \(text)".cut(to: Self.longestText) }
        return "\(code.mnemonic) \"\(text.cut(to: Self.longestText - code.mnemonic.utf8.count - 3))\""
    }
}

extension EDFAnnotation {
    /// The same as a WFDB annotation: texts that stand for one (`V`, `+ (AFIB`, `V "early"`) become it, others are notes.
    ///
    /// - Parameter frameRate: frames per second of the record whose times it counts in.
    public func annotation(frameRate: Double) -> Annotation {
        let exact = (onset * frameRate).rounded()
        let sample = Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
        let (code, aux) = Self.meaning(of: text) ?? (.note, text[...])
        return Annotation(sample: sample, code: code, aux: Array(aux.utf8.prefix(255)))
    }

    /// Code and AUX of a text that stands for an annotation; nil for a note.
    fileprivate static func meaning(of text: String) -> (AnnotationCode, Substring)? {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard let first = parts.first, let code = AnnotationCode(mnemonic: first), code != .notQRS else { return nil }
        if parts.count == 1 { return (code, "") }
        if code == .rhythm, parts[1].hasPrefix("(") { return (code, parts[1]) }
        guard parts[1].utf8.count >= 2, parts[1].hasPrefix("\""), parts[1].hasSuffix("\"") else { return nil }
        return (code, parts[1].dropFirst().dropLast())
    }

    /// Whether all that an annotation says can be read back from this; control characters are not written.
    func holds(_ annotation: Annotation, frameRate: Double) -> Bool {
        var plain = annotation
        plain.aux = Array(annotation.auxText.utf8)
        return self.annotation(frameRate: frameRate) == plain && !plain.aux.contains { $0 < 0x20 }
    }
}

extension String {
    /// The longest beginning of at most so many bytes.
    fileprivate func cut(to count: Int) -> String {
        var text = self
        while text.utf8.count > count { text.removeLast() }
        return text
    }
}
