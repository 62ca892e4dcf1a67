import Foundation
import Yams

extension TrainingConfiguration {
    /// Reads a YAML file over the defaults, then `key=value` overrides over that.
    ///
    ///     let configuration = try TrainingConfiguration(
    ///         file: "configs/default.yaml", overrides: ["optimizer.learning_rate=1e-3", "records=[ds1]"])
    ///
    /// Nested keys are joined with dots in overrides; values are YAML. A key that no setting has, and a value that it cannot
    /// have, is an error that names the file and the line, or the override.
    public init(file: String?, overrides: [String] = []) throws(TrainingError) {
        var tree = try ConfigurationTree(defaults: TrainingConfiguration().yaml)
        if let file {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw .noConfiguration(file: file)
            }
            try tree.merge(yaml: text, file: file)
        }
        for override in overrides { try tree.merge(override: override) }
        self = try tree.decoded(choices: Self.choices)
        do { try validate() } catch { throw tree.placed(error) }
    }

    /// The resolved configuration as YAML.
    public var yaml: String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let text = try? Yams.dump(object: Self.readable(object), sortKeys: true)
        else { return "" }
        return text
    }

    /// The same with whole numbers as such and others as their shortest decimals.
    private static func readable(_ value: Any) -> Any {
        switch value {
        case let inner as [String: Any]: return inner.mapValues(readable)
        case let items as [Any]: return items.map(readable)
        case let number as NSNumber:
            // JSON's true and false are numbers of one byte.
            if String(cString: number.objCType) == "c" { return number.boolValue }
            if let whole = UInt64(exactly: number) { return whole }
            return Double("\(number.floatValue)") ?? number.doubleValue
        default: return value
        }
    }
}
