/// One WFDB annotation.
///
/// Source: *WFDB Applications Guide*, `annot(5)`.
public struct Annotation: Sendable, Equatable {
    /// Time in samples of the record (counted at the annotation file's time resolution).
    public var sample: Int64
    /// What is annotated.
    public var code: AnnotationCode
    /// SUB field, -128...127.
    public var subtype: Int8
    /// CHN field: the signal it was made on, 0...255.
    public var channel: UInt8
    /// NUM field, -128...127.
    public var number: Int8
    /// AUX bytes as stored, without padding; empty where there are none.
    ///
    /// Text is usually ASCII, ended by nothing or NUL.
    public var aux: [UInt8]
    /// How SUB, CHN and NUM stood in the file that it was read from.
    var stored = StoredFields()

    /// Makes an annotation.
    public init(
        sample: Int64, code: AnnotationCode, subtype: Int8 = 0, channel: UInt8 = 0, number: Int8 = 0, aux: [UInt8] = []
    ) {
        self.sample = sample
        self.code = code
        self.subtype = subtype
        self.channel = channel
        self.number = number
        self.aux = aux
    }
}

extension Annotation {
    /// SUB, CHN and NUM as the ten bits of their words; nil where there was no word.
    ///
    /// The fields have eight bits: some programs extend the sign of -1 to ten bits, others do not. Kept so that what was
    /// read is written byte for byte; no part of the annotation's value.
    struct StoredFields: Sendable {
        var subtype: UInt16?
        var channel: UInt16?
        var number: UInt16?
    }

    /// Whether all that an annotation says is the same.
    public static func == (one: Self, other: Self) -> Bool {
        one.sample == other.sample && one.code == other.code && one.subtype == other.subtype
            && one.channel == other.channel && one.number == other.number && one.aux == other.aux
    }
}
