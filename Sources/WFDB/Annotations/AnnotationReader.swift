/// Reads an annotation file in MIT format, one annotation at a time.
///
///     var reader = try AnnotationReader(path: "mitdb/100.atr")
///     while let annotation = try reader.next() { print(annotation.sample, annotation.code) }
///
/// Times are absolute and need not increase. The annotations that hold a time resolution or custom codes are handed
/// out like all others. A file that breaks off inside an annotation, or without the word that ends it, is an error
/// after the annotations before.
///
/// Source: *WFDB Applications Guide*, `annot(5)`.
public struct AnnotationReader {
    /// The file, as given.
    public let path: String
    private let input: Input
    private var time: Int64 = 0
    private var channel: UInt8 = 0
    private var number: Int8 = 0
    /// The word that has been read and not used: the start of the next annotation.
    private var pending: UInt16?
    private var isAtEnd = false

    /// The codes of words that are no annotations.
    enum Pseudo {
        static let skip: UInt16 = 59
        static let number: UInt16 = 60
        static let subtype: UInt16 = 61
        static let channel: UInt16 = 62
        static let aux: UInt16 = 63
    }

    /// Opens an annotation file.
    public init(path: String) throws(WFDBError) {
        self.path = path
        input = .init(source: .file(try FileBytes(path: path)))
    }

    /// Reads the bytes of an annotation file.
    ///
    /// `name` stands in messages.
    public init(bytes: [UInt8], name: String) {
        path = name
        input = .init(source: .memory(bytes))
    }

    /// The next annotation; nil at the end.
    public mutating func next() throws(WFDBError) -> Annotation? {
        guard !isAtEnd else { return nil }
        var word: UInt16
        if let pending {
            word = pending
        } else {
            word = try nextWord()
            while word >> 10 >= Pseudo.skip {
                // At the start of a file only SKIP, CHN and NUM can mean something.
                var nothing = Annotation(sample: 0, code: .notQRS)
                try modify(&nothing, by: word)
                word = try nextWord()
            }
        }
        pending = nil
        guard word != 0 else {
            isAtEnd = true
            return nil
        }
        try advance(by: Int64(word & 0x3FF))
        var annotation = Annotation(sample: time, code: .init(rawValue: UInt8(word >> 10)))
        while true {
            guard let modifier = try input.word() else {
                throw malformed("the file ends without the word 0")
            }
            guard modifier >> 10 >= Pseudo.skip else {
                pending = modifier
                break
            }
            try modify(&annotation, by: modifier)
        }
        annotation.channel = channel
        annotation.number = number
        return annotation
    }

    private mutating func modify(_ annotation: inout Annotation, by word: UInt16) throws(WFDBError) {
        switch word >> 10 {
        case Pseudo.skip:
            let high = try nextWord()
            let low = try nextWord()
            try advance(by: Int64(Int32(bitPattern: UInt32(high) << 16 | UInt32(low))))
        case Pseudo.number:
            number = Int8(truncatingIfNeeded: word)
            annotation.stored.number = word & 0x3FF
        case Pseudo.subtype:
            annotation.subtype = Int8(truncatingIfNeeded: word)
            annotation.stored.subtype = word & 0x3FF
        case Pseudo.channel:
            channel = UInt8(truncatingIfNeeded: word)
            annotation.stored.channel = word & 0x3FF
        default:
            let length = Int(word & 0xFF)
            guard let bytes = try input.bytes(length) else { throw malformed("the file ends inside AUX") }
            annotation.aux = bytes
        }
    }

    private mutating func advance(by interval: Int64) throws(WFDBError) {
        let (sum, overflow) = time.addingReportingOverflow(interval)
        guard !overflow else { throw malformed("the time does not fit 64 bits") }
        time = sum
    }

    private func nextWord() throws(WFDBError) -> UInt16 {
        guard let word = try input.word() else { throw malformed("the file ends without the word 0") }
        return word
    }

    private func malformed(_ problem: String) -> WFDBError {
        .malformedAnnotation(path: path, offset: input.offset, problem: problem)
    }
}

extension AnnotationReader {
    /// Buffered bytes of a file or of memory.
    private final class Input {
        enum Source {
            case file(FileBytes)
            case memory([UInt8])
        }

        private let file: FileBytes?
        private var buffer: [UInt8]
        private var position = 0
        private var loaded: Int64

        init(source: Source) {
            switch source {
            case .file(let file):
                self.file = file
                buffer = []
                loaded = 0
            case .memory(let bytes):
                file = nil
                buffer = bytes
                loaded = Int64(bytes.count)
            }
        }

        /// Offset of the next byte.
        var offset: Int64 { loaded - Int64(buffer.count - position) }

        private func ensure(_ count: Int) throws(WFDBError) -> Bool {
            if buffer.count - position >= count { return true }
            guard let file else { return false }
            buffer.removeFirst(position)
            position = 0
            var chunk = [UInt8](repeating: 0, count: 32_768)
            let from = loaded
            let read = try chunk.withUnsafeMutableBufferPointer { (bytes) throws(WFDBError) in
                try file.read(at: from, into: UnsafeMutableRawBufferPointer(bytes))
            }
            loaded += Int64(read)
            buffer += chunk[..<read]
            return buffer.count >= count
        }

        func word() throws(WFDBError) -> UInt16? {
            guard try ensure(2) else { return nil }
            defer { position += 2 }
            return UInt16(buffer[position]) | UInt16(buffer[position + 1]) << 8
        }

        /// `count` bytes and the one that pads them to an even number.
        func bytes(_ count: Int) throws(WFDBError) -> [UInt8]? {
            let padded = count + count % 2
            guard try ensure(padded) else { return nil }
            defer { position += padded }
            return Array(buffer[position..<position + count])
        }
    }
}

extension Annotation {
    /// Reads a whole annotation file.
    ///
    ///     let reference = try Annotation.read(path: "mitdb/100.atr")
    public static func read(path: String) throws(WFDBError) -> [Annotation] {
        var reader = try AnnotationReader(path: path)
        var annotations: [Annotation] = []
        while let annotation = try reader.next() { annotations.append(annotation) }
        return annotations
    }

    /// AUX as text, up to the first NUL: `(AFIB`.
    public var auxText: String { String(decoding: aux.prefix { $0 != 0 }, as: UTF8.self) }
}
