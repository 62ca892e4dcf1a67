/// Where samples come from, as a configuration or command line writes it.
///
///     try SourceURL("fifo:/run/beatd/ecg")
///     try SourceURL("tcp://127.0.0.1:7700")        // listens; every connection is a stream
///     try SourceURL("wfdb:mitdb/100?speed=max")
public enum SourceURL: Sendable, Equatable {
    /// Standard input: `-`.
    case standardInput
    /// A named pipe whose writers may come and go: `fifo:PATH`.
    case fifo(path: String)
    /// A listening unix socket: `unix:PATH`.
    case unix(path: String)
    /// A listening TCP socket: `tcp://HOST:PORT`.
    case tcp(host: String, port: Int)
    /// A connection to a TCP server: `tcp-connect://HOST:PORT`.
    case tcpConnect(host: String, port: Int)
    /// A serial line: `serial:/dev/ttyACM0?baud=115200`.
    case serial(path: String, baud: Int)
    /// The replay of a WFDB record: `wfdb:PATH?speed=1`.
    case wfdb(path: String, speed: ReplaySpeed)

    /// The schemes and what follows them, for messages.
    public static let forms = """
        -, fifo:PATH, unix:PATH, tcp://HOST:PORT, tcp-connect://HOST:PORT, serial:PATH?baud=N, \
        wfdb:RECORD?speed=N|max
        """

    /// Reads a URL.
    public init(_ text: String) throws(SourceURLError) {
        if text == "-" {
            self = .standardInput
            return
        }
        guard let colon = text.firstIndex(of: ":") else { throw .noScheme(text) }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "fifo": self = .fifo(path: try Self.path(rest, in: text))
        case "unix": self = .unix(path: try Self.path(rest, in: text))
        case "tcp":
            let (host, port) = try Self.address(rest, in: text)
            self = .tcp(host: host, port: port)
        case "tcp-connect":
            let (host, port) = try Self.address(rest, in: text)
            self = .tcpConnect(host: host, port: port)
        case "serial":
            let (path, options) = try Self.options(rest, known: ["baud"], in: text)
            let baud = options["baud"] ?? "115200"
            guard let rate = Int(baud), SerialPort.speeds.keys.contains(rate) else {
                throw .invalidOption("baud", baud, url: text)
            }
            self = .serial(path: try Self.path(path, in: text), baud: rate)
        case "wfdb":
            let (path, options) = try Self.options(rest, known: ["speed"], in: text)
            let speed = options["speed"] ?? "1"
            guard let replay = ReplaySpeed(speed) else { throw .invalidOption("speed", speed, url: text) }
            self = .wfdb(path: try Self.path(path, in: text), speed: replay)
        case let scheme: throw .unknownScheme(String(scheme))
        }
    }

    private static func path(_ path: String, in url: String) throws(SourceURLError) -> String {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .noPath(url) }
        return path
    }

    private static func options(
        _ rest: String, known: [String], in url: String
    ) throws(SourceURLError) -> (path: String, [String: String]) {
        guard let mark = rest.lastIndex(of: "?") else { return (rest, [:]) }
        var options: [String: String] = [:]
        for pair in rest[rest.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, known.contains(String(parts[0])) else {
                throw .unknownOption(String(parts[0]), known: known, url: url)
            }
            options[String(parts[0])] = String(parts[1])
        }
        return (String(rest[..<mark]), options)
    }

    private static func address(_ rest: String, in url: String) throws(SourceURLError) -> (String, Int) {
        guard rest.hasPrefix("//"), let colon = rest.lastIndex(of: ":"),
            let port = Int(rest[rest.index(after: colon)...]), (0...65_535).contains(port)
        else { throw .noAddress(url) }
        var host = rest[rest.index(rest.startIndex, offsetBy: 2)..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { throw .noAddress(url) }
        return (String(host), port)
    }
}

extension SourceURL {
    /// Whether one source would take what the other wants: bytes that are read once, an address that is listened on.
    public func collides(with other: Self) -> Bool {
        switch (self, other) {
        case (.standardInput, .standardInput): true
        case (.fifo(let one), .fifo(let two)), (.unix(let one), .unix(let two)),
            (.serial(let one, _), .serial(let two, _)):
            one == two
        case (.tcp(_, let port), .tcp): self == other && port != 0
        default: false
        }
    }

    /// Index of the first that collides with one before it.
    public static func collision(among urls: [Self]) -> Int? {
        urls.indices.first { index in urls[..<index].contains { $0.collides(with: urls[index]) } }
    }
}

extension SourceURL: CustomStringConvertible {
    /// The URL as it would be written.
    public var description: String {
        func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
        return switch self {
        case .standardInput: "-"
        case .fifo(let path): "fifo:\(path)"
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): "tcp://\(bracketed(host)):\(port)"
        case .tcpConnect(let host, let port): "tcp-connect://\(bracketed(host)):\(port)"
        case .serial(let path, let baud): "serial:\(path)?baud=\(baud)"
        case .wfdb(let path, let speed): "wfdb:\(path)?speed=\(speed)"
        }
    }
}

/// How fast a record is replayed.
public enum ReplaySpeed: Sendable, Equatable {
    /// So many times real time.
    case times(Double)
    /// As fast as it goes.
    case max

    /// Reads `1`, `2.5`, `max`.
    public init?(_ text: String) {
        if text == "max" {
            self = .max
        } else if let factor = Double(text), factor.isFinite, (0.01...10_000).contains(factor) {
            self = .times(factor)
        } else {
            return nil
        }
    }
}

extension ReplaySpeed: CustomStringConvertible {
    /// The speed as it would be written.
    public var description: String {
        switch self {
        case .max: "max"
        case .times(let factor): factor == factor.rounded() ? "\(Int(factor))" : "\(factor)"
        }
    }
}

/// Why a text is no source.
public enum SourceURLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no colon in it.
    case noScheme(String)
    /// What stands before the colon is not known.
    case unknownScheme(String)
    /// A path was expected.
    case noPath(String)
    /// `//HOST:PORT` was expected.
    case noAddress(String)
    /// An option that this kind of source does not have.
    case unknownOption(String, known: [String], url: String)
    /// An option with a value that it cannot have.
    case invalidOption(String, String, url: String)

    /// What is wrong and what would be right.
    public var description: String {
        switch self {
        case .noScheme(let text): "\"\(text)\" is no source; sources are \(SourceURL.forms)"
        case .unknownScheme(let scheme): "unknown scheme \"\(scheme):\"; sources are \(SourceURL.forms)"
        case .noPath(let url): "\"\(url)\" has no path"
        case .noAddress(let url): "\"\(url)\" needs //HOST:PORT with a port of 0 to 65535"
        case .unknownOption(let option, let known, let url):
            "unknown option \"\(option)\" in \"\(url)\"; known here: \(known.joined(separator: ", "))"
        case .invalidOption(let option, let value, let url): "\"\(value)\" is no value for \(option) in \"\(url)\""
        }
    }
}
