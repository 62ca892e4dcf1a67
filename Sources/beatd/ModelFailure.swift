import Foundation
import Inference

/// Why there is no model to judge beats with.
struct ModelFailure: Error, CustomStringConvertible {
    var description: String
    var isMissing: Bool

    /// What judges beats by the named model, or by the one that came with the program.
    static func loading(_ named: String?) throws(ModelFailure) -> BeatClassifier {
        let path: String
        do { path = try named ?? BeatModel.defaultPath() } catch {
            throw ModelFailure(description: "\(error)", isMissing: true)
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ModelFailure(
                description: "model \(path): there is no such file, or it may not be read", isMissing: true)
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ModelFailure(description: "model \(path): it is no regular file", isMissing: false)
        }
        do {
            return try BeatClassifier(model: try BeatModel(path: path))
        } catch {
            throw ModelFailure(description: "model \(path): \(error)", isMissing: false)
        }
    }
}
