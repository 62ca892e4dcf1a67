import Foundation
import ProgramRunner
import Testing
import WFDB

/// `beatlab synthesize`, as its users run it.
struct SynthesizeCommandTests {
    private let beatlab = Program("beatlab")

    /// The commands that made the fixtures, as `fixtures/README.md` has them.
    static let recipes: [[String]] = {
        let page = (try? String(contentsOf: Program.fixtures.appending(path: "README.md"), encoding: .utf8)) ?? ""
        return page.split(separator: "\n").filter { $0.hasPrefix("    beatlab synthesize fixtures/") }.map {
            $0.split(separator: " ").dropFirst().map(String.init)
        }
    }()

    @Test func fixtures_haveTheirCommandsInTheReadme() {
        #expect(Self.recipes.count >= 8)
    }

    @Test(arguments: recipes)
    func synthesize_asInTheReadme_remakesTheFixture(command: [String]) throws {
        try withFolder { folder in
            let name = String(command[1].dropFirst("fixtures/".count))
            let path = folder.appending(path: name).path
            let outcome = try beatlab.run([command[0], path] + command.dropFirst(2))
            #expect(outcome.status == 0, "\(outcome.errors)")
            for suffix in ["hea", "dat", "atr"] {
                let made = try Data(contentsOf: folder.appending(path: "\(name).\(suffix)"))
                let kept = try Data(contentsOf: Program.fixtures.appending(path: "\(name).\(suffix)"))
                #expect(made == kept, "\(name).\(suffix); fixtures/remake --write replaces it")
            }
        }
    }

    @Test func synthesize_withoutARecord_saysHowItIsUsed() throws {
        let outcome = try beatlab.run(["synthesize"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("<record>"))
        #expect(outcome.output.isEmpty)
    }

    @Test(
        arguments: [
            (["--heart-rate", "900"], "heart rate is 900.0; it must lie between 20.0 and 250.0"),
            (["--leads", "MLII,Q7"], "no projection is known for lead 'Q7'"),
            (["--format", "310"], "--format is 310"),
            (["--gain", "0"], "--gain is 0.0"),
            (["--gain", "1e300"], "--gain is 1e+300"),
            (["--gain", "1e-300"], "--gain is 1e-300"),
            (["--baseline", "30000"], "an ADC of 12 bits reaches from -2047 to 2047"),
            (["--baseline", "600", "--resolution", "10"], "an ADC of 10 bits reaches from -511 to 511"),
            (["--resolution", "13"], "format 212 holds 4 to 12 bits"),
            (["--off", "2@1-3"], "there is no lead 2"),
            (["--pause", "20-10"], "from 20.0 s to 10.0 s is empty"),
            (["--pause", "ten"], "pause"),
            (["--atrial", "0.2", "--ventricular", "0.2"], "at most 0.3"),
        ])
    func synthesize_ofTheImpossible_saysWhatAndWritesNothing(options: [String], message: String) throws {
        try withFolder { folder in
            let outcome = try beatlab.run(["synthesize", folder.appending(path: "x").path] + options)
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test(arguments: [(["--gain", "5000"], true), (["--saturated", "1-2"], false), ([], false)])
    func synthesize_whatDoesNotFit_isSaid(options: [String], isClipped: Bool) throws {
        try withFolder { folder in
            let outcome = try beatlab.run(
                ["synthesize", folder.appending(path: "x").path, "--duration", "5"] + options)
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("samples are beyond the ADC's range") == isClipped, "\(outcome.errors)")
        }
    }

    @Test func synthesize_intoAFolderThatIsNotThere_saysWhichFile() throws {
        let outcome = try beatlab.run(["synthesize", "/nowhere-at-all/x", "--duration", "2"])
        #expect(outcome.status == 73)
        #expect(outcome.errors.contains("/nowhere-at-all/x.dat"), "\(outcome.errors)")
    }
}
