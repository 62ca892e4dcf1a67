import ArgumentParser
import Foundation
import Inference
import Synthesis
import Training
import WFDB

extension ExitStatus {
    /// What ends the program for an error that no command has dealt with: the parser's own errors as they are, all others said on
    /// standard error with the code that stands for them.
    static func ending(for error: any Error) -> any Error {
        switch error {
        case let error as WFDBError: error.failure
        case let error as SynthesisError: usage.failure("\(error)")
        case let error as TrainingError: code(of: error).failure("\(error)")
        case let error as BeatModelError:
            if case .notFound = error { noInput.failure("\(error)") } else { dataError.failure("\(error)") }
        case let error as SafetensorsError:
            if case .file = error { noInput.failure("\(error)") } else { dataError.failure("\(error)") }
        case let error as GraphError: dataError.failure("\(error)")
        case let error as CocoaError:
            (error.isFileError && error.code != .fileWriteUnknown ? noInput : dataError).failure(words(of: error))
        default: error
        }
    }

    private static func code(of error: TrainingError) -> ExitStatus {
        switch error {
        case .noSuchSet, .record: .noInput
        case .configuration, .unknownKeys, .setting: .usage
        case .checkpoint, .noBeats, .diverged: .dataError
        }
    }

    private static func words(of error: CocoaError) -> String {
        let path = error.filePath ?? error.url?.path ?? "a file"
        return "\(path): \(error.localizedDescription) Check the path and its permissions."
    }
}
