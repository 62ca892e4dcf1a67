import Foundation
import Inference

/// A model of the repository's folder `models`: `default`, `small`.
func shippedModel(_ name: String) throws -> BeatModel {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    return try BeatModel(path: root.appending(path: "models/\(name).safetensors").path)
}
