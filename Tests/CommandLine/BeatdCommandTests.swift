import Foundation
import ProgramRunner
import Testing

/// `beatd` as its users call it: words, exit codes, what is said when something is wrong.
struct BeatdCommandTests {
    private let beatd = Program("beatd")
    private static let model = Program.packageRoot.appending(path: "models/default.safetensors").path

    @Test(arguments: [
        ([], ["run", "replay", "check", "version", "Exit codes", "Not a medical device"]),
        (
            ["run"],
            ["--source", "--config", "--sample-rate", "--encoding", "fifo:PATH", "beatd-samples/1", "--overrun"]
        ),
        (["replay"], ["<record>", "--speed", "max", "--emit", "--no-latency"]),
        (["check"], ["Says whether a configuration would work", "<path>"]),
    ])
    func help_everyCommand_saysWhatItTakes(command: [String], words: [String]) throws {
        let outcome = try beatd.run(command + ["--help"])
        #expect(outcome.status == 0)
        for word in words { #expect(outcome.text.contains(word), "\(word)") }
    }

    @Test func version_saysProgramAndSchemas() throws {
        #expect(try beatd.run(["version"]).text.contains("beatd/1"))
        let json = try beatd.run(["version", "--json"]).output
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: String])
        #expect(object["samples"] == "beatd-samples/1")
    }

    @Test(arguments: [
        ["run"], ["run", "--nonsense"], ["run", "--source", "ftp://x"], ["run", "--source", "tcp://nowhere"],
        ["run", "--source", "wfdb:x?speed=-1"], ["run", "--source", "wfdb:x?pace=2"],
        ["run", "--source", "-", "--source", "-"], ["run", "--source", "fifo:a", "--source", "fifo:a"],
        ["run", "--source", "-", "--rate", "5"], ["run", "--source", "-", "--encoding", "mp3"],
        ["run", "--source", "-", "--gain", "0"], ["run", "--source", "-", "--sink", "printer:"],
        ["run", "--source", "-", "--sink", "file:x?policy=drop"],
        ["replay"], ["replay", "x", "--speed", "fast"], ["replay", "x", "--threads", "0"],
        ["replay", "x", "--start-time", "yesterday"], ["replay", "x", "--emit", "sometimes"], ["fly"],
    ])
    func commandLine_thatCannotBeUnderstood_is64(arguments: [String]) throws {
        let outcome = try beatd.run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.isEmpty)
    }

    @Test func replay_recordThatIsNotThere_is66() throws {
        let outcome = try beatd.run(["replay", "/nowhere/100", "--model", Self.model])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/100"))
    }

    @Test func replay_modelThatIsNotThere_is66() throws {
        let record = Program.fixtures.appending(path: "synthetic-ectopy").path
        let outcome = try beatd.run(["replay", record, "--model", "/nowhere/model.safetensors"])
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("/nowhere/model.safetensors"))
    }

    @Test(arguments: ["/tmp", "/dev/null"])
    func replay_modelThatIsNoRegularFile_is65(path: String) throws {
        let record = Program.fixtures.appending(path: "synthetic-ectopy").path
        let outcome = try beatd.run(["replay", record, "--model", path])
        #expect(outcome.status == 65)
        #expect(outcome.errors == "beatd: model \(path): it is no regular file\n")
    }

    @Test func replay_modelWhoseNetworksCannotBeBuilt_is65() throws {
        try withFolder { folder in
            // A tree that asks for feature 30,000, the first of those in the small model, as a half-precision number.
            var bytes = try Data(contentsOf: Program.packageRoot.appending(path: "models/small.safetensors"))
            let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any]
            let tensor = try #require(header?["trees/trees.features"] as? [String: Any])
            let first = 8 + length + (try #require((tensor["data_offsets"] as? [Int])?.first))
            bytes.replaceSubrange(first..<first + 2, with: [0x53, 0x77])
            let path = folder.appending(path: "damaged.safetensors").path
            try bytes.write(to: URL(filePath: path))
            let record = Program.fixtures.appending(path: "synthetic-ectopy").path
            let outcome = try beatd.run(["replay", record, "--model", path])
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.errors.contains("model \(path): "), "\(outcome.errors)")
        }
    }

    @Test func replay_truncatedSignal_givesWhatIsThereAndEndsWith65() throws {
        let record = Program.fixtures.appending(path: "hostile/signal-truncated").path
        let outcome = try beatd.run(["replay", record, "--speed", "max", "--model", Self.model])
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.lines.first?.contains("\"hello\"") == true)
        #expect(outcome.lines.last?.contains(#""reason":"error","detail":""#) == true)
    }

    @Test func replay_signalThatIsNoVoltage_isNoLead() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "leads-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let header = try String(contentsOf: Program.fixtures.appending(path: "synthetic-ectopy.hea"), encoding: .utf8)
        let pressure = header.replacing("200/mV 12 0 18 -29947 0 V1", with: "200/mmHg 12 0 18 -29947 0 ABP")
        try #require(pressure != header)
        try pressure.write(to: folder.appending(path: "synthetic-ectopy.hea"), atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(
            at: Program.fixtures.appending(path: "synthetic-ectopy.dat"),
            to: folder.appending(path: "synthetic-ectopy.dat"))
        let outcome = try beatd.run(
            ["replay", folder.path + "/synthetic-ectopy", "--speed", "max", "--model", Self.model])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.first?.contains(#""leads":["MLII"]"#) == true, "\(outcome.lines.first ?? "")")
        #expect(outcome.errors.contains("not among the leads: ABP (mmHg, 360.0 Hz)"), "\(outcome.errors)")
    }

    @Test(arguments: [
        ("stream-cut-in-a-frame.s16le", #""rejected":{"partial_frame":1}"#),
        ("stream-line-oversized.csv", #""rejected":{"oversized_line":1}"#),
        ("stream-ragged-lines.csv", #""rejected":{"malformed_line":3,"implausible_value":1}"#),
        ("stream-malformed-lines.jsonl", #""rejected":{"malformed_line":4}"#),
        ("stream-sample-numbers-backwards.jsonl", #""rejected":{"malformed_line":1,"out_of_order":1}"#),
    ])
    func run_streamWithOddParts_countsThemAndGoesOn(file: String, rejected: String) throws {
        let input = try Data(contentsOf: Program.fixtures.appending(path: "hostile/\(file)"))
        let outcome = try beatd.run(["run", "--source", "-", "--model", Self.model], input: input)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.last?.contains(rejected) == true, "\(outcome.lines.last ?? "")")
    }

    @Test func run_emptyInput_warnsAndEndsWell() throws {
        let outcome = try beatd.run(["run", "--source", "-", "--rate", "360", "--model", Self.model])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("stream stdin: it ended without a sample"))
    }

    @Test func run_addressThatIsInUse_is69() throws {
        let port = try SocketClient.freePort()
        let first = try beatd.start(["run", "--source", "tcp://127.0.0.1:\(port)", "--model", Self.model])
        try first.wait(for: "listening")
        let second = try beatd.run(["run", "--source", "tcp://127.0.0.1:\(port)", "--model", Self.model])
        #expect(second.status == 69, "\(second.errors)")
        #expect(second.errors.contains("\(port)"))
        first.send(signal: SIGTERM)
        #expect(try first.finish().status == 0)
    }

    @Test func run_unixSocketThatIsListenedOn_is69AndLeftAlone() throws {
        try withFolder { folder in
            let path = folder.appending(path: "samples").path
            let arguments = ["run", "--source", "unix:\(path)", "--model", Self.model]
            let first = try beatd.start(arguments)
            try first.wait(for: "listening")
            let second = try beatd.run(arguments)
            #expect(second.status == 69, "\(second.errors)")
            #expect(second.errors.contains("cannot use \(path): Address already in use"), "\(second.errors)")
            try SocketClient(unix: path).close()
            first.send(signal: SIGKILL)
            _ = try first.finish()
            #expect(FileManager.default.fileExists(atPath: path), "killed, it left its socket")
            let third = try beatd.start(arguments)
            try third.wait(for: "listening")
            // Another file in its place is not its own to take away.
            try FileManager.default.removeItem(atPath: path)
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            third.send(signal: SIGTERM)
            #expect(try third.finish().status == 0)
            #expect(FileManager.default.fileExists(atPath: path))
            let fourth = try beatd.run(arguments)
            #expect(fourth.status == 69)
            #expect(fourth.errors.contains("no socket"), "\(fourth.errors)")
        }
    }

    @Test func run_laterSourceThatCannotBeOpened_leavesNoSocketBehind() throws {
        try withFolder { folder in
            let path = folder.appending(path: "samples").path
            let outcome = try beatd.run([
                "run", "--source", "unix:\(path)", "--source", "serial:/nowhere/tty", "--model", Self.model,
            ])
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: [
        ("unix:/tmp/" + String(repeating: "x", count: 120), "the path is longer than 107 bytes"),
        ("tcp://no-such-host.invalid:7000", "the name no-such-host.invalid cannot be resolved"),
    ])
    func run_addressThatCannotBeUsed_is69InWords(source: String, words: String) throws {
        let outcome = try beatd.run(["run", "--source", source, "--model", Self.model])
        #expect(outcome.status == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func run_pathThatIsNoPipe_is66() throws {
        try withFolder { folder in
            let path = folder.appending(path: "plain").path
            #expect(FileManager.default.createFile(atPath: path, contents: Data("x".utf8)))
            let outcome = try beatd.run(["run", "--source", "fifo:\(path)", "--model", Self.model])
            #expect(outcome.status == 66)
            #expect(outcome.errors.contains("mkfifo"))
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("x".utf8), "the file is left alone")
        }
    }
}
