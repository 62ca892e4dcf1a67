import Foundation
import Testing
import WFDB

@testable import Scoring

@Suite struct ReportTests {
    /// Two small records with a bit of everything.
    private func board() throws -> ScoreBoard {
        let plan = ScoringPlan(test: "tst", from: 0)
        let records = [
            (
                "a", "N1000 A1800 V2600 V3400 V4200 N5000 F5800 Q6600",
                "N1010 A1800 V2600 V3400 N4200 V5000 F5800"
            ),
            ("b", "N1000 +1500(AFIB N1800 N2600 +3000(N N3400", "N1000 N1800 +2000(AFIB N2600 N3000 +3300(N N3400"),
        ]
        return ScoreBoard(
            plan: plan,
            scores: try records.map { name, reference, test in
                let record = ScoredRecord(
                    name: name, sampleRate: 1000, length: 10_000, reference: annotations(reference),
                    test: annotations(test))
                return try plan.score(record, path: "/nowhere/" + name)
            })
    }

    @Test func summary_hasRecordsTotalsAndIntervals() throws {
        let lines = Report.summary(try board()).split(separator: "\n")
        #expect(lines[0] == "2 records: tst against atr, mapping ec57, from 0:00 to the end, window 150 ms")
        let first = try #require(lines.first { $0.hasPrefix("a ") }).split(separator: " ")
        #expect(first[1...5] == ["8", "1", "0", "87.50", "100.00"])
        #expect(lines.contains { $0.hasPrefix("gross") })
        #expect(lines.contains { $0.hasPrefix("95 % from") })
        // All lines of the table are as wide as each other.
        let widths = Set(lines.dropFirst().prefix(4).map(\.count))
        #expect(widths.count == 1)
    }

    @Test func summary_standardPlan_saysSo() throws {
        let board = ScoreBoard(plan: ScoringPlan(test: "x"), scores: [])
        #expect(Report.summary(board).contains("as EC57 prescribes"))
    }

    @Test func document_roundTripsThroughJSON() throws {
        let document = ScoreDocument(try board())
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let back = try decoder.decode(ScoreDocument.self, from: encoder.encode(document))
        #expect(back.gross == document.gross)
        #expect(back.records.map(\.record) == ["a", "b"])
        #expect(back.records[0].metrics["v_se"] == 2.0 / 3)
        #expect(back.records[0].offset.pairs == 7)
        #expect(back.records[1].episodes.first?.sensitivity.overlap == 1000)
    }

    @Test func tally_offsetAndIntervals_areOfPairedBeats() throws {
        let score = try #require(try board().scores.first)
        #expect(score.offset.count == 7)
        #expect(score.offset.mean.map { abs($0 - 10.0 / 7) < 1e-9 } == true)
        #expect(score.offset.percentile(85) == 0)
        #expect(score.offset.percentile(86) == 10)
        #expect(Report.offsets(try board()).contains("gross "))
        #expect(score.rr.differences == [-10, 0, 0, 0, 0, 0])
        #expect(score.rr.means[0] == 795)
    }

    @Test func rr_acrossMissedBeat_isNoInterval() throws {
        let plan = ScoringPlan(test: "tst", from: 0)
        let record = ScoredRecord(
            name: "a", sampleRate: 1000, length: 10_000, reference: annotations("N1000 N2000 N3000 N4000"),
            test: annotations("N1000 N3000 N4000"))
        #expect(try plan.score(record, path: "a").rr.differences == [0])
    }

    @Test func worstMoment_isWhereDisagreementsAreDense() throws {
        let plan = ScoringPlan(test: "tst", from: 0)
        let record = ScoredRecord(
            name: "a", sampleRate: 1000, length: 100_000, reference: annotations("N1000 N50000 N51000 N52000 N90000"),
            test: annotations("V1000 V50000 N51000 V52000 V90000"))
        let moment = try #require(plan.score(record, path: "a").worstMoment(seconds: 10))
        #expect(moment == .init(begin: 46_000, disagreements: 2))
        let same = ScoredRecord(
            name: "a", sampleRate: 1000, length: 100_000, reference: annotations("N1000"), test: annotations("N1000"))
        #expect(try plan.score(same, path: "a").worstMoment(seconds: 10) == nil)
    }

    @Test func html_namesWithMarkup_areEscaped() throws {
        var board = try board()
        var scores = board.scores
        scores[0].name = "<script>alert(1)</script>"
        board = ScoreBoard(plan: board.plan, scores: scores)
        let page = HTMLReport(board).text
        #expect(!page.contains("<script>"))
        #expect(page.contains("&lt;script&gt;"))
    }

    @Test func condensedReports_sumWhatTheyFold() throws {
        let score = try #require(try board().scores.first)
        let subject = Report.Subject(record: "a", reference: "atr", test: "tst")
        #expect(
            Report.beats(subject, score.beats, supraventricular: false, detail: .condensed).contains(
                """
                         Algorithm
                      n+f+q    v  o+x
                     ________________
                  N  |    2    1    0
                  V  |    1    2    0
                 F+Q |    1    0    1
                 O+X |    0    0

                """))
        #expect(
            Report.beats(subject, score.beats, detail: .condensed).contains(
                """
                         Algorithm
                      n+f+q    s    v  o+x
                     _____________________
                  N  |    1    0    1    0
                  S  |    0    1    0    0
                  V  |    1    0    2    0
                 F+Q |    1    0    0    1
                 O+X |    0    0    0

                """))
        #expect(
            Report.runs(subject, score.ventricularRuns, detail: .condensed).contains(
                """
                          Algorithm Run Length
                         nc    v    c    s    l
                     __________________________
                  NC |         0    0    0    0
                   V |    0    1    0    0    0
                   C |    0    0    0    0    0
                   S |    0    0    1    0    0
                   L |    0    0    0    0    0

                    (Run Sensitivity Summary Matrix)

                """))
    }
}

@Suite struct PlotTests {
    @Test func drawings_areWellFormed() throws {
        var calibration = Calibration()
        calibration.count(probabilities: [0.8, 0.2] as [Float], truth: 0)
        var rr = RRAgreement()
        for index in 0..<100 { rr.count(reference: 800, test: 800 + Double(index % 7)) }
        let ladder = LadderCurve(
            name: "a & <b>",
            steps: [24, 12, 6, 0, -6].map { .init(decibels: $0, sensitivity: 0.99, predictivity: 0.9) })
        let drawings: [SVG] = [
            .confusionMatrix(matrix(["Nn": 10, "Vn": 1]), title: "<x>"), .confusionMatrix(matrix([:]), title: ""),
            .blandAltman(rr, title: "rr"), .blandAltman(RRAgreement(), title: "none"),
            .ladder([ladder], title: "l"), .ladder([], title: "none"), .reliability(calibration, title: "r"),
            .reliability(Calibration(), title: "none"),
        ]
        for drawing in drawings {
            let parser = XMLCheck(drawing.text)
            #expect(parser.isWellFormed)
            #expect(!drawing.text.contains("nan") && !drawing.text.contains("inf"))
        }
    }

    @Test func ticks_areRoundAndInside() {
        #expect(PlotArea.ticks(0...1) == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1] || PlotArea.ticks(0...1).count == 6)
        #expect(PlotArea.ticks(-150...150) == [-150, -100, -50, 0, 50, 100, 150])
        for range in [0.0...0.003, 5...5.1, -1e6...1e6, 94...100.5] {
            let ticks = PlotArea.ticks(range)
            #expect((3...9).contains(ticks.count), "\(range) has \(ticks)")
        }
    }
}

/// Whether tags nest and attributes are quoted: enough to know that a drawing can be read.
private struct XMLCheck {
    let isWellFormed: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var isFine = true
        for piece in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = piece.firstIndex(of: ">") else {
                isFine = false
                continue
            }
            let tag = piece[..<end]
            if tag.count(where: { $0 == "\"" }) % 2 != 0 { isFine = false }
            if tag.hasPrefix("?") || tag.hasSuffix("/") { continue }
            let name = tag.prefix { $0 != " " && $0 != "\n" }
            if name.hasPrefix("/") {
                if open.popLast() != name.dropFirst() { isFine = false }
            } else {
                open.append(name)
            }
        }
        isWellFormed = isFine && open.isEmpty
    }
}
