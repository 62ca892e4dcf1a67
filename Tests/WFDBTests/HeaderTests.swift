import Testing

@testable import WFDB

/// Headers as they are found in the wild, field by field.
@Suite struct HeaderTests {
    private func header(_ text: String) throws -> Header { try Header(parsing: Array(text.utf8), name: "r") }

    @Test func read_everyField_isTaken() throws {
        let header = try header(
            "# before\r\nr 2 62.4725/999.56(-3.5) 14400 17:27:45.757 15/08/1994\r\n"
                + "r.dat 212x4:5+24 -200.5(-12)/mmHg 12 2048 7 -22131 0 ABP, left arm\r\n"
                + "r.dat 212x4:5+24 0 11 1024 0 65535 2\r\n#<age>: 69\r\n")
        #expect(header.frameRate == 62.4725 && header.counterFrequency == 999.56 && header.baseCounter == -3.5)
        #expect(header.frameCount == 14_400)
        #expect(header.baseTime == BaseTime(hour: 17, minute: 27, second: 45, microsecond: 757_000))
        #expect(header.baseDate == BaseDate(year: 1994, month: 8, day: 15))
        let first = header.signals[0]
        #expect(first.samplesPerFrame == 4 && first.skew == 5 && first.byteOffset == 24)
        #expect(first.gain == -200.5 && first.baseline == -12 && first.units == "mmHg" && first.isCalibrated)
        #expect(first.adcResolution == 12 && first.adcZero == 2048 && first.initialValue == 7)
        #expect(first.checksum == UInt16(bitPattern: -22_131) && first.description == "ABP, left arm")
        // Gain 0 says that nobody calibrated: 200 units per mV.
        let second = header.signals[1]
        #expect(second.gain == 200 && !second.isCalibrated && second.units == "mV" && second.baseline == 1024)
        #expect(second.checksum == 65_535 && second.blockSize == 2)
        #expect(header.comments == [" before", "<age>: 69"])
    }

    @Test func read_missingFields_areAssumed() throws {
        let header = try header("r 1\nr.dat 16\n")
        #expect(header.frameRate == 250 && header.counterFrequency == 250 && header.baseCounter == 0)
        #expect(header.frameCount == nil && header.baseTime == nil && header.baseDate == nil)
        let signal = header.signals[0]
        #expect(signal.gain == 200 && signal.baseline == 0 && signal.units == "mV" && signal.samplesPerFrame == 1)
        #expect(signal.checksum == nil && signal.initialValue == nil)
        #expect(header.warnings.isEmpty)
    }

    @Test func read_recordLineOfCinC_isReadWithWarnings() throws {
        let header = try header("E1.mat 1 500 5000 05-May-2020 14:50:55\nE1.mat 16+24 4880/mV 16 0 136 -28477 0 I\n")
        #expect(header.frameCount == 5000 && header.baseTime == BaseTime(hour: 14, minute: 50, second: 55))
        #expect(header.baseDate == BaseDate(year: 2020, month: 5, day: 5))
        #expect(header.warnings.count == 2, "\(header.warnings)")
        #expect(header.warnings.contains { "\($0)".contains("both read as meant") })
        #expect(header.signals.map(\.byteOffset) == [24])
    }
}
