import Foundation
import ProgramRunner
import Testing

/// `beatd` as a process: signals, readers that leave, the service manager, memory.
@Suite(.serialized) struct DaemonLifeTests {
    private let beatd = Program("beatd")
    private static let model = Program.packageRoot.appending(path: "models/default.safetensors").path
    private static let record = Program.fixtures.appending(path: "synthetic-ectopy").path

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func signal_duringALiveReplay_finishesTheBeatsAndSaysBye(signal: Int32) throws {
        // Tests that run under nohup would hand on that hanging up is to be ignored.
        Foundation.signal(signal, SIG_DFL)
        let running = try beatd.start(["replay", Self.record, "--speed", "5", "--model", Self.model])
        try running.waitForLine { $0.contains("\"type\":\"beat\"") }
        running.send(signal: signal)
        let outcome = try running.finish(limit: 30)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.last?.contains(#""reason":"shutdown","drained":true"#) == true)
        // The last R peak that the detector saw is among the beats: nothing found is lost.
        #expect(outcome.lines.count { $0.contains("\"type\":\"beat\"") } >= 2)
        #expect(outcome.text.hasSuffix("}\n"), "no partial line")
    }

    @Test func signal_readerThatTakesNothing_isGivenUpAndTheLossSaid() throws {
        try withFolder { folder in
            // A pipe that is held open, never read, and too small for the events.
            let path = folder.appending(path: "events").path
            try #require(mkfifo(path, 0o600) == 0)
            let held = open(path, O_RDWR | O_CLOEXEC)
            try #require(held >= 0)
            defer { close(held) }
            let running = try beatd.start([
                "replay", Self.record, "--speed", "max", "--emit", "both", "--sink", "file:\(path)", "--model",
                Self.model,
            ])
            try running.wait(for: "listening")
            let deadline = Date(timeIntervalSinceNow: 60)
            var room = pollfd(fd: held, events: Int16(POLLOUT), revents: 0)
            while poll(&room, 1, 0) > 0 { try #require(Date() < deadline, "the pipe is not full yet") }
            running.send(signal: SIGTERM)
            let outcome = try running.finish(limit: 60)
            #expect(outcome.status == 74, "\(outcome.errors)")
            #expect(outcome.errors.contains("their reader is too slow"), "\(outcome.errors)")
        }
    }

    @Test func start_withoutStandardDescriptors_writesEventsNowhereElse() throws {
        try withFolder { folder in
            let events = folder.appending(path: "events").path
            func run(_ rest: String) throws -> Int32 {
                let process = Process()
                process.executableURL = URL(filePath: "/bin/bash")
                let command = "'\(beatd.executable.path)' replay '\(Self.record)' --speed max --model '\(Self.model)'"
                process.arguments = ["-c", "\(command) \(rest)"]
                try process.run()
                process.waitUntilExit()
                #expect(process.terminationReason == .exit)
                return process.terminationStatus
            }
            #expect(try run("<&- >&- 2>&-") == 74, "standard output cannot be written to")
            #expect(try run("--sink 'file:\(events)' <&- >&- 2>&-") == 0)
            let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
            #expect(lines.count > 100 && lines.allSatisfy { $0.hasPrefix("{") }, "no line of the log among the events")
        }
    }

    @Test func replay_atASpeed_keepsTime() throws {
        // 60 s of signal at 30 times real time.
        let record = Program.fixtures.appending(path: "synthetic-1000hz").path
        let start = ContinuousClock.now
        let outcome = try beatd.run(["replay", record, "--speed", "30", "--model", Self.model])
        let elapsed = ContinuousClock.now - start
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(elapsed >= .seconds(2), "\(elapsed)")
        #expect(outcome.lines.contains { $0.contains("\"latency_ms\":") })
    }

    @Test func write_readerThatLeaves_endsQuietly() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        let command = "'\(beatd.executable.path)' replay '\(Self.record)' --speed max --model '\(Self.model)'"
        process.arguments = ["-c", "\(command) 2>/dev/null | head -n 1; echo ${PIPESTATUS[0]}"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            .split(separator: "\n")
        process.waitUntilExit()
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("{\"type\":\"hello\"") == true)
        #expect(lines.last == "0", "EPIPE is no error")
    }

    @Test func notify_servicesManager_hearsReadyWatchdogStatusStopping() throws {
        try withFolder { folder in
            let manager = try NotifySocket(path: folder.appending(path: "notify").path)
            let running = try beatd.start(
                ["replay", Self.record, "--speed", "10", "--model", Self.model],
                environment: ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "300000"])
            let first = try manager.receive()
            #expect(first.contains("READY=1"))
            #expect(running.errors.contains("listening"), "ready comes after the sources are open")
            var heard = ""
            while !heard.contains("WATCHDOG=1") || !heard.contains("STATUS=") { heard += try manager.receive() + "\n" }
            #expect(heard.contains("1 stream, "))
            running.send(signal: SIGTERM)
            while !heard.contains("STOPPING=1") { heard += try manager.receive() + "\n" }
            #expect(try running.finish().status == 0)
        }
    }

    @Test func replay_hoursOfSignal_takesTheSameMemory() throws {
        // Three minutes, fed again and again as one stream: two hours.
        let header =
            Data(
                #"{"type":"stream","schema":"beatd-samples/1","sample_rate_hz":360,"leads":["MLII","V1"],"encoding":"s16le","#
                    .utf8) + Data("\"gain_adu_per_mv\":200,\"baseline_adu\":0}\n".utf8)
        let samples = try FixtureSamples.s16le("synthetic-ectopy")
        let running = try beatd.start(["run", "--source", "-", "--model", Self.model, "--overrun", "wait"])
        running.write(header)
        var resident: [Int] = []
        for _ in 0..<40 {
            #expect(running.write(samples))
            resident.append(try Self.residentKilobytes(running.identifier))
        }
        running.closeInput()
        let outcome = try running.finish(limit: 300)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.lines.count { $0.contains("\"type\":\"beat\"") } > 6000)
        let (early, late) = (resident[5...9].max() ?? 0, resident[35...].max() ?? 0)
        print("resident memory: \(early) KB after half an hour of signal, \(late) KB after two hours")
        #expect(late < 200 * 1024)
        #expect(late - early < 8 * 1024, "memory does not grow with the length of the stream")
    }

    private static func residentKilobytes(_ process: Int32) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
    }
}
