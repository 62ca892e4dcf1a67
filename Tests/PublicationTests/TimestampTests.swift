import Foundation
import Publication
import Testing

@Suite struct TimestampTests {
    @Test func description_daysOverFourCenturies_agreesWithTheSystemsCalendar() throws {
        let formatter = ISO8601DateFormatter()
        formatter.timeZone = TimeZone(identifier: "UTC")
        // A step of 37 days, 5 h, 7 min and 11 s visits every month and both kinds of century.
        for step in stride(from: Int64(-5_000_000_000), to: 12_000_000_000, by: 3_215_231) {
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(step))).dropLast()
            let timestamp = Timestamp(microseconds: step * 1_000_000 + 42)
            #expect(timestamp.description == expected + ".000042Z")
            #expect(Timestamp(timestamp.description) == timestamp)
        }
    }

    @Test(arguments: [
        "", "2026-11-20", "2026-11-20T22:42:00", "2026-11-20T22:42:00+01:00", "2026-13-20T22:42:00Z",
        "2026-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T22:42:00.Z", "2026-11-20T22:42:00.1234567Z",
        "2026-11-20 22:42:00Z", "0000-11-20T22:42:00Z", "２026-11-20T22:42:00Z",
    ])
    func init_malformedText_isRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func init_leapDayAndFraction_areRead() {
        #expect(Timestamp("2024-02-29T00:00:00.5Z")?.description == "2024-02-29T00:00:00.500000Z")
        #expect(Timestamp("1970-01-01T00:00:00Z")?.microseconds == 0)
    }

    @Test func time_afterReanchor_countsFromTheNewAnchor() {
        var clock = StreamClock(start: Timestamp(microseconds: 0), sampleRate: 360)
        #expect(clock.time(of: 720).microseconds == 2_000_000)
        #expect(clock.time(of: 1).microseconds == 2778)
        clock.reanchor(frame: 1000, at: Timestamp(microseconds: 60_000_000))
        #expect(clock.time(of: 1360).microseconds == 61_000_000)
    }

    @Test func advanced_byMoreThanTimeHolds_staysPut() {
        let timestamp = Timestamp(microseconds: 5)
        #expect(timestamp.advanced(bySeconds: 1e300) == timestamp)
    }
}
