import Files
import Foundation
import Yams

/// Settings as a YAML mapping, where only keys of the defaults may be set, and where each of them was set.
struct ConfigurationTree {
    private var root: Node.Mapping
    /// File and line, or override, by key.
    private var places: [String: String] = [:]

    /// Begins with defaults in YAML.
    init(defaults: String) throws(TrainingError) {
        guard case .mapping(let root)? = try? Yams.compose(yaml: defaults) else {
            throw .configuration(file: "defaults", reason: "cannot be encoded")
        }
        self.root = root
    }

    mutating func merge(yaml: String, file: String) throws(TrainingError) {
        if let line = YAMLAliases.excess(in: yaml) {
            throw .configuration(
                file: "\(file):\(line)",
                reason: "more than \(YAMLAliases.most) aliases (*name); write out what they stand for")
        }
        let node: Node?
        do { node = try Yams.compose(yaml: yaml) } catch { throw .configuration(file: file, reason: "\(error)") }
        guard let node else { return }
        guard case .mapping(let mapping) = node else {
            throw .configuration(file: file, reason: "holds no keys at its top level")
        }
        root = try merged(root, mapping, path: []) { $0.mark.map { "\(file):\($0.line)" } ?? file }
    }

    mutating func merge(override: String) throws(TrainingError) {
        guard let equals = override.firstIndex(of: "=") else {
            throw .configuration(file: "overrides", reason: "'\(override)' is not key=value")
        }
        let path = override[..<equals].split(separator: ".").map(String.init)
        let text = String(override[override.index(after: equals)...])
        guard !path.isEmpty, YAMLAliases.excess(in: text) == nil,
            let value = try? Yams.compose(yaml: text.isEmpty ? "''" : text)
        else {
            throw .configuration(file: "overrides", reason: "'\(override)' is not key=value")
        }
        var node = value
        for key in path.reversed() { node = Node([(Node(key), node)]) }
        guard case .mapping(let mapping) = node else { return }
        root = try merged(root, mapping, path: []) { _ in "override '\(override)'" }
    }

    private mutating func merged(
        _ defaults: Node.Mapping, _ mapping: Node.Mapping, path: [String], place: (Node) -> String
    ) throws(TrainingError) -> Node.Mapping {
        var result = defaults
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            let full = (path + [key]).joined(separator: ".")
            guard let known = defaults[key] else {
                throw .unknownKeys(
                    file: place(keyNode), keys: [full],
                    known: defaults.keys.compactMap(\.string).sorted().map { (path + [$0]).joined(separator: ".") })
            }
            places[full] = place(keyNode)
            switch (known, value) {
            case (.mapping(let inner), .mapping(let below)):
                result[key] = .mapping(try merged(inner, below, path: path + [key], place: place))
            case (.mapping(let inner), _):
                throw .configuration(
                    file: place(keyNode),
                    reason: "\(full) holds keys: \(inner.keys.compactMap(\.string).sorted().joined(separator: ", "))")
            case (_, .mapping): throw refusal(of: value, full, allowed: "a value, not keys")
            case (_, .scalar(var scalar)) where value.null != nil:
                // Nothing, not a text: `~` and `null` would be names of folders.
                scalar.string = ""
                scalar.style = .singleQuoted
                result[key] = .scalar(scalar)
            case (_, .scalar(var scalar)) where scalar.string.contains(":"):
                // YAML 1.1 has numbers with base 60, 1:30 for 90; nobody means them here, and long ones overflow.
                scalar.style = .singleQuoted
                result[key] = .scalar(scalar)
            default: result[key] = value
            }
        }
        return result
    }

    /// The settings as a value; `choices` are for the message where a text is none of them.
    func decoded<Value: Decodable>(choices: [String: [String]]) throws(TrainingError) -> Value {
        do {
            return try YAMLDecoder().decode(Value.self, from: .mapping(Self.camelCased(root)))
        } catch let DecodingError.typeMismatch(type, context) {
            throw refusal(at: context.codingPath, allowed: Self.words(for: type))
        } catch let DecodingError.dataCorrupted(context) {
            throw refusal(at: context.codingPath, allowed: nil, choices)
        } catch {
            throw .configuration(file: "configuration", reason: "\(error)")
        }
    }

    /// An error about a setting with the place where it was set.
    func placed(_ error: TrainingError) -> TrainingError {
        guard case .setting(let key, _, _) = error, let place = places[key] else { return error }
        return .configuration(file: place, reason: error.description)
    }

    private func refusal(
        at path: [any CodingKey], allowed: String?, _ choices: [String: [String]] = [:]
    ) -> TrainingError {
        let keys = path.filter { $0.intValue == nil }.map { Self.snakeCased($0.stringValue) }
        let key = keys.joined(separator: ".")
        let node = keys.reduce(Node?.some(.mapping(root))) { $0?.mapping?[$1] }
        let words = allowed ?? choices[key]?.joined(separator: ", ") ?? "another"
        return refusal(of: node ?? "", key, allowed: words)
    }

    private func refusal(of value: Node, _ key: String, allowed: String) -> TrainingError {
        placed(.setting(key: key, value: Self.text(of: value), allowed: allowed))
    }

    private static func text(of value: Node) -> String {
        switch value {
        case .scalar(let scalar): scalar.string.isEmpty ? "''" : scalar.string
        case .sequence(let items): "[" + items.prefix(8).map { $0.string ?? "…" }.joined(separator: ", ") + "]"
        case .mapping, .alias: "{…}"
        }
    }

    private static func words(for type: any Any.Type) -> String {
        switch type {
        case is Int.Type: "a whole number"
        case is UInt64.Type: "a whole number from 0"
        case is Float.Type: "a number"
        case is Bool.Type: "true or false"
        case is Node.Sequence.Type: "a list, such as [a, b]"
        default: "a single value"
        }
    }

    // MARK: - Keys

    private static func camelCased(_ mapping: Node.Mapping) -> Node.Mapping {
        Node.Mapping(
            mapping.map { key, value in
                let parts = (key.string ?? "").split(separator: "_")
                let name = parts.prefix(1).joined() + parts.dropFirst().map(\.capitalized).joined()
                guard case .mapping(let inner) = value else { return (Node(name), value) }
                return (Node(name), .mapping(camelCased(inner)))
            })
    }

    private static func snakeCased(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
