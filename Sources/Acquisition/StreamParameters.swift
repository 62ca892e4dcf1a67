internal import Signal

/// What must be known to read a stream of samples; the header line says it, or flags do, or both.
///
///     let flags = StreamParameters(sampleRate: 360, leads: ["MLII"], encoding: .csv)
///     let all = header.filled(from: flags)      // the header line wins
///
/// Keys and meanings are those of schema `beatd-samples/1` in `docs/DATA_FORMAT.md`.
public struct StreamParameters: Sendable, Equatable, Codable {
    /// The schema of samples that is spoken here.
    public static let schema = "beatd-samples/1"
    /// Keys of the header line.
    public static let keys = [
        "type", "schema", "stream", "sample_rate_hz", "leads", "encoding", "gain_adu_per_mv", "baseline_adu",
    ]

    /// Name of the stream.
    public var stream: String?
    /// Frames per second.
    public var sampleRate: Double?
    /// Lead names in frame order.
    public var leads: [String]?
    /// How samples are written.
    public var encoding: SampleEncoding?
    /// ADC units per mV.
    ///
    /// `s16le` needs it; where a text or float stream gives it, its values are ADC units, else they are mV.
    public var gain: Double?
    /// ADC units at 0 mV; 0 if nobody says.
    public var baseline: Double?

    /// Makes parameters; what is nil is not known.
    public init(
        stream: String? = nil, sampleRate: Double? = nil, leads: [String]? = nil, encoding: SampleEncoding? = nil,
        gain: Double? = nil, baseline: Double? = nil
    ) {
        self.stream = stream
        self.sampleRate = sampleRate
        self.leads = leads
        self.encoding = encoding
        self.gain = gain
        self.baseline = baseline
    }

    /// These parameters, and where they say nothing those of `other`.
    public func filled(from other: Self) -> Self {
        Self(
            stream: stream ?? other.stream, sampleRate: sampleRate ?? other.sampleRate, leads: leads ?? other.leads,
            encoding: encoding ?? other.encoding, gain: gain ?? other.gain, baseline: baseline ?? other.baseline)
    }

    /// Checks every value that is there.
    public func validate() throws(StreamError) {
        if let stream, stream.isEmpty || stream.utf8.count > 128 {
            throw .invalidParameter(name: "stream", value: "\"\(stream.prefix(40))\"", expected: "1 to 128 bytes")
        }
        if let sampleRate, !StreamFormat.supportedRates.contains(sampleRate) {
            throw .invalidParameter(name: "sample_rate_hz", value: "\(sampleRate)", expected: "100 to 1000")
        }
        if let leads {
            guard StreamFormat.supportedLeadCounts.contains(leads.count) else {
                throw .invalidParameter(name: "leads", value: "\(leads.count) names", expected: "1 to 12 names")
            }
            if let odd = leads.first(where: { $0.isEmpty || $0.utf8.count > 64 }) {
                throw .invalidParameter(
                    name: "leads", value: "\"\(odd.prefix(40))\"", expected: "names of 1 to 64 bytes")
            }
        }
        if let gain, !(1e-6...1e12).contains(gain.magnitude) {
            throw .invalidParameter(name: "gain_adu_per_mv", value: "\(gain)", expected: "a number that is not 0")
        }
        if let baseline, baseline.magnitude > 1e12 || baseline.isNaN {
            throw .invalidParameter(name: "baseline_adu", value: "\(baseline)", expected: "a number")
        }
    }

    /// What frames mean, once everything is known.
    func resolved(named fallback: String) throws(StreamError) -> (format: StreamFormat, encoding: SampleEncoding) {
        try validate()
        guard let sampleRate else { throw .missingParameter("sample_rate_hz") }
        guard let leads else { throw .missingParameter("leads") }
        guard let encoding else { throw .missingParameter("encoding") }
        if encoding == .s16le, gain == nil { throw .missingParameter("gain_adu_per_mv") }
        return (StreamFormat(stream: stream ?? fallback, sampleRate: sampleRate, leads: leads), encoding)
    }
}

extension StreamParameters {
    /// Reads a header line.
    init(headerLine line: UnsafeBufferPointer<UInt8>) throws(StreamError) {
        self.init()
        var reader = JSONReader(line)
        var seen: Set<String> = []
        guard reader.take("{") else { throw .malformedHeader(reason: "an object was expected", offset: reader.offset) }
        repeat {
            guard let key = reader.string(), reader.take(":") else {
                throw .malformedHeader(reason: "a key and a colon were expected", offset: reader.offset)
            }
            try take(key, from: &reader)
            guard seen.insert(key).inserted else {
                throw .malformedHeader(reason: "the key \"\(key)\" stands twice", offset: reader.offset)
            }
        } while reader.take(",")
        guard reader.take("}"), reader.isAtEnd() else {
            throw .malformedHeader(reason: "a comma or the end of the object was expected", offset: reader.offset)
        }
        guard seen.contains("schema") else {
            throw .malformedHeader(reason: "the key \"schema\" is missing", offset: 0)
        }
        try validate()
    }

    private mutating func take(_ key: String, from reader: inout JSONReader) throws(StreamError) {
        switch key {
        case "type":
            let type = try text(key, &reader)
            guard type == "stream" else {
                throw .malformedHeader(reason: "type is \"\(type)\", not \"stream\"", offset: reader.offset)
            }
        case "schema":
            let schema = try text(key, &reader)
            guard schema == Self.schema else { throw .unknownSchema(schema) }
        case "stream": stream = try text(key, &reader)
        case "sample_rate_hz": sampleRate = try number(key, &reader)
        case "gain_adu_per_mv": gain = try number(key, &reader)
        case "baseline_adu": baseline = try number(key, &reader)
        case "encoding":
            let name = try text(key, &reader)
            guard let encoding = SampleEncoding(rawValue: name) else {
                let known = SampleEncoding.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidParameter(name: key, value: "\"\(name.prefix(40))\"", expected: known)
            }
            self.encoding = encoding
        case "leads": leads = try names(&reader)
        default: throw .unknownHeaderKey(String(key.prefix(64)))
        }
    }

    private func text(_ key: String, _ reader: inout JSONReader) throws(StreamError) -> String {
        guard let text = reader.string() else {
            throw .malformedHeader(reason: "\"\(key)\" is not a string", offset: reader.offset)
        }
        return text
    }

    private func number(_ key: String, _ reader: inout JSONReader) throws(StreamError) -> Double {
        guard let number = reader.number() else {
            throw .malformedHeader(reason: "\"\(key)\" is not a number", offset: reader.offset)
        }
        return number
    }

    private func names(_ reader: inout JSONReader) throws(StreamError) -> [String] {
        var names: [String] = []
        guard reader.take("[") else {
            throw .malformedHeader(reason: "\"leads\" is not an array of strings", offset: reader.offset)
        }
        if reader.take("]") { return names }
        repeat { names.append(try text("leads", &reader)) } while reader.take(",")
        guard reader.take("]") else {
            throw .malformedHeader(reason: "the array \"leads\" has no end", offset: reader.offset)
        }
        return names
    }
}
