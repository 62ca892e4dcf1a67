import Foundation
import ProgramRunner
import Testing

/// Configuration files of `beatd`.
struct ConfigurationTests {
    private let beatd = Program("beatd")
    private static let model = Program.packageRoot.appending(path: "models/default.safetensors").path

    private func check(_ text: String) throws -> Outcome {
        var outcome: Outcome?
        try withFolder { folder in
            let file = folder.appending(path: "beatd.yaml")
            try Data(text.utf8).write(to: file)
            outcome = try beatd.run(["check", file.path])
        }
        return try #require(outcome)
    }

    static let complete = """
        model: \(model)
        emit: both
        status_interval_s: 10
        threads: 2
        log_level: warning
        start_time: 2026-01-01T00:00:00Z
        latency: false
        sources:
          - url: fifo:/run/beatd/bed7
            stream: bed7
            sample_rate_hz: 360
            leads: [MLII, V1]
            encoding: s16le
            gain_adu_per_mv: 200
            baseline_adu: 1024
            overrun: drop
          - url: unix:/run/beatd/samples
        sinks:
          - url: "-"
          - url: file:/tmp/events.jsonl
            policy: drop

        """

    @Test func check_everyKey_isUnderstood() throws {
        let outcome = try check(Self.complete)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("2 sources, 2 sinks"))
        #expect(outcome.text.contains("unix:/run/beatd/samples"))
    }

    @Test(arguments: [
        ("sources:\n  - url: \"-\"\n    gain: 200\n", 3, "gain_adu_per_mv"),
        ("emitt: both\n", 1, "unknown key \"emitt\""), ("emit: never\n", 1, "provisional, final, both"),
        ("threads: 2\nthreads: 3\n", 1, "twice: "), ("sources: here\n", 1, "a list"),
        ("\n\nstatus_interval_s: soon\n", 3, "a number"), ("sources:\n  - url: ftp://x\n", 2, "ftp"),
        ("sources:\n  - stream: bed\n", 2, "no url"), ("- a\n- b\n", 1, "keys and values"),
        ("sources:\n  - url: \"-\"\n    sample_rate_hz: 5\n", 2, "100 to 1000"), ("emit: [\n", 2, "node"),
        ("sources:\n  - url: \"-\"\n  - url: \"-\"\n", 3, "- can be one source only"),
        ("sources:\n  - url: fifo:a\n  - url: wfdb:b\n  - url: fifo:a\n", 4, "fifo:a can be one source only"),
        ("threads: 2.7\n", 1, "a whole number from 1 to 1024"), ("model: ~\n", 1, "a text"),
        ("start_time: 2026-01-01\n", 1, "a time"), ("sinks:\n  - url: \"-\"\n    policy: maybe\n", 3, "wait, drop"),
        ("sources:\n" + String(repeating: "- *a\n", count: 9), 10, "more than 8 aliases"),
    ])
    func check_mistake_isRefusedWithFileAndLine(text: String, line: Int, words: String) throws {
        let outcome = try check(text)
        #expect(outcome.status == 78, "\(outcome.errors)")
        #expect(outcome.errors.contains("beatd.yaml:\(line):"), "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func check_fileThatIsNotThere_is78() throws {
        #expect(try beatd.run(["check", "/nowhere/beatd.yaml"]).status == 78)
    }

    @Test func run_configuredReplay_writesToItsSinks() throws {
        try withFolder { folder in
            let events = folder.appending(path: "events.jsonl")
            let file = folder.appending(path: "beatd.yaml")
            let record = Program.fixtures.appending(path: "synthetic-single-lead").path
            let text = """
                model: \(Self.model)
                sources:
                  - url: wfdb:\(record)?speed=max
                sinks:
                  - url: file:\(events.path)

                """
            try Data(text.utf8).write(to: file)
            let outcome = try beatd.run(["run", "--config", file.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
            let lines = try String(contentsOf: events, encoding: .utf8).split(separator: "\n")
            #expect(lines.first?.contains("\"hello\"") == true)
            #expect(lines.last?.contains("\"end_of_record\",\"drained\":true") == true)
        }
    }

    /// Runs over a configuration whose one source is standard input, as the entry and the flags say it is to be read.
    private func run(entry: [String], flags: [String]) throws -> Outcome {
        var outcome: Outcome?
        try withFolder { folder in
            let file = folder.appending(path: "beatd.yaml")
            let lines = ["model: \(Self.model)", "sources:", "  - url: \"-\""] + entry.map { "    " + $0 } + [""]
            try Data(lines.joined(separator: "\n").utf8).write(to: file)
            outcome = try beatd.run(["run", "--config", file.path] + flags, input: Data("0.1,0.2\n0.1,0.3\n".utf8))
        }
        return try #require(outcome)
    }

    @Test func run_flagsBesideAConfiguration_goBeforeIt() throws {
        let entry = ["sample_rate_hz: 250", "stream: bed7", "leads: [I, II]", "encoding: csv"]
        let outcome = try run(entry: entry, flags: ["--rate", "360", "--stream", "zz", "--leads", "MLII,V1"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let hello = try #require(outcome.lines.first)
        #expect(hello.contains(#""stream":"zz","sample_rate_hz":360,"leads":["MLII","V1"]"#), "\(hello)")
        #expect(try run(entry: ["leads: [I, II]", "encoding: csv"], flags: ["--rate", "360"]).status == 0)
        let missing = try run(entry: ["leads: [I, II]", "encoding: csv"], flags: [])
        #expect(missing.status == 65)
        #expect(missing.errors.contains("the source's entry in the configuration, or give the flag --sample-rate-hz"))
    }

    @Test func run_configurationWithoutSources_is78() throws {
        try withFolder { folder in
            let file = folder.appending(path: "beatd.yaml")
            try Data("model: \(Self.model)\nsources: []\n".utf8).write(to: file)
            for command in [["check", file.path], ["run", "--config", file.path]] {
                let outcome = try beatd.run(command)
                #expect(outcome.status == 78, "\(outcome.errors)")
                #expect(outcome.errors.contains("there are no sources"))
            }
        }
    }
}
