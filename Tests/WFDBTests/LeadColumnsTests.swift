import Testing

@testable import WFDB

/// Which signals of a record are leads.
@Suite struct LeadColumnsTests {
    private func signals(_ lines: [(name: String, units: String, samples: Int)]) -> [SignalDescription] {
        lines.map {
            SignalDescription(
                fileName: "r.dat", format: .int16, samplesPerFrame: $0.samples, units: $0.units, description: $0.name)
        }
    }

    @Test func choice_isTheVoltagesOfOneRate() throws {
        let all = signals([
            ("ABP", "mmHg", 1), ("II", "mV", 2), ("RESP", "NU", 1), ("V", "uV", 2), ("P", "mV", 1), ("", "V", 2),
        ])
        let leads = try #require(LeadColumns(of: all, most: 12))
        #expect(leads.signals == [1, 3, 5] && leads.names == ["II", "V", "ECG3"] && leads.leftOut == [0, 2, 4])
        #expect(leads.samplesPerFrame == 2 && leads.columns == [1, 4, 7] && leads.areVoltages)
        var values: [Float] = []
        leads.gather((0..<18).map(Float.init), into: &values)
        #expect(values == [1, 4, 7, 2, 5, 8, 10, 13, 16, 11, 14, 17])
    }

    @Test func choice_withoutVoltages_isAllAndSaysSo() throws {
        let leads = try #require(LeadColumns(of: signals([("a", "NU", 1), ("b", "mmHg", 1)]), most: 12))
        #expect(leads.signals == [0, 1] && !leads.areVoltages)
    }

    @Test func choice_isOfSoManyAtMost() throws {
        let leads = try #require(LeadColumns(of: signals(Array(repeating: ("x", "mV", 1), count: 15)), most: 12))
        #expect(leads.signals == Array(0..<12) && leads.leftOut == [12, 13, 14])
        var values: [Float] = []
        leads.gather((0..<15).map(Float.init), into: &values)
        #expect(values == (0..<12).map(Float.init))
    }

    @Test func signalByNumber_isTakenWhateverItIs() throws {
        let all = signals([("II", "mV", 1), ("ABP", "mmHg", 1)])
        #expect(LeadColumns(of: all, most: 12, lead: 1)?.names == ["ABP"])
        #expect(LeadColumns(of: all, most: 12, lead: 2) == nil)
        #expect(LeadColumns(of: [], most: 12) == nil)
    }
}
