import Foundation
import Inference
import Testing

/// Model files and the PyPI package `safetensors`: what one writes the other reads.
@Suite(.enabled(if: Python.path != nil, Python.reason)) struct SafetensorsExchangeTests {
    @Test(arguments: [Safetensors.Format.single, .half])
    func file_copiedByThePackage_holdsTheSame(format: Safetensors.Format) throws {
        let model = try BeatModel(untrained: #require(ModelRegistry.entry(named: "dual-tiny")))
        try Python.withFolder { folder in
            let (written, copied) = (folder.appending(path: "ours"), folder.appending(path: "theirs"))
            try model.write(to: written, format: format)
            _ = try Python.run("copy_safetensors.py", written.path, copied.path)
            let (ours, theirs) = (try Safetensors(contentsOf: written), try Safetensors(contentsOf: copied))
            #expect(ours.tensors.count > 50)
            #expect(ours == theirs)
            #expect(try BeatModel(path: copied.path).weights == BeatModel(path: written.path).weights)
        }
    }
}
