import Foundation
import Inference

/// Why there is no model to judge beats with.
struct ModelFailure: Error, CustomStringConvertible {
    var description: String
    var isMissing: Bool

    /// The named model, or the one that came with the program.
    static func loading(_ named: String?) throws(ModelFailure) -> BeatModel {
        do {
            let path = try named ?? BeatModel.defaultPath()
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw ModelFailure(
                    description: "model \(path): there is no such file, or it may not be read", isMissing: true)
            }
            do {
                return try BeatModel(path: path)
            } catch {
                throw ModelFailure(description: "model \(path): \(error)", isMissing: false)
            }
        } catch let error as ModelFailure {
            throw error
        } catch {
            throw ModelFailure(description: "\(error)", isMissing: true)
        }
    }
}
