/// What an annotation file says about itself: the unit of its times and codes of its own.
///
///     let annotations = try Annotation.read(path: "x.anI")
///     let definitions = AnnotationDefinitions(in: annotations)
///     definitions.mnemonic(of: annotations[5].code)
///
/// Both stand in notes at time 0 at the start of the file, as the WFDB library writes them: `## time resolution: 1000`,
/// and between `## annotation type definitions` and `## end of definitions` one note for each code with its number,
/// mnemonic and description.
public struct AnnotationDefinitions: Sendable, Equatable {
    /// The meaning of a code.
    public struct Definition: Sendable, Equatable {
        /// The code.
        public var code: AnnotationCode
        /// Its mnemonic, without blanks.
        public var mnemonic: String
        /// What it stands for.
        public var description: String

        /// Makes a definition.
        public init(code: AnnotationCode, mnemonic: String, description: String) {
            self.code = code
            self.mnemonic = mnemonic
            self.description = description
        }
    }

    /// Units of the file's times per second; nil where times are in frames of the record.
    public var timeResolution: Double?
    /// The codes that the file defines, in its order.
    public var definitions: [Definition]
    /// Notes at the start of the file that hold all this.
    public let noteCount: Int

    /// Makes definitions to be written.
    public init(timeResolution: Double? = nil, definitions: [Definition] = []) {
        self.timeResolution = timeResolution
        self.definitions = definitions
        noteCount = (timeResolution == nil ? 0 : 1) + (definitions.isEmpty ? 0 : definitions.count + 2)
    }

    /// Finds what the first annotations of a file define.
    public init(in annotations: some Sequence<Annotation>) {
        timeResolution = nil
        definitions = []
        var count = 0
        var isInTable = false
        for annotation in annotations {
            guard annotation.code == .note, annotation.sample == 0 else { break }
            let text = annotation.auxText
            if isInTable {
                if text.hasPrefix("## end of definitions") {
                    isInTable = false
                } else if let definition = Self.definition(text) {
                    definitions.append(definition)
                }
            } else if text.hasPrefix(Self.resolutionPrefix) {
                var scanner = FieldScanner(text.dropFirst(Self.resolutionPrefix.count))
                scanner.skipBlanks()
                if let number = scanner.number(), number > 0 { timeResolution = number }
            } else if text.hasPrefix("## annotation type definitions") {
                isInTable = true
            } else {
                break
            }
            count += 1
        }
        noteCount = count
    }

    private static let resolutionPrefix = "## time resolution:"

    /// Whether a note says the unit of the file's times.
    static func isResolution(_ annotation: Annotation) -> Bool {
        annotation.code == .note && annotation.auxText.hasPrefix(resolutionPrefix)
    }

    /// Reads a note of the table: `42 X Something special`.
    private static func definition(_ text: String) -> Definition? {
        var scanner = FieldScanner(text)
        scanner.skipBlanks()
        guard let number = scanner.integer(), (1...Int64(AnnotationCode.largest)).contains(number),
            let mnemonic = scanner.word()
        else { return nil }
        return Definition(code: .init(rawValue: UInt8(number)), mnemonic: mnemonic, description: scanner.rest())
    }

    /// The mnemonic of a code: the file's own, or the standard's.
    public func mnemonic(of code: AnnotationCode) -> String {
        definitions.last { $0.code == code }?.mnemonic ?? code.mnemonic
    }

    /// The notes that hold the definitions, to be written before all other annotations.
    public var notes: [Annotation] {
        var texts: [String] = []
        if let timeResolution {
            let isWhole = timeResolution == timeResolution.rounded() && timeResolution < 1e12
            texts.append("\(Self.resolutionPrefix) " + (isWhole ? "\(Int64(timeResolution))" : "\(timeResolution)"))
        }
        if !definitions.isEmpty {
            texts.append("## annotation type definitions")
            texts += definitions.map { "\($0.code.rawValue) \($0.mnemonic) \($0.description)" }
            texts.append("## end of definitions")
        }
        return texts.map { Annotation(sample: 0, code: .note, aux: Array($0.utf8.prefix(255))) }
    }
}

extension Annotation {
    /// Reads a whole annotation file with its times in frames of a record, whatever unit the file uses; the note that says the
    /// unit is left out.
    ///
    /// - Parameter frameRate: frames per second of the record.
    public static func read(path: String, frameRate: Double) throws(WFDBError) -> [Annotation] {
        let annotations = try read(path: path)
        guard let resolution = AnnotationDefinitions(in: annotations).timeResolution else { return annotations }
        return annotations.filter { $0.sample != 0 || !AnnotationDefinitions.isResolution($0) }.map { annotation in
            var moved = annotation
            let exact = (Double(annotation.sample) * frameRate / resolution).rounded()
            moved.sample = Int64(min(max(exact, -0x1p52), 0x1p52))
            return moved
        }
    }
}
