import Extraction
public import Foundation
import Signal

/// Why a file is no model.
public enum BeatModelError: Error, CustomStringConvertible {
    /// The metadata lacks a key or has a value that cannot be used.
    case metadata(key: String, reason: String)
    /// It was made for beats that this program does not cut.
    case incompatible(String)
    /// It is whole, but nothing can be judged by it: the reason.
    case unusable(String)
    /// No model was found in any of the places.
    case notFound(places: [String])

    /// What, where and the way on.
    public var description: String {
        switch self {
        case .metadata(let key, let reason): "model file: '\(key)' \(reason); was it written by beatlab train?"
        case .incompatible(let what): "model file: \(what); retrain it with this version"
        case .unusable(let reason): "this model cannot be used: \(reason)"
        case .notFound(let places):
            "no model found: looked for \(places.joined(separator: ", ")); name one with --model or BEATD_MODEL"
        }
    }
}

extension BeatModel {
    /// Keys of the metadata.
    private enum Key {
        static let format = "format"
        static let architecture = "architecture"
        static let window = "window"
        static let leads = "leads"
        static let features = "features"
        static let classes = "classes"
        static let normalisation = "normalisation"
        static let origin = "training"
    }

    private static let leads = "lead 0: II-like, lead 1: precordial; mV, 0.5-40 Hz"
    private static let normalisation = "per lead: template QRS peak-to-peak, at least 0.1 mV, cut at 3"

    /// Reads a model file.
    public init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
        let bytes = [UInt8](data)
        let file = try Safetensors(bytes: bytes)
        try self.init(file: file)
        digest = SHA256.hex(of: bytes)
    }

    init(file: Safetensors) throws {
        func value(_ key: String) throws -> String {
            guard let text = file.metadata[key] else { throw BeatModelError.metadata(key: key, reason: "is missing") }
            return text
        }
        func decoded<Value: Decodable>(_ key: String, _ type: Value.Type) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: Data(value(key).utf8))
            } catch let error as DecodingError {
                throw BeatModelError.metadata(key: key, reason: "cannot be read: \(error)")
            }
        }
        guard try value(Key.format) == Self.format else {
            throw BeatModelError.metadata(
                key: Key.format, reason: "is '\(try value(Key.format))', not '\(Self.format)'")
        }
        guard try decoded(Key.features, [String].self) == ContextFeature.allCases.map(\.rawValue) else {
            throw BeatModelError.incompatible("its context features are others than this program's")
        }
        guard try decoded(Key.classes, [String].self) == BeatClass.allCases.map(\.letter) else {
            throw BeatModelError.incompatible("its classes are not N, S, V, F, Q")
        }
        let ensemble = try decoded(Key.architecture, DualEnsemble.self)
        let window = try decoded(Key.window, BeatWindow.self)
        try Self.check(ensemble, window)
        let weights = ensemble.experts.map { member in
            let prefix = member.name + "/"
            let own = file.tensors.filter { $0.key.hasPrefix(prefix) }
            return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
        }
        self.init(ensemble: ensemble, window: window, weights: weights, origin: try decoded(Key.origin, Origin.self))
        try check()
    }

    /// The content of its file.
    func file() throws -> Safetensors {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var tensors: [String: Tensor] = [:]
        for (member, own) in zip(ensemble.experts, weights) {
            for (name, tensor) in own { tensors[member.name + "/" + name] = tensor }
        }
        return Safetensors(
            tensors: tensors,
            metadata: [
                Key.format: Self.format, Key.architecture: try text(ensemble), Key.window: try text(window),
                Key.leads: Self.leads, Key.features: try text(ContextFeature.allCases.map(\.rawValue)),
                Key.classes: try text(BeatClass.allCases.map(\.letter)), Key.normalisation: Self.normalisation,
                Key.origin: try text(origin),
            ])
    }

    /// Writes a model file, with 16-bit numbers by default.
    ///
    /// In 8 bits are matrices and the leaves of trees, which sum up, so that rounding evens out; biases and what trees ask
    /// (numbers of features and thresholds) stay in 16.
    ///
    /// - Throws: what reading the file would throw, where no program could use the model.
    public func write(to url: URL, format: Safetensors.Format = .half) throws {
        try check()
        let file = try file()
        var exceptions: [String: Safetensors.Format] = [:]
        if format == .quarter {
            for (name, tensor) in file.tensors where tensor.shape.count < 2 || ObliviousTrees.isQuestion(name) {
                exceptions[name] = .half
            }
        }
        try file.write(to: url, format: format, except: exceptions)
    }

    /// Finds the default model; a path below the current folder is given from there.
    ///
    /// `BEATD_MODEL`, then `../share/beatd/default.safetensors` beside the installed program,
    /// then `models/default.safetensors` in the folders above the program (a build in the repository) and in the current
    /// one.
    public static func defaultPath(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: String? = Bundle.main.executablePath,
        folder current: String = FileManager.default.currentDirectoryPath
    ) throws(BeatModelError) -> String {
        if let named = environment["BEATD_MODEL"], !named.isEmpty { return named }
        var places: [String] = []
        if let executable {
            var folder = URL(filePath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
            places.append(folder.deletingLastPathComponent().path + "/share/beatd/default.safetensors")
            for _ in 0..<5 {
                folder = folder.deletingLastPathComponent()
                places.append(folder.appending(path: "models/default.safetensors").path)
                if folder.path == "/" { break }
            }
        }
        places.append((current == "/" ? "" : current) + "/models/default.safetensors")
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw .notFound(places: places)
        }
        return found.hasPrefix(current + "/") ? String(found.dropFirst(current.count + 1)) : found
    }
}
