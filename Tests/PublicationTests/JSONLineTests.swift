import Foundation
import Publication
import Testing

@Suite struct JSONLineTests {
    /// The text of one object with one field.
    private func written(_ fill: (inout JSONLine) -> Void) -> String {
        var line = JSONLine()
        line.begin(type: "t")
        fill(&line)
        line.end()
        return String(decoding: line.bytes, as: UTF8.self)
    }

    @Test func field_everyControlCharacterAndQuote_isEscapedAndReadsBack() throws {
        let text = String(String.UnicodeScalarView((0...0x7F).compactMap { Unicode.Scalar($0) })) + "Ω\u{2028}🫀"
        let line = written { $0.field("s", text) }
        #expect(line.filter { $0 == "\n" }.count == 1, "a line feed inside a string would split the line")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object["s"] == text)
        #expect(object["type"] == "t")
    }

    @Test(arguments: [
        (0.0, "0.0"), (1.0, "1.0"), (0.5, "0.5"), (0.98145, "0.9815"), (0.00004, "0.0"), (0.00005, "0.0001"),
        (-0.00004, "0.0"), (-1.25, "-1.25"), (12.3456789, "12.3457"), (0.9999999, "1.0"), (3e19, "3e+19"),
    ])
    func field_decimal_roundsHalfAwayAndCutsZeros(value: Double, expected: String) {
        #expect(written { $0.field("d", decimal: value, places: 4) } == "{\"type\":\"t\",\"d\":\(expected)}\n")
    }

    @Test func field_numbersThatJSONCannotSay_areLeftOut() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(written { $0.field("d", decimal: value, places: 2) } == "{\"type\":\"t\"}\n")
            #expect(written { $0.field("r", rate: value) } == "{\"type\":\"t\"}\n")
        }
        let line = written { $0.field("p", names: ["N", "S", "V"], decimals: [0.5, .nan, 0.25], places: 3) }
        #expect(line == "{\"type\":\"t\",\"p\":{\"N\":0.5,\"V\":0.25}}\n")
    }

    @Test func field_integersAtTheEndsOfTheirRange_areWhole() {
        #expect(written { $0.field("i", Int64.min) } == "{\"type\":\"t\",\"i\":-9223372036854775808}\n")
        #expect(written { $0.field("i", Int64.max) } == "{\"type\":\"t\",\"i\":9223372036854775807}\n")
        #expect(written { $0.field("i", 0) } == "{\"type\":\"t\",\"i\":0}\n")
    }

    @Test(arguments: [(360.0, "360"), (257.5, "257.5"), (128, "128"), (1000.0 / 3, "333.333333")])
    func field_rate_isAnIntegerWhereItIsOne(value: Double, expected: String) {
        #expect(written { $0.field("r", rate: value) } == "{\"type\":\"t\",\"r\":\(expected)}\n")
    }
}
