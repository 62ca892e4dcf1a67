/// How the samples of a stream are written (schema `beatd-samples/1`).
public enum SampleEncoding: String, Sendable, CaseIterable, Codable {
    /// Interleaved frames of 16-bit little-endian ADC units; -32768 says that the lead gave no value.
    case s16le
    /// Interleaved frames of 32-bit little-endian IEEE 754 values; NaN says that the lead gave no value.
    case f32le
    /// One frame a line, values separated by commas; `!` or nothing says that the lead gave no value.
    case csv
    /// One JSON object a line with a run of frames: `{"sample":N,"mv":[[…],[…]]}`.
    case jsonl

    /// Whether the bytes are lines of text.
    public var isText: Bool { self == .csv || self == .jsonl }

    /// Bytes of one value where frames have a fixed size.
    var valueSize: Int { self == .s16le ? 2 : 4 }
}
