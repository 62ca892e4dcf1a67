import Publication
import Signal
import Testing

@Suite struct EventEncoderTests {
    private static let format = StreamFormat(stream: "100", sampleRate: 360, leads: ["MLII", "V5"])
    private static let encoder = EventEncoder(
        format: format,
        clock: StreamClock(start: Timestamp(microseconds: 1_795_214_520_000_000), sampleRate: 360))

    private func line(_ body: Event.Body, sequence: Int64 = 7, readyAt: Int64 = 0, latency: Double? = nil) -> String {
        var line = JSONLine()
        Self.encoder.encode(
            Event(sequence: sequence, readyAt: readyAt, body: body), latency: latency, into: &line)
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test func encode_hello_isTheSchemasFirstLine() {
        let hello = Hello(format: Self.format, version: "0.1.0", model: "dual-ensemble", modelSHA256: "ab")
        #expect(
            line(.hello(hello), sequence: 0) == """
                {"type":"hello","schema":"beatd/1","version":"0.1.0","stream":"100","sample_rate_hz":360,\
                "leads":["MLII","V5"],"model":"dual-ensemble","model_sha256":"ab","classes":["N","S","V","F","Q"],\
                "time":"2026-11-20T22:42:00.000000Z"}

                """)
    }

    @Test func encode_beat_hasEveryFieldInOrder() {
        let beat = BeatReport(
            sample: 720, label: .ventricular, probabilities: [0.011, 0.004, 0.981, 0.004, 0], stage: .final, rr: 611.6,
            heartRate: 74.2, quality: 0.934, delay: 819.7)
        #expect(
            line(.beat(beat), sequence: 17, latency: 3.14) == """
                {"type":"beat","seq":17,"stream":"100","sample":720,"time":"2026-11-20T22:42:02.000000Z","label":"V",\
                "p":{"N":0.011,"S":0.004,"V":0.981,"F":0.004,"Q":0.0},"stage":"final","rr_ms":612,"hr_bpm":74,\
                "quality":0.93,"delay_ms":820,"latency_ms":3.1}

                """)
    }

    @Test func encode_firstBeat_leavesOutWhatIsNotKnown() {
        let beat = BeatReport(
            sample: 0, label: .normal, probabilities: [1, 0, 0, 0, 0], stage: .provisional, rr: nil, heartRate: nil,
            quality: 1, delay: 500)
        let text = line(.beat(beat))
        #expect(!text.contains("rr_ms") && !text.contains("hr_bpm") && !text.contains("latency_ms"))
        #expect(!text.contains("null"))
    }

    @Test func encode_gap_saysHowLongOnlyWhereItIsKnown() {
        let known = Gap(firstFrame: 360, frameCount: 666, reason: .overrun)
        #expect(
            line(.gap(known)) == """
                {"type":"gap","seq":7,"stream":"100","sample":360,"time":"2026-11-20T22:42:01.000000Z",\
                "duration_ms":1850,"reason":"overrun"}

                """)
        #expect(!line(.gap(Gap(firstFrame: 0, frameCount: 0, reason: .disconnected))).contains("duration_ms"))
    }

    @Test func encode_statusAndQualityAndBye_areTheSchemasLines() {
        let status = StatusReport(
            uptime: 60, samples: 21600, beats: 73, droppedSamples: 0, heartRate: 74, sdnn: 41.2, rmssd: 33, cvRR: 0.05)
        #expect(
            line(.status(status)) == """
                {"type":"status","seq":7,"stream":"100","uptime_s":60,"samples":21600,"beats":73,"dropped_samples":0,\
                "hr_bpm":74,"sdnn_ms":41,"rmssd_ms":33,"cv_rr":0.05}

                """)
        #expect(
            line(.quality(LeadReport(lead: 1, state: .off, sample: 0))) == """
                {"type":"quality","seq":7,"stream":"100","lead":"V5","state":"off","sample":0,\
                "time":"2026-11-20T22:42:00.000000Z"}

                """)
        let bye = Bye(
            reason: .endOfStream, drained: true, rejected: [.init(reason: "malformed_line", count: 3)])
        #expect(
            line(.bye(bye)) == """
                {"type":"bye","seq":7,"stream":"100","reason":"end_of_stream","drained":true,\
                "rejected":{"malformed_line":3}}

                """)
    }
}
