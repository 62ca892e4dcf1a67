import RealRecordings
import Testing

@testable import Scoring

/// Byte for byte what WFDB 10.7's `bxb`, `rxr`, `epicmp` and `sumstats` print for twelve records of mitdb and two
/// annotators: `gqrs`, and a made-up one that exercises every column.
///
/// The commands stand in the README of `scoring-reference`; all of its outputs are compared here.
@Suite(.needsRealRecordings) struct ReferenceProgramTests {
    private static let names = ["100", "108", "119", "201", "203", "207", "208", "209", "213", "217", "222", "232"]

    private func beats(from: Double, test: String = "tst") throws -> [NamedComparison] {
        try Self.names.map { name in
            let record = try ReferencePrograms.scored(name, test: test)
            return (
                record: name,
                result: BeatComparison(
                    reference: record.reference, test: record.test, period: try record.period(from: from))
            )
        }
    }

    private func runs(from: Double, _ kind: RunKind) throws -> LineTable {
        let comparisons = try Self.names.map { name in
            let record = try ReferencePrograms.scored(name)
            return (
                record: name,
                result: RunComparison(
                    reference: record.reference, test: record.test, period: try record.period(from: from), kind: kind)
            )
        }
        return .runs(comparisons, kind: kind)
    }

    private func episodes(_ kind: EpisodeKind) throws -> LineTable {
        let comparisons = try Self.names.map { name in
            let record = try ReferencePrograms.scored(name)
            return (
                record: name,
                result: EpisodeComparison(
                    reference: record.reference, test: record.test, period: try record.period(from: 0), kind: kind)
            )
        }
        return .episodes(comparisons, kind: kind)
    }

    @Test(arguments: [("bxb-L", 300.0, "tst"), ("bxb-f0-L", 0, "tst"), ("gqrs-f0-L", 0, "gqrs")])
    func lines_withSupraventricular_areThoseOfBxb(file: String, from: Double, test: String) throws {
        let comparisons = try beats(from: from, test: test)
        #expect(try LineTable.beats(comparisons).text == ReferencePrograms.output(file + ".out"))
        #expect(try LineTable.shutdown(comparisons).text == ReferencePrograms.output(file + "-sd.out"))
        #expect(try LineTable.beats(comparisons).summary == ReferencePrograms.output("sumstats-\(file).txt"))
    }

    @Test func lines_withoutSupraventricular_areThoseOfBxb() throws {
        let comparisons = try beats(from: 0)
        let table = LineTable.beats(comparisons, supraventricular: false)
        #expect(try table.text == ReferencePrograms.output("bxb-f0-l.out"))
        #expect(try table.summary == ReferencePrograms.output("sumstats-bxb-f0-l.txt"))
        #expect(
            try LineTable.shutdown(comparisons, supraventricular: false).text
                == ReferencePrograms.output("bxb-f0-l-sd.out"))
    }

    @Test(arguments: ["203", "208", "232"]) func reports_areThoseOfThePrograms(name: String) throws {
        let record = try ReferencePrograms.scored(name)
        let period = try record.period(from: 0)
        let subject = Report.Subject(record: name, reference: "atr", test: "tst")
        let beats = BeatComparison(reference: record.reference, test: record.test, period: period)
        #expect(
            try Report.beats(subject, beats, supraventricular: false) + Report.shutdown(beats, supraventricular: false)
                == ReferencePrograms.output("report-\(name).out"))
        #expect(try Report.beats(subject, beats) == ReferencePrograms.output("matrix-\(name).out"))
        let runs = RunComparison(
            reference: record.reference, test: record.test, period: period, kind: .ventricular)
        #expect(try Report.runs(subject, runs) == ReferencePrograms.output("rxr-report-\(name).out"))
        let atrial = EpisodeComparison(
            reference: record.reference, test: record.test, period: period, kind: .atrialFibrillation)
        #expect(try Report.episodes(subject, atrial) == ReferencePrograms.output("epicmp-AF-report-\(name).out"))
    }

    @Test(arguments: [("rxr", 300.0), ("rxr-f0", 0)]) func runLines_areThoseOfRxr(file: String, from: Double) throws {
        for (suffix, kind) in [("v", RunKind.ventricular), ("s", .supraventricular)] {
            let table = try runs(from: from, kind)
            #expect(try table.text == ReferencePrograms.output("\(file)-\(suffix).out"))
            #expect(try table.summary == ReferencePrograms.output("sumstats-\(file)-\(suffix).txt"))
        }
    }

    @Test(arguments: [("af", EpisodeKind.atrialFibrillation), ("vf", .ventricularFibrillation)])
    func episodeLines_areThoseOfEpicmp(file: String, kind: EpisodeKind) throws {
        let table = try episodes(kind)
        #expect(try table.text == ReferencePrograms.output(file + ".out"))
        #expect(try table.summary == ReferencePrograms.output("sumstats-\(file).txt"))
    }
}
