import Foundation
import Yams

extension TrainingConfiguration {
    /// Reads a YAML file over the defaults, then `key=value` overrides over that.
    ///
    ///     let configuration = try TrainingConfiguration(
    ///         file: "configs/default.yaml", overrides: ["optimizer.learning_rate=1e-3", "records=[ds1]"])
    ///
    /// Nested keys are joined with dots in overrides; values are YAML. A key that no setting has is an error that names
    /// the file and the line.
    public init(file: String?, overrides: [String] = []) throws(TrainingError) {
        var tree = try ConfigurationTree(defaults: TrainingConfiguration())
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw .configuration(file: file, reason: "cannot be read: is the path right?")
            }
            try tree.merge(yaml: text, file: file)
        }
        for override in overrides { try tree.merge(override: override) }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            self = try decoder.decode(Self.self, from: JSONSerialization.data(withJSONObject: tree.root))
        } catch let DecodingError.typeMismatch(type, context) {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .configuration(file: file ?? "overrides", reason: "\(key) is no \(type)")
        } catch let DecodingError.dataCorrupted(context) {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .configuration(file: file ?? "overrides", reason: "\(key): \(context.debugDescription)")
        } catch {
            throw .configuration(file: file ?? "overrides", reason: "\(error)")
        }
        try validate()
    }

    /// The resolved configuration as YAML.
    public var yaml: String {
        guard let data = try? ConfigurationTree.encoder.encode(self),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let text = try? Yams.dump(object: ConfigurationTree.readable(object), sortKeys: true)
        else { return "" }
        return text
    }
}

/// Settings as nested dictionaries, where only keys of the defaults may be set.
struct ConfigurationTree {
    private(set) var root: [String: Any]

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }

    init(defaults: some Encodable) throws(TrainingError) {
        guard let data = try? Self.encoder.encode(defaults),
            let object = try? JSONSerialization.jsonObject(with: data), let root = object as? [String: Any]
        else { throw .configuration(file: "defaults", reason: "cannot be encoded") }
        self.root = root
    }

    /// The same with whole numbers as such and others as their shortest decimals.
    static func readable(_ value: Any) -> Any {
        switch value {
        case let inner as [String: Any]: return inner.mapValues(readable)
        case let items as [Any]: return items.map(readable)
        case let number as NSNumber:
            // JSON's true and false are numbers of one byte.
            if String(cString: number.objCType) == "c" { return number.boolValue }
            let exact = number.doubleValue
            if exact == exact.rounded(), abs(exact) < 1e15 { return Int(exact) }
            return Double("\(number.floatValue)") ?? exact
        default: return value
        }
    }

    mutating func merge(yaml: String, file: String) throws(TrainingError) {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml) } catch { throw .configuration(file: file, reason: "\(error)") }
        guard let node else { return }
        guard case .mapping(let mapping) = node else {
            throw .configuration(file: file, reason: "holds no keys at its top level")
        }
        root = try Self.merged(root, mapping, file: file, path: [])
    }

    mutating func merge(override: String) throws(TrainingError) {
        guard let equals = override.firstIndex(of: "=") else {
            throw .configuration(file: "overrides", reason: "'\(override)' is not key=value")
        }
        let path = override[..<equals].split(separator: ".").map(String.init)
        let text = String(override[override.index(after: equals)...])
        guard !path.isEmpty, let value = try? Yams.compose(yaml: text.isEmpty ? "''" : text) else {
            throw .configuration(file: "overrides", reason: "'\(override)' is not key=value")
        }
        var node = value
        for key in path.reversed() { node = Node([(Node(key), node)]) }
        guard case .mapping(let mapping) = node else { return }
        root = try Self.merged(root, mapping, file: "override '\(override)'", path: [])
    }

    private static func merged(
        _ defaults: [String: Any], _ mapping: Node.Mapping, file: String, path: [String]
    ) throws(TrainingError) -> [String: Any] {
        var result = defaults
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            let full = (path + [key]).joined(separator: ".")
            guard let known = defaults[key] else {
                let place = keyNode.mark.map { "\(file):\($0.line)" } ?? file
                throw .unknownKeys(
                    file: place, keys: [full],
                    known: defaults.keys.sorted().map { (path + [$0]).joined(separator: ".") })
            }
            if let inner = known as? [String: Any] {
                guard case .mapping(let below) = value else {
                    throw .configuration(
                        file: file, reason: "\(full) holds keys: \(inner.keys.sorted().joined(separator: ", "))")
                }
                result[key] = try merged(inner, below, file: file, path: path + [key])
            } else {
                result[key] = plain(value)
            }
        }
        return result
    }

    private static func plain(_ node: Node) -> Any {
        switch node {
        case .sequence(let items): return items.map(plain)
        case .mapping(let mapping):
            var result: [String: Any] = [:]
            for (key, value) in mapping { result[key.string ?? ""] = plain(value) }
            return result
        default: return node.any is NSNull ? "" : node.any
        }
    }
}
