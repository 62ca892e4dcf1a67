import Foundation
import ProgramRunner
import Testing

/// The hostile files of `fixtures/hostile` through the real daemon: the right exit code, a message or a count, no crash, no hang.
struct HostileInputTests {
    private let beatd = Program("beatd")

    private static let folder = Program.fixtures.appending(path: "hostile")

    private static func names(_ prefix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix(prefix) }.sorted()
    }

    /// Words of the message that each model file leads to; every one ends with 65.
    private static let models: [String: String] = [
        "model-architecture-unknown.safetensors": "'format' is 'pt'",
        "model-cut-in-the-length.safetensors": "2 bytes",
        "model-dtype-unknown.safetensors": "F13",
        "model-empty.safetensors": "0 bytes",
        "model-header-an-array.safetensors": "byte 0: '{' was expected",
        "model-header-deeply-nested.safetensors": "byte 0: '{' was expected",
        "model-header-length-negative.safetensors": "this is no model file",
        "model-header-longer-than-file.safetensors": "this is no model file",
        "model-header-not-json.safetensors": "byte 53: '}' was expected",
        "model-offsets-overlap.safetensors": "'b': data_offsets overlap",
        "model-offsets-past-the-end.safetensors": "the file has 132 bytes, its header needs 4068",
        "model-offsets-reversed.safetensors": "'a': data_offsets end before they begin",
        "model-shape-negative.safetensors": "a whole number from 0 was expected",
        "model-shape-overflows.safetensors": "'a': shape overflows",
        "model-shape-unlike-its-bytes.safetensors": "the shape [5] needs others",
        "model-text.safetensors": "this is no model file",
        "model-without-metadata.safetensors": "'format' is missing",
    ]

    @Test(arguments: names("model-"))
    func replay_withAHostileModel_refusesIt(name: String) throws {
        let words = try #require(Self.models[name], "what this file must lead to stands nowhere")
        let path = Self.folder.appending(path: name).path
        let outcome = try beatd.run(["replay", "fixtures/synthetic-ectopy", "--speed", "max", "--model", path])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(outcome.errors.contains(name), "the message names the file")
        #expect(outcome.output.isEmpty)
    }

    /// Records that cannot be replayed, with the exit code and words of the message.
    private static let records: [String: (status: Int32, words: String)] = [
        "header-binary": (65, "line 1"), "header-empty": (65, "no record line"),
        "header-two-billion-signals": (65, "2000000000 signals"),
        "header-path-escapes": (65, "not in the record's directory"),
        "header-path-absolute": (65, "not in the record's directory"), "header-format-unknown": (65, "format 999"),
        "header-without-signals": (65, "signal"), "header-file-missing": (66, "not-there.dat"),
        "header-segments-of-itself": (65, "segments of segments"),
        "signal-truncated": (65, "ends after 2500 of the 7200"),
        "signal-empty": (65, "ends after 0 of the 3600"), "signal-flac-not-flac": (65, "cannot be decoded"),
        "signal-text-instead-of-binary": (65, "ends after 3196"), "not-there-at-all": (66, "not-there-at-all"),
    ]

    @Test(arguments: records.keys.sorted())
    func replay_ofAHostileRecord_endsWithTheCodeOfItsFault(name: String) throws {
        let expected = try #require(Self.records[name])
        let outcome = try beatd.run(["replay", "fixtures/hostile/\(name)", "--speed", "max"])
        #expect(outcome.status == expected.status, "\(outcome.errors)")
        #expect(outcome.errors.contains(expected.words), "\(outcome.errors)")
    }

    /// Headers that are read with an assumption, and signals that do not match: said in the log.
    @Test(arguments: [
        ("header-rate-zero", "250.0 Hz assumed"), ("header-gain-not-a-number", "the gain is no sensible number"),
        ("header-checksum-wrong", "checksum 0 instead of 12345"),
    ])
    func replay_ofARecordReadWithAnAssumption_warns(name: String, words: String) throws {
        let outcome = try beatd.run(["replay", "fixtures/hostile/\(name)", "--speed", "max"])
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("warning"))
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    /// Streams on standard input: exit code, and words of a message or of an event.
    private static let streams: [String: (status: Int32, words: String)] = [
        "stream-text-instead-of-binary.s16le": (65, "the stream is text"),
        "stream-binary-instead-of-text.csv": (65, "is a frame in encoding csv"),
        "stream-cut-in-a-frame.s16le": (0, "partial_frame"),
        "stream-ragged-lines.csv": (0, "malformed_line"),
        "stream-line-oversized.csv": (0, "oversized_line"),
        "stream-malformed-lines.jsonl": (0, "malformed_line"),
        "stream-sample-numbers-backwards.jsonl": (0, "out_of_order"),
        "stream-header-encoding-unknown.jsonl": (65, "morse"),
        "stream-header-cut.jsonl": (65, "header line"),
        "stream-header-rate-negative.csv": (65, "-360"),
        "stream-header-without-leads.csv": (65, "leads"),
        "stream-header-schema-unknown.csv": (65, "beatd-samples/9"),
        "stream-header-oversized.jsonl": (65, "8192"),
    ]

    @Test(arguments: names("stream-"))
    func run_onAHostileStream_refusesItOrCounts(name: String) throws {
        let expected = try #require(Self.streams[name], "what this file must lead to stands nowhere")
        let input = try Data(contentsOf: Self.folder.appending(path: name))
        let outcome = try beatd.run(["run", "--source", "-"], input: input)
        #expect(outcome.status == expected.status, "\(outcome.errors)")
        #expect((outcome.errors + outcome.text).contains(expected.words), "\(outcome.errors)\(outcome.text)")
        for line in outcome.lines {
            #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any], "\(line)")
        }
    }
}
