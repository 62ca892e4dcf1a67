import Foundation
import ProgramRunner
import Testing

/// `beatlab` as its users call it: what every command says of itself, and how it ends when something is wrong.
struct BeatlabCommandTests {
    private let beatlab = Program("beatlab")

    @Test func help_namesEveryCommand() throws {
        let outcome = try beatlab.run(["--help"])
        #expect(outcome.status == 0)
        for command in [
            "card", "classify", "convert", "cross-validate", "detect", "evaluate", "explain", "export", "fit-detector",
            "fit-pacing", "fuse", "import", "inspect", "models", "score", "stress", "synthesize", "train",
        ] {
            #expect(outcome.text.contains("  \(command) "), "\(command)")
            let help = try beatlab.run([command, "--help"])
            #expect(help.status == 0)
            #expect(help.text.contains("USAGE: beatlab \(command)"), "\(command)")
        }
    }

    @Test func models_listsArchitecturesWithTheirParameters() throws {
        let outcome = try beatlab.run(["models"])
        #expect(outcome.status == 0)
        let row = try #require(outcome.lines.first { $0.hasPrefix("efficientnet-b0 ") })
        let parameters = try #require(Int(row.split(separator: " ")[1]))
        // Tan & Le give 5.3 million with a classifier of a thousand classes, 4.0 million without it.
        #expect((3_900_000...4_300_000).contains(parameters))
    }

    @Test(
        arguments: [
            (["fly"], 64, "fly"),
            (["score"], 64, "<records>"),
            (["train", "epochz=3"], 64, "unknown key epochz"),
            (["evaluate", "--model", "/nowhere/model.safetensors", "svdb-held-out"], 66, "/nowhere/model.safetensors"),
            (["evaluate", "--model", "fixtures/hostile/model-empty.safetensors", "svdb-held-out"], 65, "0 bytes"),
            (["inspect", "/nowhere/100"], 66, "/nowhere/100"),
            (["cross-validate", "--config", "/nowhere/x.yaml"], 66, "/nowhere/x.yaml"),
            (["export", "--model", "models/small.safetensors", "--output", "/proc/x"], 73, "/proc/x"),
            (["fuse", "--weights", "1,1", "--output", "/proc/x", "models/small.safetensors"], 73, "/proc/x"),
            (["train", "architecture=timing", "output=/proc/x"], 73, "/proc/x"),
            (["evaluate", "--threads", "0"], 64, "--threads is 1 to 256"),
            (["card", "--threads", "100000"], 64, "--threads is 1 to 256"),
            (["score", "--test", "atr", "--window", "99999999", "x"], 64, "--window is at most 10 s"),
        ] as [([String], Int32, String)])
    func command_thatCannotBeDone_saysWhyWithTheRightCode(arguments: [String], status: Int32, words: String) throws {
        let outcome = try beatlab.run(arguments)
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        #expect(!outcome.errors.contains("Error Domain"), "a message for people, not a dump")
    }

    @Test func output_thatFindsNoRoom_isNotTakenForDone() throws {
        let outcome = try beatlab.run(["models", "efficientnet-b0"], room: 8)
        #expect(outcome.output.count <= 4_096)
        #expect(outcome.status == 73, "\(outcome.errors)")
        #expect(outcome.errors.contains("standard output"), "\(outcome.errors)")
        let score = try beatlab.run(
            ["score", "--test", "atr", "--from", "0", "--format", "json", "fixtures/synthetic-ectopy"], room: 4)
        #expect(score.status == 73, "\(score.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completions_forEachShell_knowTheCommands(shell: String) throws {
        let outcome = try beatlab.run(["--generate-completion-script", shell])
        #expect(outcome.status == 0)
        #expect(outcome.text.contains("synthesize"))
    }
}
