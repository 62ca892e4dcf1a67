import ArgumentParser
import Exchange
import Files
import Foundation
import Inference
import Scoring
import Synthesis
import Training
import WFDB

extension ExitStatus {
    /// What ends the program for an error that no command has dealt with: the parser's own errors as they are, all others said on
    /// standard error with the code that stands for them.
    static func ending(for error: any Error) -> any Error {
        guard let status = Self(error) else { return error }
        return status.failure(words(of: error))
    }

    /// The code that stands for an error; nil for those of the parser, which bring their own.
    init?(_ error: any Error) {
        switch error {
        case let error as WFDBError: self.init(error)
        case let error as TrainingError: self.init(error)
        case let error as SafetensorsError: self.init(error)
        case let error as CocoaError: self.init(error)
        case BeatModelError.notFound: self = .noInput
        case is UnwritableFile: self = .cannotCreate
        case is SynthesisError: self = .usage
        case is BLASError: self = .unavailable
        case is BeatModelError, is GraphError, is PlanError, is ScalogramError, is ONNXError, is ScoringError,
            is StressError, is LeadStream.Unsuitable, is BeatSearch.Failure:
            self = .dataError
        default: return nil
        }
    }

    private init(_ error: WFDBError) {
        switch error {
        case .unreadable: self = .noInput
        case .unwritable: self = .cannotCreate
        case .overwritesInput: self = .usage
        default: self = .dataError
        }
    }

    private init(_ error: TrainingError) {
        switch error {
        case .noSuchSet, .noRhythms, .noConfiguration: self = .noInput
        case .unusable(_, let cause): self = Self(cause) ?? .noInput
        case .configuration, .unknownKeys, .setting: self = .usage
        case .record, .checkpoint, .noBeats, .pacing, .diverged: self = .dataError
        }
    }

    private init(_ error: SafetensorsError) {
        switch error {
        case .file: self = .noInput
        case .unwritable: self = .cannotCreate
        default: self = .dataError
        }
    }

    private init(_ error: CocoaError) {
        switch error.code {
        case .fileWriteNoPermission, .fileWriteOutOfSpace, .fileWriteVolumeReadOnly, .fileWriteFileExists,
            .fileWriteInvalidFileName:
            self = .cannotCreate
        default: self = error.isFileError && error.code != .fileWriteUnknown ? .noInput : .dataError
        }
    }

    /// An error in words for people.
    static func words(of error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        let path = error.filePath ?? error.url?.path ?? "a file"
        return "\(path): \(error.localizedDescription) Check the path and its permissions."
    }
}
