/// Why a stream of samples cannot be read on.
public enum StreamError: Error, Equatable, Sendable {
    /// The first line began like a header and is none: why, and where in the line.
    case malformedHeader(reason: String, offset: Int)
    /// The header line has no end within the limit.
    case oversizedHeader(limit: Int)
    /// The header names a key that the schema does not know.
    case unknownHeaderKey(String)
    /// The header speaks another schema.
    case unknownSchema(String)
    /// Neither header nor flags say something that is needed.
    case missingParameter(String)
    /// A header or flag has a value that cannot be used.
    case invalidParameter(name: String, value: String, expected: String)
    /// The encoding is binary, yet what comes in is text.
    case textWhereBinaryPromised(encoding: SampleEncoding, beginning: String)
    /// Not one of the first lines was a frame.
    case nothingUnderstood(encoding: SampleEncoding, rejected: Int64, beginning: String)
    /// Sample numbers have passed for longer than a line or two: one of them, and what was due.
    case countedAnew(sample: Int64, due: Int64)
    /// More frames than an index can count.
    case indexOverflow
}

extension StreamError: CustomStringConvertible {
    /// What went wrong, where, and how to go on.
    public var description: String {
        switch self {
        case .malformedHeader(let reason, let offset):
            "stream header line: \(reason) at byte \(offset); a header looks like "
                + #"{"type":"stream","schema":"beatd-samples/1","sample_rate_hz":360,"leads":["MLII"],"encoding":"csv"}"#
        case .oversizedHeader(let limit):
            "stream header line is longer than \(limit) bytes; end it with a line feed"
        case .unknownHeaderKey(let key):
            "stream header line: unknown key \"\(key)\"; known are \(StreamParameters.keys.joined(separator: ", "))"
        case .unknownSchema(let schema):
            "stream header line: schema \"\(schema)\" is not spoken here; expected \"\(StreamParameters.schema)\""
        case .missingParameter(let name):
            "the stream does not say its \(name): put it into the header line or the source's entry in the configuration, "
                + "or give the flag --\(name.replacing("_", with: "-"))"
        case .invalidParameter(let name, let value, let expected):
            "\(name) is \(value), expected \(expected)"
        case .textWhereBinaryPromised(let encoding, let beginning):
            "encoding \(encoding.rawValue) was promised, but the stream is text (\"\(beginning)…\"); "
                + "say encoding csv or jsonl, or send binary samples"
        case .nothingUnderstood(let encoding, let rejected, let beginning):
            "none of the first \(rejected) lines is a frame in encoding \(encoding.rawValue) (\"\(beginning)…\"); "
                + "check encoding and number of leads"
        case .countedAnew(let sample, let due):
            "sample numbers have passed for \(Int(JSONFrameReader.patience)) s of signal (\(sample) came where \(due) was due); "
                + "count upwards, or begin a new stream to count anew"
        case .indexOverflow:
            "the stream's sample numbers exceed 2^53"
        }
    }
}
