import Foundation
import ProgramRunner
import Testing

/// `beatlab export` and `beatlab import`, as their users run them.
struct ExchangeCommandTests {
    private let beatlab = Program("beatlab")

    @Test func export_thenImport_givesTheModelBack() throws {
        try withFolder { folder in
            let folder = folder.path
            let model = Program.packageRoot.appending(path: "models/default.safetensors").path
            let out = try beatlab.run(["export", "--format", "safetensors", "--model", model, "-o", folder + "/out"])
            #expect(out.status == 0, "\(out.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/out").sorted()
            #expect(names.contains("signal.safetensors"))
            let experts = names.map { name in
                "\(name.replacing(".safetensors", with: ""))=\(folder)/out/\(name)"
            }
            let back = try beatlab.run(["import", "--model", model, "-o", folder + "/back.safetensors"] + experts)
            #expect(back.status == 0, "\(back.errors)")
            #expect(back.lines.count == experts.count)
            let again = try beatlab.run(
                ["export", "--format", "safetensors", "--model", folder + "/back.safetensors", "-o", folder + "/again"])
            #expect(again.status == 0, "\(again.errors)")
            for name in names {
                let (first, second) = (tensors(folder + "/out/" + name), tensors(folder + "/again/" + name))
                #expect(first.count > 1000)
                #expect(first == second, "\(name)")
            }
        }
    }

    /// The bytes behind the header, which names the model.
    private func tensors(_ path: String) -> [UInt8] {
        let bytes = [UInt8](FileManager.default.contents(atPath: path) ?? Data())
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return Array(bytes.dropFirst(8 + length))
    }

    @Test(
        arguments: [
            (["signal"], Int32(64), "EXPERT=FILE"), (["heart=x.safetensors"], 64, "signal"),
            (["signal=/nowhere/x.safetensors"], 66, "/nowhere/x.safetensors"),
            (["signal=fixtures/hostile/model-empty.safetensors"], 65, "0 bytes"),
        ] as [([String], Int32, String)])
    func import_ofWhatIsNoExpert_saysWhy(arguments: [String], status: Int32, words: String) throws {
        try withFolder { folder in
            let folder = folder.path
            let outcome = try beatlab.run(
                ["import", "--model", "dual-tiny", "-o", folder + "/m.safetensors"] + arguments)
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/m.safetensors"))
        }
    }
}
