import Extraction
import Foundation
import Inference
import Publication
import Session
import Signal
import Testing
import WFDB

/// A judge that is a function of the beat alone, so that events can be compared without a trained model.
func verdict(on beat: Beat) -> Verdict {
    // Early beats are V: enough to make labels, statistics and probabilities depend on the signal.
    let isEarly = (beat.rr ?? 1) < 0.55
    let share = min(max(beat.window.reduce(0) { $0 + abs($1) } / Float(beat.window.count), 0), 0.4)
    let probabilities: [Float] = isEarly ? [share, 0, 1 - share, 0, 0] : [1 - share, 0, share, 0, 0]
    return Verdict(probabilities: probabilities, votes: [])
}

/// Runs a session over items and gives its lines; verdicts come after `lag` requests, to show that order does not matter.
func lines(
    of items: [StreamItem], format: StreamFormat, configuration: SessionConfiguration, lag: Int = 0,
    reading reread: (Session) -> Session? = { $0 }
) -> [String] {
    var session = Session(format: format, configuration: configuration)
    let encoder = EventEncoder(
        format: format, clock: StreamClock(start: Timestamp(microseconds: 0), sampleRate: format.sampleRate))
    var text = JSONLine()
    var open: [Session.Request] = []
    func judge(downTo count: Int) {
        while open.count > count {
            let request = open.removeFirst()
            session.accept(verdict(on: request.beat), for: request.ticket)
        }
        session.publish { encoder.encode($0, latency: nil, into: &text) }
    }
    for item in items {
        session.consume(item) { open.append($0) }
        judge(downTo: lag)
        guard let same = reread(session) else { return ["the session could not be written and read back"] }
        open = same.pendingRequests
        session = same
    }
    session.finish(reason: .endOfRecord) { open.append($0) }
    judge(downTo: 0)
    return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// Cuts values into blocks of so many frames.
func blocks(_ values: [Float], leadCount: Int, of frames: Int) -> [StreamItem] {
    stride(from: 0, to: values.count / leadCount, by: frames).map { start in
        let end = min(start + frames, values.count / leadCount)
        return .block(
            SampleBlock(
                firstFrame: Int64(start), leadCount: leadCount,
                values: Array(values[start * leadCount..<end * leadCount])))
    }
}

/// A record of the fixtures or of the real recordings; nil where those are not there.
func record(_ name: String, frames: Int = .max) throws -> (format: StreamFormat, values: [Float])? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    var path = root.appending(path: "fixtures/\(name)").path
    if !FileManager.default.fileExists(atPath: path + ".hea") {
        let data = ProcessInfo.processInfo.environment["BEATD_DATA"] ?? root.appending(path: "../shared/data").path
        path = data + "/" + name
        guard FileManager.default.fileExists(atPath: path + ".hea") else {
            #expect(ProcessInfo.processInfo.environment["CI"] != "true", "real recordings are missing: \(path)")
            print("skipped: \(path) is not there")
            return nil
        }
    }
    let reader = try RecordReader(path: path)
    var values: [Float] = []
    var block: [Float] = []
    while values.count / reader.valuesPerFrame < frames, try reader.read(into: &block, maxFrames: 4096) > 0 {
        values += block
    }
    let count = min(frames, values.count / reader.valuesPerFrame)
    let format = StreamFormat(
        stream: name, sampleRate: reader.frameRate, leads: reader.signals.map(\.description))
    return (format, Array(values[..<(count * reader.valuesPerFrame)]))
}

@Suite struct SessionTests {
    private let plain = SessionConfiguration(version: "1", model: "test")

    @Test(arguments: SessionConfiguration.Emission.allCases)
    func consume_wholeRealRecordInAnyChunking_givesTheSameBytes(emission: SessionConfiguration.Emission) throws {
        guard let (format, values) = try record("mitdb/208") else { return }
        var configuration = plain
        configuration.emission = emission
        let whole = lines(of: blocks(values, leadCount: 2, of: 4096), format: format, configuration: configuration)
        let beats = whole.count { $0.hasPrefix(#"{"type":"beat""#) }
        #expect(beats > (emission == .both ? 5600 : 2800))
        let sizes = emission == .final ? [1, 7, 1000, .max] : [333]
        for size in sizes {
            let frames = min(size, values.count / 2)
            let other = lines(
                of: blocks(values, leadCount: 2, of: frames), format: format, configuration: configuration)
            #expect(other == whole, "blocks of \(frames)")
        }
    }

    @Test func accept_verdictsThatComeLate_giveTheSameBytes() throws {
        guard let (format, values) = try record("synthetic-ectopy") else { return }
        let items = blocks(values, leadCount: format.leads.count, of: 100)
        let atOnce = lines(of: items, format: format, configuration: plain)
        for lag in [1, 5, 1000] {
            #expect(lines(of: items, format: format, configuration: plain, lag: lag) == atOnce)
        }
    }

    @Test func encode_atAnyMoment_readsBackToTheSameEvents() throws {
        guard let (format, values) = try record("synthetic-ectopy", frames: 36_000) else { return }
        let items = blocks(values, leadCount: format.leads.count, of: 900)
        let straight = lines(of: items, format: format, configuration: plain, lag: 3)
        let reread = lines(of: items, format: format, configuration: plain, lag: 3) { session in
            let encoder = PropertyListEncoder()
            encoder.outputFormat = .binary
            return try? PropertyListDecoder().decode(Session.self, from: encoder.encode(session))
        }
        #expect(reread == straight)
        #expect(straight.count > 60)
    }

    @Test func consume_noLeadForMinutes_isNoIntervalAndNoHeartRate() throws {
        guard let (format, values) = try record("synthetic-ectopy", frames: 36_000) else { return }
        let leads = format.leads.count
        let off = [Float](repeating: .nan, count: Int(360 * format.sampleRate) * leads)
        var configuration = plain
        configuration.statusInterval = 30
        let events = lines(
            of: blocks(values + off + values, leadCount: leads, of: 500), format: format, configuration: configuration)
        let statuses = events.filter { $0.contains(#""type":"status""#) }
        let silent = statuses.filter { !$0.contains("hr_bpm") }
        // Six minutes without a beat: no rate from ten seconds on, no variability from five minutes on.
        #expect((11...12).contains(silent.count))
        #expect(try #require(silent.last).contains("sdnn_ms") == false)
        for event in events {
            guard let found = event.firstMatch(of: /"rr_ms":(\d+)/), let rr = Int(found.1) else { continue }
            #expect(rr < 4000, "\(event)")
        }
        #expect(events.count { $0.contains(#""type":"beat""#) && !$0.contains("rr_ms") } == 2)
    }

    @Test func consume_gap_settlesBeatsAndGoesOn() throws {
        guard let (format, values) = try record("synthetic-ectopy", frames: 36_000) else { return }
        let leads = format.leads.count
        let half = values.count / leads / 2
        var items = blocks(Array(values[..<(half * leads)]), leadCount: leads, of: 500)
        let missing: Int64 = 1000
        items.append(.gap(Gap(firstFrame: Int64(half), frameCount: missing, reason: .overrun)))
        for case .block(var block) in blocks(Array(values[(half * leads)...]), leadCount: leads, of: 500) {
            block.firstFrame += Int64(half) + missing
            items.append(.block(block))
        }
        let events = lines(of: items, format: format, configuration: plain)
        let gap = try #require(events.firstIndex { $0.contains(#""type":"gap""#) })
        #expect(events[gap].contains(#""sample":\#(half),"#))
        let after = try #require(events[(gap + 1)...].first { $0.contains(#""type":"beat""#) })
        #expect(!after.contains("rr_ms"), "the interval across a gap is not known")
        let statuses = events.filter { $0.contains(#""type":"status""#) }
        #expect(try #require(statuses.last).contains(#""dropped_samples":1000"#))
        #expect(events.last?.contains(#""drained":true"#) == true)
        // An unannounced jump in the frame numbers is the same gap.
        let silent = items.filter { if case .gap = $0 { false } else { true } }
        let jumped = lines(of: silent, format: format, configuration: plain)
        #expect(jumped.count == events.count)
        #expect(jumped[gap].contains(#""reason":"skipped""#))
    }

    @Test func publish_sequenceNumbers_countEveryEventOnce() throws {
        guard let (format, values) = try record("synthetic-noise", frames: 60_000) else { return }
        let events = lines(
            of: blocks(values, leadCount: format.leads.count, of: 777), format: format, configuration: plain)
        #expect(events.first?.hasPrefix(#"{"type":"hello""#) == true)
        #expect(events.last?.hasPrefix(#"{"type":"bye""#) == true)
        for (number, event) in events.enumerated().dropFirst() {
            #expect(event.contains(#""seq":\#(number),"#))
        }
    }

    @Test func publish_statusIntervalShorterThanAFrame_saysOneAFrame() {
        var configuration = plain
        configuration.statusInterval = 0.001
        let format = StreamFormat(stream: "short", sampleRate: 250, leads: ["I"])
        let zeros = blocks([Float](repeating: 0, count: 10), leadCount: 1, of: 10)
        let events = lines(of: zeros, format: format, configuration: configuration)
        #expect(events.count { $0.contains(#""type":"status""#) } == 10)
    }

    @Test func finish_withoutAnySample_saysHelloAndBye() {
        let format = StreamFormat(stream: "empty", sampleRate: 250, leads: ["I"])
        let events = lines(of: [], format: format, configuration: plain)
        #expect(events.count == 2)
        #expect(events[1].contains(#""reason":"end_of_record","drained":true"#))
    }

    @Test func abandonPendingBeats_unjudged_byeSaysNotDrained() throws {
        guard let (format, values) = try record("synthetic-ectopy", frames: 7200) else { return }
        var session = Session(format: format, configuration: plain)
        for item in blocks(values, leadCount: format.leads.count, of: 500) { session.consume(item) { _ in } }
        session.finish(reason: .shutdown) { _ in }
        #expect(session.pendingBeats > 5)
        session.abandonPendingBeats()
        var events: [Event] = []
        session.publish { events.append($0) }
        guard case .bye(let bye) = events.last?.body else {
            Issue.record("no bye")
            return
        }
        #expect(!bye.drained)
    }

    @Test func consume_leadThatComesOff_isReportedOnce() throws {
        guard let (format, values) = try record("synthetic-ectopy", frames: 14_400) else { return }
        let leads = format.leads.count
        var changed = values
        let rate = Int(format.sampleRate)
        for frame in 10 * rate..<20 * rate { changed[frame * leads + 1] = .nan }
        let events = lines(of: blocks(changed, leadCount: leads, of: 90), format: format, configuration: plain)
            .filter { $0.contains(#""type":"quality""#) && $0.contains(#""lead":"\#(format.leads[1])""#) }
        #expect(events.count == 2)
        #expect(events[0].contains(#""state":"off""#))
        #expect(events[1].contains(#""state":"good""#))
    }
}
