import Foundation
import ProgramRunner
import Testing

/// Recorded input and expected events, through the real program, by every way in.
@Suite(.serialized) struct GoldenTests {
    private let beatd = Program("beatd")
    private static let records = ["synthetic-ectopy", "synthetic-noise", "synthetic-single-lead"]

    /// The lines of a stream that came from a sender: as by replay, but for the reason of the farewell.
    private func sent(_ lines: [String], reason: String) -> [String] {
        lines.map { $0.replacing("\"end_of_record\"", with: "\"\(reason)\"") }
    }

    private func replayed(_ record: String) throws -> [String] {
        let path = Program.fixtures.appending(path: record).path
        let outcome = try beatd.run(["replay", path, "--speed", "max"] + GoldenRun.flags)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.lines
    }

    @Test(arguments: records) func replay_fixture_givesTheExpectedEvents(record: String) throws {
        let lines = try replayed(record)
        try EventFile(name: record).expect(lines, "replay of \(record)")
        #expect(lines.count { $0.hasPrefix(#"{"type":"beat""#) } > 100)
    }

    @Test func replay_bothStages_givesTheExpectedEvents() throws {
        let path = Program.fixtures.appending(path: "synthetic-ectopy").path
        let outcome = try beatd.run(["replay", path, "--speed", "max", "--emit", "both"] + GoldenRun.flags)
        try EventFile(name: "synthetic-ectopy-both").expect(outcome.lines, "both stages")
    }

    @Test func run_standardInputInOddPieces_givesTheSameBytesAsReplay() throws {
        let stream = try FixtureStream("synthetic-ectopy")
        let running = try beatd.start(["run", "--source", "-"] + GoldenRun.flags)
        var rest = stream.bytes[...]
        var size = 1
        while !rest.isEmpty {
            running.write(Data(rest.prefix(size)))
            rest = rest.dropFirst(size)
            size = size * 7 % 5001 + 1
        }
        running.closeInput()
        let outcome = try running.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines == sent(try replayed("synthetic-ectopy"), reason: "end_of_stream"))
    }

    @Test func run_unixSocket_givesTheSameBytesAsReplay() throws {
        let stream = try FixtureStream("synthetic-ectopy")
        try withFolder { folder in
            let path = folder.appending(path: "samples.sock").path
            let running = try beatd.start(["run", "--source", "unix:\(path)"] + GoldenRun.flags)
            try running.wait(for: "listening")
            let client = try SocketClient(unix: path)
            try client.send(stream.bytes, piece: 1023)
            client.close()
            try running.wait(for: #""type":"bye""#)
            running.send(signal: SIGTERM)
            let outcome = try running.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.lines == sent(try replayed("synthetic-ectopy"), reason: "end_of_stream"))
            #expect(!FileManager.default.fileExists(atPath: path), "the socket is gone after the daemon")
        }
    }

    @Test func run_twoTCPConnections_areTwoStreams() throws {
        let (one, other) = (try FixtureStream("synthetic-ectopy"), try FixtureStream("synthetic-single-lead"))
        let port = try SocketClient.freePort()
        let running = try beatd.start(["run", "--source", "tcp://127.0.0.1:\(port)"] + GoldenRun.flags)
        try running.wait(for: "listening")
        let clients = try [SocketClient(port: port), SocketClient(port: port)]
        let halves = [one, other].map { ($0.bytes.prefix($0.bytes.count / 2), $0.bytes.dropFirst($0.bytes.count / 2)) }
        for (client, half) in zip(clients, halves) { try client.send(Data(half.0), piece: 4096) }
        for (client, half) in zip(clients, halves) { try client.send(Data(half.1), piece: 333) }
        for client in clients { client.close() }
        for name in [one.name, other.name] {
            try running.waitForLine { $0.contains("\"bye\"") && $0.contains("\"stream\":\"\(name)\"") }
        }
        running.send(signal: SIGTERM)
        let outcome = try running.finish()
        for name in [one.name, other.name] {
            let lines = outcome.lines.filter { $0.contains("\"stream\":\"\(name)\"") }
            #expect(lines == sent(try replayed(name), reason: "end_of_stream"))
        }
    }

    @Test func run_fifoWhoseWriterLeavesAndReturns_goesOnAfterAGap() throws {
        let stream = try FixtureStream("synthetic-ectopy")
        try withFolder { folder in
            let path = folder.appending(path: "ecg").path
            let running = try beatd.start(["run", "--source", "fifo:\(path)"] + GoldenRun.flags)
            try running.wait(for: "listening")
            let half = stream.samples.count / 2 / 4 * 4
            try writeAll(stream.header + stream.samples.prefix(half), toPipe: path)
            try running.wait(for: #""reason":"disconnected""#)
            try writeAll(stream.header + stream.samples.dropFirst(half), toPipe: path)
            try running.waitForLine { $0.contains("\"gap\"") && $0.contains("\"sample\":\(stream.samples.count / 4)") }
            running.send(signal: SIGTERM)
            let outcome = try running.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            try EventFile(name: "synthetic-ectopy-fifo").expect(outcome.lines, "pipe with two writers")
            #expect(outcome.lines.count { $0.contains("\"hello\"") } == 1, "one stream")
            #expect(outcome.lines.last?.contains(#""reason":"shutdown","drained":true"#) == true)
        }
    }

    @Test func run_fifoWithOneWriter_givesTheBeatsOfTheReplay() throws {
        let stream = try FixtureStream("synthetic-ectopy")
        try withFolder { folder in
            let path = folder.appending(path: "ecg").path
            let running = try beatd.start(["run", "--source", "fifo:\(path)"] + GoldenRun.flags)
            try running.wait(for: "listening")
            try writeAll(stream.bytes, toPipe: path)
            try running.wait(for: #""reason":"disconnected""#)
            running.send(signal: SIGINT)
            let lines = try running.finish().lines
            // Before the gap that the writer's leaving made, everything is as by replay.
            #expect(Array(lines.dropLast(2)) == Array(try replayed("synthetic-ectopy").dropLast()))
        }
    }
}
