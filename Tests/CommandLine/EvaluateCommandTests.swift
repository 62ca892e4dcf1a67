import Foundation
import ProgramRunner
import Testing

/// `beatlab evaluate`, `card` and `cross-validate`, as their users run them, on synthetic records.
struct EvaluateCommandTests {
    private let beatlab = Program("beatlab")
    private let data = ["--data", Program.packageRoot.path]
    private let model = Program.packageRoot.appending(path: "models/default.safetensors").path

    /// The cells of the line that begins with a word.
    private func cells(_ word: String, in outcome: Outcome) throws -> [String] {
        let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        return try #require(rows.first { $0.first == word }, "no line '\(word)'")
    }

    @Test func evaluate_synthetic_printsTheTables() throws {
        let outcome = try beatlab.run(["evaluate", "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let f1 = try ["n_f1", "s_f1", "v_f1", "macro_f1_nsv"].map {
            try #require(Double(try cells($0, in: outcome)[1]))
        }
        #expect(abs((f1[0] + f1[1] + f1[2]) / 3 - f1[3]) < 0.011)
        // With every verdict given, what is left is what there was.
        let all = try cells("100.00", in: outcome)
        #expect(all[2] == (try cells("accuracy", in: outcome))[1])
    }

    @Test(arguments: [("small", []), ("small-single-lead", ["--lead", "0"])])
    func evaluate_smallModel_isSmallAndTellsBeats(name: String, lead: [String]) throws {
        let small = Program.packageRoot.appending(path: "models/\(name).safetensors").path
        let size = try #require(try FileManager.default.attributesOfItem(atPath: small)[.size] as? Int)
        #expect(size < 300_000)
        let outcome = try beatlab.run(["evaluate", "--model", small, "fixtures/synthetic-ectopy"] + lead + data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try #require(Double(try cells("n_f1", in: outcome)[1])) > 90)
    }

    @Test func evaluate_oneLead_showsItAlone() throws {
        let both = try beatlab.run(["evaluate", "--brief", "fixtures/synthetic-ectopy"] + data)
        for lead in ["0", "1"] {
            let outcome = try beatlab.run(["evaluate", "--brief", "--lead", lead, "fixtures/synthetic-ectopy"] + data)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.text.contains("records fixtures/synthetic-ectopy, lead \(lead) alone"))
            #expect(try #require(Double(try cells("n_f1", in: outcome)[1])) > 90)
            #expect(outcome.text.replacing(", lead \(lead) alone", with: "") != both.text)
        }
        let none = try beatlab.run(["evaluate", "--lead", "9", "fixtures/synthetic-ectopy"] + data)
        #expect(none.status == 65 && none.errors.contains("has no signal 9"))
        for wrong in [["--lead", "-1"], ["--lead", "0", "--noise", "nstdb/ma"]] {
            #expect(try beatlab.run(["evaluate"] + wrong + ["fixtures/synthetic-ectopy"] + data).status == 64)
        }
    }

    @Test func evaluate_patientWithFusionBeats_findsSomeAndInventsNone() throws {
        try withFolder { folder in
            let folder = folder.path
            let made = try beatlab.run(
                ["synthesize", "--duration", "600", "--ventricular", "0.08", "--fusion", "0.05", "--muscle", "0.02"]
                    + ["--anatomy", "0.6", folder + "/made"])
            #expect(made.status == 0, "\(made.errors)")
            let place = URL(filePath: folder)
            let outcome = try beatlab.run(
                ["evaluate", "--data", place.deletingLastPathComponent().path, place.lastPathComponent + "/made"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try #require(Double(try cells("f_se", in: outcome)[1])) > 5)
            #expect(try #require(Double(try cells("f_pp", in: outcome)[1])) > 80)
        }
    }

    @Test func evaluate_oneModelTwice_hasNoSpread() throws {
        let outcome = try beatlab.run(
            ["evaluate", "--model", model, "--model", model, "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let row = try cells("macro_f1_nsv", in: outcome)
        #expect(row.count == 7 && row[1] == row[2] && row[3] == row[1] && row[4] == "0.00")
    }

    @Test func evaluate_withReport_writesOnePage() throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try beatlab.run(
                ["evaluate", "--report", folder + "/report", "--stage", "both", "fixtures/synthetic-ectopy"] + data)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let page = try String(contentsOfFile: folder + "/report/index.html", encoding: .utf8)
            #expect(page.contains("Stage provisional, mapping chazal") && page.contains("Stage final, mapping chazal"))
            #expect(page.contains("What was said") && page.contains("V against the others"))
            #expect(!page.contains("src=") && !page.contains("href="))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/report") == ["index.html"])
        }
    }

    @Test func evaluate_withNoise_comparesTheStretches() throws {
        // The fixture ends before the first noise: nothing may change, and there are no stretches.
        let outcome = try beatlab.run(
            ["evaluate", "--brief", "--noise", "fixtures/synthetic-rhythms", "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.text.contains("fixtures/synthetic-rhythms at 12 dB, stage final, mapping chazal"))
        let rows = outcome.lines.filter { $0.hasPrefix("whole records,") }.map { $0.split(separator: " ").dropFirst(3) }
        #expect(rows.count == 2 && rows.first == rows.last)
        #expect(try cells("stretches", in: outcome)[4] == "0")
    }

    @Test(
        arguments: [
            ["--stage", "early"], ["--mapping", "none"], ["--snr", "100"],
            ["--model", "a", "--model", "b", "--noise", "nstdb/ma"],
        ])
    func evaluate_wrongUsage_isSaid(arguments: [String]) throws {
        #expect(try beatlab.run(["evaluate"] + arguments).status == 64)
    }

    @Test func evaluate_withoutARecordThatIsNotThere_isRefused() throws {
        let outcome = try beatlab.run(["evaluate", "--without", "nonsense", "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 64 && outcome.errors.contains("--without nonsense"), "\(outcome.errors)")
        #expect(outcome.output.isEmpty, "said before the records are judged")
    }

    @Test func evaluate_missingNoise_saysWhich() throws {
        let outcome = try beatlab.run(["evaluate", "--noise", "nowhere/ma", "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("nowhere/ma"))
        #expect(outcome.output.isEmpty, "said before the records are judged")
    }

    @Test func evaluate_corruptAnnotations_areBadData() throws {
        try withFolder { folder in
            let folder = folder.path
            for suffix in ["hea", "dat"] {
                try FileManager.default.copyItem(
                    at: Program.fixtures.appending(path: "synthetic-ectopy.\(suffix)"),
                    to: URL(filePath: folder + "/synthetic-ectopy.\(suffix)"))
            }
            try Data([1, 2, 3]).write(to: URL(filePath: folder + "/synthetic-ectopy.atr"))
            let place = URL(filePath: folder)
            let outcome = try beatlab.run(
                ["evaluate", "--data", place.deletingLastPathComponent().path, place.lastPathComponent])
            #expect(outcome.status == 65, "\(outcome.errors)")
            #expect(outcome.errors.contains("synthetic-ectopy.atr"))
        }
    }

    @Test func evaluate_negativeRatio_isANumber() throws {
        let outcome = try beatlab.run(
            ["evaluate", "--noise", "nowhere/ma", "--snr", "-6", "fixtures/synthetic-ectopy"] + data)
        #expect(outcome.status == 66, "\(outcome.errors)")
    }

    @Test func card_ofTheShippedModel_hasFiguresAndPictures() throws {
        try withFolder { folder in
            let folder = folder.path
            let file = folder + "/CARD.md"
            let outcome = try beatlab.run(
                ["card", "--model", model, "--output", file, "fixtures/synthetic-ectopy"] + data)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let card = try String(contentsOfFile: file, encoding: .utf8)
            #expect(card.contains("not a medical device"))
            let evaluated = try beatlab.run(["evaluate", "fixtures/synthetic-ectopy"] + data)
            let digest = try #require(evaluated.lines.first?.split(separator: " ").last)
            #expect(card.contains("sha256 `\(digest)`"))
            #expect(card.contains("| final, `chazal` | \(try cells("accuracy", in: evaluated)[1])"))
            let pictures = card.matches(of: /\((pictures\/[^)]+)\)|src="(pictures\/[^"]+)"/).compactMap { $0.1 ?? $0.2 }
            #expect(pictures.count >= 4)
            for picture in pictures { #expect(FileManager.default.fileExists(atPath: folder + "/" + picture)) }
        }
    }

    @Test func crossValidate_synthetic_scoresEveryRecordOnceAndGoesOn() throws {
        try withFolder { folder in
            let folder = folder.path
            let names = ["ectopy", "rhythms", "noise", "single-lead"]
            let records = names.map { "fixtures/synthetic-\($0)" }.joined(separator: ",")
            let arguments =
                ["cross-validate"] + data + [
                    "architecture=timing", "records=[\(records)]", "validation.folds=2", "epochs=1",
                    "augmentation.noise=0", "output=\(folder)",
                ]
            let first = try beatlab.run(arguments)
            #expect(first.status == 0, "\(first.errors)")
            for name in names { #expect(first.lines.count { $0.hasPrefix("synthetic-\(name) ") } == 1) }
            #expect(try cells("gross", in: first).count > 4)
            let second = try beatlab.run(arguments)
            #expect(second.output == first.output)
            #expect(second.errors.contains("fold-0/model.safetensors is there"))
            #expect(!second.errors.contains("batches of"))
        }
    }

    @Test func crossValidate_ofExpertsOnSingleLeads_countsEveryBeatOfALeadOnce() throws {
        try withFolder { folder in
            func run(leads: Int) throws -> Outcome {
                let outcome = try beatlab.run(
                    ["cross-validate", "--lead", "0"] + data + [
                        "architecture=trees", "boosting.trees=2", "validation.folds=2", "leads=\(leads)",
                        "rhythm_records=[]", "augmentation.rhythms=[]", "output=\(folder.path)/\(leads)",
                        "records=[fixtures/synthetic-ectopy,fixtures/synthetic-rhythms]",
                    ])
                #expect(outcome.status == 0, "\(outcome.errors)")
                return outcome
            }
            let (single, both) = (try run(leads: 1), try run(leads: 2))
            for name in ["synthetic-ectopy", "synthetic-rhythms"] {
                #expect(single.lines.count { $0.hasPrefix(name + " ") } == 1, "\(single.text)")
                #expect(try cells(name, in: single)[1] == cells(name, in: both)[1])
            }
        }
    }

    @Test(arguments: [
        (["--weights", "0.5,0.5"], 64, "weights"), (["--lead", "7"], 65, "no signal 7"),
        (["--rhythm-records", "nowhere"], 66, "nowhere/REFERENCE.csv"), (["--lead", "-1"], 64, "--lead"),
    ])
    func crossValidate_whatCannotBeScored_isRefusedBeforeTraining(
        options: [String], status: Int32, words: String
    ) throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try beatlab.run(
                ["cross-validate"] + options + data + [
                    "architecture=timing", "records=[fixtures/synthetic-ectopy,fixtures/synthetic-noise]",
                    "validation.folds=2", "epochs=1", "augmentation.noise=0", "output=\(folder)/run",
                ])
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
        }
    }

    @Test func card_ofRecordsThatTheModelLearned_saysSo() throws {
        try withFolder { folder in
            let folder = folder.path
            // 101 is of DS1, which the shipped models learned.
            try FileManager.default.createDirectory(atPath: folder + "/mitdb", withIntermediateDirectories: true)
            for suffix in ["hea", "dat", "atr"] {
                let data = try Data(contentsOf: Program.fixtures.appending(path: "synthetic-ectopy.\(suffix)"))
                let text = String(decoding: data, as: UTF8.self).replacing("synthetic-ectopy", with: "101")
                try (suffix == "hea" ? Data(text.utf8) : data).write(to: URL(filePath: "\(folder)/mitdb/101.\(suffix)"))
            }
            let small = Program.packageRoot.appending(path: "models/small.safetensors").path
            let card = folder + "/CARD.md"
            let outcome = try beatlab.run(
                ["card", "--model", small, "--data", folder, "--output", card, "mitdb/101"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let text = try String(contentsOfFile: card, encoding: .utf8)
            #expect(text.contains("of the patients below those of `mitdb/101`"))
            #expect(!text.contains("nothing of the sets below"))
        }
    }

    @Test func crossValidate_withoutFolds_isRefused() throws {
        let outcome = try beatlab.run(["cross-validate", "validation.folds=0"] + data)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("validation.folds"))
    }
}
