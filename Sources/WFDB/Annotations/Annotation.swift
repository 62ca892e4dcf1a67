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
