import Acquisition
import Files
import Foundation
import Logging
import Publication
import Session
import Ward
import Yams

/// Reads a configuration file.
///
/// `docs/OPERATION.md` lists its keys.
/// Every key is known or refused with file and line, so that a slip of the pen is never a silent default.
struct ConfigurationFile {
    let path: String

    func read() throws(ConfigurationError) -> Settings {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
        guard data.count <= 1 << 20, let text = String(data: data, encoding: .utf8) else {
            throw .malformed(path, line: 1, "the file is not UTF-8 text of at most 1 MiB")
        }
        if let line = YAMLAliases.excess(in: text) {
            throw .malformed(
                path, line: line, "more than \(YAMLAliases.most) aliases (*name); write out what they stand for")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw refusal(of: error)
        } catch {
            throw .malformed(path, line: 1, "\(error)")
        }
        var settings = Settings()
        guard let root else { return settings }
        for (key, value, line) in try entries(of: root) {
            switch key {
            case "model": settings.model = try string(value, line)
            case "emit": settings.emission = try choice(value, line, SessionConfiguration.Emission.allCases)
            case "status_interval_s": settings.statusInterval = try number(value, line, 0...86_400)
            case "threads": settings.threads = try number(value, line, 1...1024, called: "whole number")
            case "log_level": settings.logLevel = try choice(value, line, Logger.Level.allCases)
            case "start_time": settings.start = try timestamp(value, line)
            case "latency": settings.reportsLatency = try bool(value, line)
            case "sources":
                settings.sources = try list(value, line) { node throws(ConfigurationError) in try source(node) }
                if let twice = SourceURL.collision(among: settings.sources.map(\.url)) {
                    let line = value.sequence.map { self.line(of: $0[twice]) } ?? line
                    throw .malformed(path, line: line, "\(settings.sources[twice].url) can be one source only")
                }
            case "sinks": settings.sinks = try list(value, line) { node throws(ConfigurationError) in try sink(node) }
            default: throw unknown(key, line, Self.keys)
            }
        }
        return settings
    }

    private static let keys = [
        "model", "emit", "status_interval_s", "threads", "log_level", "start_time", "latency", "sources", "sinks",
    ]
    private static let sourceKeys = [
        "url", "stream", "sample_rate_hz", "leads", "encoding", "gain_adu_per_mv", "baseline_adu", "overrun",
    ]

    private func source(_ node: Node) throws(ConfigurationError) -> SourceSettings {
        var url: SourceURL?
        var parameters = StreamParameters()
        var overrun = OverrunPolicy.auto
        for (key, value, line) in try entries(of: node) {
            switch key {
            case "url":
                let text = try string(value, line)
                do throws(SourceURLError) { url = try SourceURL(text) } catch {
                    throw .malformed(path, line: line, "\(error)")
                }
            case "stream": parameters.stream = try string(value, line)
            case "sample_rate_hz": parameters.sampleRate = try number(value, line, 0...1e9)
            case "leads":
                parameters.leads = try list(value, line) { node throws(ConfigurationError) in
                    try string(node, self.line(of: node))
                }
            case "encoding": parameters.encoding = try choice(value, line, SampleEncoding.allCases)
            case "gain_adu_per_mv": parameters.gain = try number(value, line, -1e12...1e12)
            case "baseline_adu": parameters.baseline = try number(value, line, -1e12...1e12)
            case "overrun": overrun = try choice(value, line, OverrunPolicy.allCases)
            default: throw unknown(key, line, Self.sourceKeys)
            }
        }
        guard let url else { throw .malformed(path, line: line(of: node), "the source has no url") }
        do throws(StreamError) { try parameters.validate() } catch {
            throw .malformed(path, line: line(of: node), "\(error)")
        }
        return SourceSettings(url: url, parameters: parameters, overrun: overrun)
    }

    private func sink(_ node: Node) throws(ConfigurationError) -> SinkSettings {
        var url: SinkURL?
        var policy = EventSink.Policy.wait
        for (key, value, line) in try entries(of: node) {
            switch key {
            case "url":
                let text = try string(value, line)
                do throws(SinkError) { url = try SinkURL(text) } catch {
                    throw .malformed(path, line: line, "\(error)")
                }
            case "policy": policy = try choice(value, line, EventSink.Policy.allCases)
            default: throw unknown(key, line, ["url", "policy"])
            }
        }
        guard let url else { throw .malformed(path, line: line(of: node), "the sink has no url") }
        return SinkSettings(url: url, policy: policy)
    }
}

// MARK: - Values

extension ConfigurationFile {
    /// The parser's words for what is no YAML, and the line they are about.
    private func refusal(of error: YamlError) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .malformed(path, line: mark.line, problem)
        case .duplicatedKeysInMapping(let keys, let context):
            .malformed(path, line: context.mark.line, "keys stand here twice: \(keys.joined(separator: ", "))")
        default: .malformed(path, line: 1, "\(error)")
        }
    }

    private func line(of node: Node) -> Int { node.mark?.line ?? 1 }

    private func unknown(_ key: String, _ line: Int, _ known: [String]) -> ConfigurationError {
        .malformed(path, line: line, "unknown key \"\(key)\"; known here: \(known.joined(separator: ", "))")
    }

    private func entries(of node: Node) throws(ConfigurationError) -> [(key: String, value: Node, line: Int)] {
        guard let mapping = node.mapping else {
            throw .malformed(path, line: line(of: node), "keys and values were expected")
        }
        var entries: [(key: String, value: Node, line: Int)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw .malformed(path, line: line(of: key), "a key was expected")
            }
            entries.append((name, value, line(of: key)))
        }
        return entries
    }

    private func list<Element>(
        _ node: Node, _ line: Int, _ element: (Node) throws(ConfigurationError) -> Element
    ) throws(ConfigurationError) -> [Element] {
        guard let sequence = node.sequence else { throw .malformed(path, line: line, "a list was expected") }
        var elements: [Element] = []
        for node in sequence { elements.append(try element(node)) }
        return elements
    }

    private func string(_ node: Node, _ line: Int) throws(ConfigurationError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty, node.tag != Tag(.null) else {
            throw .malformed(path, line: line, "a text was expected")
        }
        return text
    }

    private func number<Value: LosslessStringConvertible & Comparable>(
        _ node: Node, _ line: Int, _ range: ClosedRange<Value>, called kind: String = "number"
    ) throws(ConfigurationError) -> Value {
        guard let text = node.scalar?.string, let number = Value(text), range.contains(number) else {
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            throw .malformed(path, line: line, "a \(kind) from \(bounds) was expected")
        }
        return number
    }

    private func bool(_ node: Node, _ line: Int) throws(ConfigurationError) -> Bool {
        switch node.scalar?.string {
        case "true": true
        case "false": false
        default: throw .malformed(path, line: line, "true or false was expected")
        }
    }

    private func timestamp(_ node: Node, _ line: Int) throws(ConfigurationError) -> Timestamp {
        guard let text = node.scalar?.string, let time = Timestamp(text) else {
            throw .malformed(path, line: line, "a time like 2026-11-20T22:42:00Z was expected")
        }
        return time
    }

    private func choice<Choice: RawRepresentable<String>>(
        _ node: Node, _ line: Int, _ choices: [Choice]
    ) throws(ConfigurationError) -> Choice {
        guard let choice = node.scalar.flatMap({ Choice(rawValue: $0.string) }) else {
            let known = choices.map(\.rawValue).joined(separator: ", ")
            throw .malformed(path, line: line, "one of \(known) was expected")
        }
        return choice
    }
}

/// Why a configuration cannot be used.
enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    case unreadable(String)
    case malformed(String, line: Int, String)
    case noSources(String)

    var description: String {
        switch self {
        case .unreadable(let path): "cannot read the configuration file \(path)"
        case .malformed(let path, let line, let problem): "\(path):\(line): \(problem)"
        case .noSources(let path): "\(path): there are no sources"
        }
    }
}
