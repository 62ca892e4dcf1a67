import Foundation
import ProgramRunner
import Testing

/// Sources that need another end: a server to connect to, a serial line.
struct SourceTests {
    private let beatd = Program("beatd")
    private static let flags = [
        "--model", Program.packageRoot.appending(path: "models/default.safetensors").path, "--rate", "360", "--leads",
        "MLII,V1", "--gain", "200", "--encoding", "s16le", "--overrun", "wait", "--no-latency",
    ]

    @Test func run_serverThatClosesAndIsBack_isConnectedToAgain() throws {
        let samples = try FixtureSamples.s16le("synthetic-ectopy")
        let half = samples.count / 2 / 4 * 4
        let server = try SocketServer()
        let running = try beatd.start(["run", "--source", "tcp-connect://127.0.0.1:\(server.port)"] + Self.flags)
        try server.serve(samples.prefix(half))
        try running.wait(for: #""reason":"disconnected""#)
        try server.serve(samples.dropFirst(half))
        try running.waitForLine { $0.contains("\"gap\"") && $0.contains("\"sample\":\(samples.count / 4),") }
        running.send(signal: SIGTERM)
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.count { $0.contains("\"type\":\"hello\"") } == 1)
        #expect(outcome.lines.count { $0.contains("\"type\":\"beat\"") } > 150)
    }

    @Test func run_serverThatIsNotThereYet_isWaitedForAndLogged() throws {
        let port = try SocketClient.freePort()
        let running = try beatd.start(["run", "--source", "tcp-connect://127.0.0.1:\(port)"] + Self.flags)
        try running.wait(for: "cannot use 127.0.0.1:\(port): Connection refused")
        running.send(signal: SIGTERM)
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func run_serialLine_isReadRaw() throws {
        // A pseudo-terminal stands for the line; its driver would translate 0x0D and 0x0A and act on 0x03 if it were not
        // put into raw mode.
        var (master, slave): (Int32, Int32) = (-1, -1)
        try #require(openpty(&master, &slave, nil, nil, nil) == 0)
        let path = String(cString: try #require(ttyname(slave)))
        let running = try beatd.start(["run", "--source", "serial:\(path)?baud=115200"] + Self.flags)
        try running.wait(for: "listening")
        // Nine seconds: a serial line cannot wait, so more at once would lose its oldest part.
        let samples = try FixtureSamples.s16le("synthetic-ectopy").prefix(12_960)
        let line = FileHandle(fileDescriptor: master, closeOnDealloc: true)
        defer { close(slave) }
        try line.write(contentsOf: samples)
        try running.waitForLine { $0.contains("\"type\":\"beat\"") && $0.contains("\"seq\":6,") }
        running.send(signal: SIGTERM)
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let direct = try beatd.run(["run", "--source", "-"] + Self.flags, input: Data(samples))
        func beats(_ lines: [String]) -> [Substring?] {
            let beats = lines.filter { $0.contains("\"type\":\"beat\"") }.prefix(6)
            return beats.map { line in line.firstMatch(of: /"sample":[0-9]+/)?.output }
        }
        #expect(beats(outcome.lines) == beats(direct.lines))
        #expect(beats(direct.lines).count == 6)
    }

    @Test func run_senderThatMayLoseSamples_getsAGapAndTheDaemonGoesOn() throws {
        var flags = Self.flags
        flags[flags.firstIndex(of: "wait") ?? 0] = "drop"
        // Half an hour at once, where ten seconds may wait.
        let samples = try FixtureSamples.s16le("synthetic-ectopy")
        let running = try beatd.start(["run", "--source", "-"] + flags)
        for _ in 0..<10 { running.write(samples) }
        running.closeInput()
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let gaps = outcome.lines.filter { $0.contains(#""reason":"overrun""#) }
        #expect(!gaps.isEmpty)
        #expect(gaps.allSatisfy { $0.contains("\"duration_ms\":") })
        #expect(outcome.lines.last?.contains("\"drained\":true") == true)
    }

    @Test func run_badSenderOnASocket_isTurnedAwayAndTheNextIsHeard() throws {
        try withFolder { folder in
            let path = folder.appending(path: "samples").path
            let running = try beatd.start(["run", "--source", "unix:\(path)"] + Self.flags)
            try running.wait(for: "listening")
            let bad = try SocketClient(unix: path)
            try bad.send(Data("{\"type\":\"stream\",\"schema\":\"nonsense\"}\n".utf8), piece: 9)
            try running.wait(for: "nonsense")
            let good = try SocketClient(unix: path)
            try good.send(try FixtureSamples.s16le("synthetic-ectopy"), piece: 50_000)
            good.close()
            try running.wait(for: #""reason":"end_of_stream","drained":true"#)
            running.send(signal: SIGTERM)
            #expect(try running.finish().status == 0)
        }
    }

    /// What a refused writer sends, each more than a pipe holds: a header that calls the gain by another name and the
    /// samples it speaks of; text where binary was promised.
    private static let refused: [(bytes: Data, words: String)] = [
        (
            Data((#"{"type":"stream","schema":"beatd-samples/1","gain_adu_mv":1000}"# + "\n").utf8)
                + Data(repeating: 7, count: 1_000_000), "gain_adu_mv"
        ),
        (Data(String(repeating: "hello,world\n", count: 100_000).utf8), "the stream is text"),
    ]

    @Test(arguments: refused.indices)
    func run_badWriterOnAPipe_isForgottenUntilItHasGone(index: Int) throws {
        let (bytes, words) = Self.refused[index]
        try withFolder { folder in
            let path = folder.appending(path: "ecg").path
            let running = try beatd.start(["run", "--source", "fifo:\(path)"] + Self.flags)
            try running.wait(for: "listening")
            try writeAll(bytes, toPipe: path)
            try running.wait(for: words)
            // A writer that comes before the end of the bad one was seen is forgotten with it.
            let header = #"{"type":"stream","schema":"beatd-samples/1","stream":"good"}"# + "\n"
            let good = Data(header.utf8) + (try FixtureSamples.s16le("synthetic-ectopy"))
            for _ in 0..<60 where !String(decoding: running.output, as: UTF8.self).contains("\"hello\"") {
                try writeAll(good, toPipe: path)
                // On standard output: the warning may quote the refused bytes, which say hello too.
                try? running.waitForLine(limit: 10) { $0.contains("\"hello\"") }
            }
            running.send(signal: SIGTERM)
            let outcome = try running.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let hellos = outcome.lines.filter { $0.contains("\"hello\"") }
            #expect(hellos.count == 1 && hellos.first?.contains("\"good\"") == true, "\(hellos)")
            #expect(outcome.errors.matches(of: /warning/).count == 1, "\(outcome.errors)")
        }
    }

    private static let fixedTime = ["--start-time", "2026-01-01T00:00:00Z"]

    @Test func run_jsonlThatCountsFromAfar_beginsAtItsFirstFrame() throws {
        let line =
            #"{"sample":933120000,"mv":[\#(Array(repeating: "[0,0]", count: 400).joined(separator: ","))]}"# + "\n"
        let flags = Self.flags + ["--encoding", "jsonl"] + Self.fixedTime
        let outcome = try beatd.run(["run", "--source", "-"] + flags, input: Data(line.utf8))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.first?.contains(#""time":"2026-01-01T00:00:00.000000Z""#) == true, "\(outcome.lines)")
    }

    @Test func run_writerOfAnotherFormat_beginsAStreamAtZero() throws {
        try withFolder { folder in
            let path = folder.appending(path: "ecg").path
            let running = try beatd.start(["run", "--source", "fifo:\(path)"] + Self.flags + Self.fixedTime)
            try running.wait(for: "listening")
            let samples = try FixtureSamples.s16le("synthetic-ectopy")
            try writeAll(samples, toPipe: path)
            try running.wait(for: #""reason":"disconnected""#)
            let header = #"{"type":"stream","schema":"beatd-samples/1","sample_rate_hz":250}"# + "\n"
            // A header alone, and no sample: nothing has changed yet.
            try writeAll(Data(header.utf8), toPipe: path)
            for _ in 0..<60 where !String(decoding: running.output, as: UTF8.self).contains("format_changed") {
                try writeAll(Data(header.utf8) + samples, toPipe: path)
                try? running.wait(for: "format_changed", limit: 1)
            }
            try running.waitForLine { $0.contains("\"sample_rate_hz\":250") }
            running.send(signal: SIGTERM)
            let outcome = try running.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            let hellos = outcome.lines.indices.filter { outcome.lines[$0].contains("\"hello\"") }
            #expect(hellos.count == 2)
            for hello in hellos { #expect(outcome.lines[hello].contains(#""time":"2026-01-01T00:00:00.000000Z""#)) }
            let beat = outcome.lines[(hellos.last ?? 0)...].first { $0.contains("\"beat\"") }
            #expect(beat?.contains(/"sample":[0-9]{1,4},/) == true, "\(beat ?? "")")
        }
    }

    @Test func run_moreConnectionsThanDescriptors_waitsForSomeToCloseAndSaysSo() throws {
        try withFolder { folder in
            let path = folder.appending(path: "samples").path
            // The event loops of every core have descriptors of their own.
            let limit = 40 + 4 * ProcessInfo.processInfo.activeProcessorCount
            let running = try Program("prlimit", at: "/usr/bin/prlimit").start(
                ["--nofile=\(limit)", beatd.executable.path, "run", "--source", "unix:\(path)"] + Self.flags)
            try running.wait(for: "listening")
            let clients = try (0..<limit + 20).map { _ in try SocketClient(unix: path) }
            try running.wait(for: "connections to \(path) have to wait: Too many open files")
            for client in clients { client.close() }
            let late = try SocketClient(unix: path)
            try late.send(try FixtureSamples.s16le("synthetic-ectopy"), piece: 50_000)
            late.close()
            try running.wait(for: #""reason":"end_of_stream","drained":true"#)
            #expect(running.errors.matches(of: /have to wait/).count == 1, "said once in a minute")
            running.send(signal: SIGTERM)
            #expect(try running.finish().status == 0)
        }
    }

    @Test func run_pipeWhoseWriterLeavesWhileDescriptorsAreOut_isReadOnLater() throws {
        try withFolder { folder in
            let (pipe, socket) = (folder.appending(path: "ecg").path, folder.appending(path: "samples").path)
            let limit = 40 + 4 * ProcessInfo.processInfo.activeProcessorCount
            let running = try Program("prlimit", at: "/usr/bin/prlimit").start(
                [
                    "--nofile=\(limit)", beatd.executable.path, "run", "--source", "fifo:\(pipe)", "--source",
                    "unix:\(socket)",
                ]
                    + Self.flags)
            try running.wait(for: "listening")
            let samples = try FixtureSamples.s16le("synthetic-ectopy")
            let writer = try #require(FileHandle(forWritingAtPath: pipe))
            try writer.write(contentsOf: samples)
            try running.wait(for: "\"hello\"")
            let clients = try (0..<limit + 20).map { _ in try SocketClient(unix: socket) }
            try running.wait(for: "have to wait")
            try writer.close()
            try running.wait(for: "cannot open \(pipe): Too many open files")
            for client in clients { client.close() }
            try writeAll(samples, toPipe: pipe)
            try running.waitForLine { $0.contains("\"gap\"") && $0.contains("\"sample\":\(samples.count / 2),") }
            running.send(signal: SIGTERM)
            #expect(try running.finish().status == 0)
        }
    }

    @Test func run_pipeThatIsTakenAway_endsItsStreamAndTheDaemon() throws {
        try withFolder { folder in
            let path = folder.appending(path: "ecg").path
            let running = try beatd.start(["run", "--source", "fifo:\(path)"] + Self.flags)
            try running.wait(for: "listening")
            let writer = try #require(FileHandle(forWritingAtPath: path))
            try writer.write(contentsOf: try FixtureSamples.s16le("synthetic-ectopy"))
            try FileManager.default.removeItem(atPath: path)
            try writer.close()
            let outcome = try running.finish()
            #expect(outcome.status == 66, "\(outcome.errors)")
            #expect(outcome.lines.last?.contains(#""reason":"error","detail":"cannot open "#) == true)
        }
    }
}
