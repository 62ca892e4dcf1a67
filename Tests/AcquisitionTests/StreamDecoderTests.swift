import Acquisition
import Signal
import Testing

/// Everything that a decoder gave, frames joined.
struct Decoded: Equatable {
    var format: StreamFormat?
    var frames: [Int64: [Float?]] = [:]
    var gaps: [Gap] = []
    var rejections = Rejections()
    var error: StreamError?
}

/// Feeds bytes in pieces of `chunk` and collects what comes out; `NaN` becomes nil so that frames compare.
func decode(
    _ bytes: [UInt8], chunk: Int = .max, parameters: StreamParameters = .init(), firstFrame: Int64 = 0
) -> Decoded {
    var decoder = StreamDecoder(parameters: parameters, name: "test", firstFrame: firstFrame)
    var result = Decoded()
    func take(_ item: StreamItem) {
        switch item {
        case .gap(let gap): result.gaps.append(gap)
        case .block(let block):
            for frame in 0..<block.frameCount {
                let values = (0..<block.leadCount).map { block[frame: frame, lead: $0] }
                let earlier = result.frames.updateValue(
                    values.map { $0.isNaN ? nil : $0 }, forKey: block.firstFrame + Int64(frame))
                #expect(earlier == nil, "frame \(block.firstFrame + Int64(frame)) came twice")
            }
        }
    }
    do throws(StreamError) {
        var start = 0
        while start < bytes.count {
            let end = chunk < bytes.count - start ? start + chunk : bytes.count
            try Array(bytes[start..<end]).withUnsafeBufferPointer { piece throws(StreamError) in
                try decoder.consume(UnsafeRawBufferPointer(piece), emit: take)
            }
            start = end
        }
        try decoder.finish(emit: take)
    } catch {
        result.error = error
    }
    result.format = decoder.format
    result.rejections = decoder.rejections
    return result
}

func decode(_ text: String, chunk: Int = .max, parameters: StreamParameters = .init()) -> Decoded {
    decode(Array(text.utf8), chunk: chunk, parameters: parameters)
}

let twoLeads = StreamParameters(sampleRate: 360, leads: ["MLII", "V1"], encoding: .csv)

@Suite struct StreamDecoderTests {
    static let header =
        #"{"type":"stream","schema":"beatd-samples/1","stream":"ward3-bed7","sample_rate_hz":360,"#
        + #""leads":["MLII","V1"],"encoding":"s16le","gain_adu_per_mv":200,"baseline_adu":1024}"# + "\n"

    private static func s16le(_ values: [Int16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    /// A stream of every encoding with 700 frames, lead-off, odd lines and a cut end.
    static func specimen(_ encoding: SampleEncoding) -> (bytes: [UInt8], parameters: StreamParameters) {
        var parameters = twoLeads
        parameters.encoding = encoding
        parameters.gain = encoding == .s16le ? 200 : nil
        var bytes: [UInt8] = []
        for frame in 0..<700 {
            let values = [Float(frame % 97) / 100, frame % 50 == 7 ? Float.nan : Float(frame % 13) / -10]
            switch encoding {
            case .s16le: bytes += s16le(values.map { $0.isNaN ? .min : Int16($0 * 200) })
            case .f32le:
                for value in values {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
                }
            case .csv:
                bytes += Array("\(values[0]) , \(values[1].isNaN ? "!" : "\(values[1])")\r\n".utf8)
                if frame % 100 == 3 { bytes += Array("oops\n".utf8) }
            case .jsonl:
                let second = values[1].isNaN ? "null" : "\(values[1])"
                bytes += Array("{\"sample\":\(frame + frame / 100 * 7),\"mv\":[[\(values[0]),\(second)]]}\n".utf8)
            }
        }
        return (bytes + [0x31], parameters)
    }

    @Test(arguments: SampleEncoding.allCases)
    func consume_anyChunking_givesTheSameFrames(encoding: SampleEncoding) {
        let (bytes, parameters) = Self.specimen(encoding)
        let whole = decode(bytes, parameters: parameters)
        #expect(whole.frames.count >= 700)
        #expect(whole.error == nil)
        #expect(whole.rejections[.partialFrame] == 1)
        #expect(whole.gaps.count == (encoding == .jsonl ? 6 : 0))
        for chunk in [1, 2, 3, 7, 64, 255, 256, 257, 1000, 4096] {
            #expect(decode(bytes, chunk: chunk, parameters: parameters) == whole, "chunks of \(chunk)")
        }
    }

    @Test func consume_headerThenBinary_readsADCUnitsAsMillivolts() {
        let values: [Int16] = [1024, 1224, 824, .min] + Array(repeating: 1024, count: 200)
        for chunk in [1, 3, 100, 10_000] {
            let result = decode(Array(Self.header.utf8) + Self.s16le(values), chunk: chunk)
            #expect(result.format == StreamFormat(stream: "ward3-bed7", sampleRate: 360, leads: ["MLII", "V1"]))
            #expect(result.frames.count == 102)
            #expect(result.frames[0] == [0, 1])
            #expect(result.frames[1] == [-1, nil])
            #expect(result.error == nil)
        }
    }

    @Test func consume_headerWithSpacesAndEscapes_isRead() {
        let header =
            #"{ "type" : "stream", "stream":"bed \u00e4\ud83e\udec0","schema":"beatd-samples/1","leads":["I"] }"#
        let result = decode(header + "\n1.5\n", parameters: twoLeads)
        #expect(result.format == StreamFormat(stream: "bed ä🫀", sampleRate: 360, leads: ["I"]))
        #expect(result.frames == [0: [1.5]])
    }

    @Test func consume_binaryThatBeginsWithABrace_isNotTakenForAHeader() {
        var parameters = twoLeads
        parameters.encoding = .s16le
        parameters.gain = 200
        let bytes = Array("{\"".utf8) + [UInt8](repeating: 1, count: 398)
        #expect(decode(bytes, parameters: parameters).frames.count == 100)
    }

    @Test(arguments: [
        (#"{"type":"stream","schema":"beatd-samples/9"}"#, StreamError.unknownSchema("beatd-samples/9")),
        (#"{"type":"stream","schema":"beatd-samples/1","gain":3}"#, .unknownHeaderKey("gain")),
        (#"{"type":"stream"}"#, .malformedHeader(reason: "the key \"schema\" is missing", offset: 0)),
        (
            #"{"type":"stream","sample_rate_hz":360,"sample_rate_hz":250}"#,
            .malformedHeader(reason: "the key \"sample_rate_hz\" stands twice", offset: 58)
        ),
        (#"{"type":"stream","schema""#, .malformedHeader(reason: "a key and a colon were expected", offset: 26)),
        (#"{"type":"strea"#, .malformedHeader(reason: "\"type\" is not a string", offset: 15)),
        (
            #"{"type":"stream","schema":"beatd-samples/1","sample_rate_hz":1e9}"#,
            .invalidParameter(name: "sample_rate_hz", value: "1000000000.0", expected: "100 to 1000")
        ),
        (
            #"{"type":"stream","schema":"beatd-samples/1","leads":[]}"#,
            .invalidParameter(name: "leads", value: "0 names", expected: "1 to 12 names")
        ),
        (
            #"{"type":"stream","schema":"beatd-samples/1","encoding":"mp3"}"#,
            .invalidParameter(name: "encoding", value: "\"mp3\"", expected: "s16le, f32le, csv, jsonl")
        ),
    ])
    func consume_malformedHeader_isAnErrorThatSaysWhere(line: String, expected: StreamError) {
        for chunk in [1, 1000] {
            let result = decode(line + "\n1,2\n", chunk: chunk, parameters: twoLeads)
            #expect(result.error == expected)
            #expect(result.frames.isEmpty)
        }
    }

    @Test func consume_headerWithoutEnd_isRefusedAtItsLimit() {
        let endless = #"{"type":"stream","stream":""# + String(repeating: "x", count: 100_000)
        #expect(decode(endless, chunk: 4096).error == .oversizedHeader(limit: StreamDecoder.headerLimit))
    }

    @Test func consume_headerCutAtEveryByte_neverCrashes() {
        let bytes = Array(Self.header.utf8)
        for length in 0..<bytes.count {
            let result = decode(Array(bytes[..<length]))
            #expect(result.frames.isEmpty)
        }
    }

    @Test func consume_nothingSaidAboutTheStream_namesWhatIsMissing() {
        #expect(decode("1,2\n").error == .missingParameter("sample_rate_hz"))
        #expect(decode("1\n", parameters: .init(sampleRate: 250)).error == .missingParameter("leads"))
        let noGain = StreamParameters(sampleRate: 250, leads: ["I"], encoding: .s16le)
        #expect(decode("1\n", parameters: noGain).error == .missingParameter("gain_adu_per_mv"))
    }

    @Test(arguments: [SampleEncoding.s16le, .f32le])
    func consume_textWhereBinaryWasPromised_isRefused(encoding: SampleEncoding) {
        let parameters = StreamParameters(sampleRate: 360, leads: ["I", "II"], encoding: encoding, gain: 200)
        let text = String(repeating: "0.125,-0.250\n", count: 100)
        for chunk in [1, 5, 300] {
            let result = decode(text, chunk: chunk, parameters: parameters)
            guard case .textWhereBinaryPromised(encoding, _) = result.error else {
                Issue.record("\(String(describing: result.error))")
                return
            }
            #expect(result.frames.isEmpty)
        }
        #expect(decode("0.125,-0.250\n0.1,0.2\n", parameters: parameters).error != nil, "a short text too")
    }

    @Test func consume_f32WithNaNAndInfinity_marksThemMissing() {
        let parameters = StreamParameters(sampleRate: 360, leads: ["I"], encoding: .f32le)
        var bytes: [UInt8] = []
        for value in [0.5, Float.nan, .infinity, -.infinity, 1e9, -2] + [Float](repeating: 0.25, count: 100) {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        let result = decode(bytes, parameters: parameters)
        #expect((0..<6).map { result.frames[$0] } == [[0.5], [nil], [nil], [nil], [nil], [-2]])
        #expect(result.rejections[.implausibleValue] == 3)
    }

    @Test func consume_firstFrameGiven_numbersGoOn() {
        let result = decode(Array("1,2\n3,4\n".utf8), parameters: twoLeads, firstFrame: 5000)
        #expect(result.frames == [5000: [1, 2], 5001: [3, 4]])
    }
}
