/// One JSON object written as one line of bytes, field by field.
///
///     var line = JSONLine()
///     line.begin(type: "gap")
///     line.field("sample", 130_000)
///     line.end()   // {"type":"gap","sample":130000}⏎
///
/// The bytes are appended to one buffer that is reused, so that a daemon in steady state does not allocate. Field names
/// are the schema's own and written as they are; strings are escaped as RFC 8259 asks (quote, backslash, control
/// characters), everything else stays UTF-8. A number that JSON cannot say (NaN, infinity) is left out with its name:
/// the schema knows absent fields and no `null`.
///
/// Invariant: between `begin` and `end` the buffer is not a line yet; only whole lines may be handed to a sink.
public struct JSONLine: Sendable {
    /// The bytes written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty buffer.
    public init(reserving capacity: Int = 512) { bytes.reserveCapacity(capacity) }

    /// Forgets the bytes and keeps their memory.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Opens the object with its `type`, which always stands first.
    public mutating func begin(type: StaticString) {
        bytes.append(UInt8(ascii: "{"))
        name("type", first: true)
        string(type.description)
    }

    /// Closes the object and the line.
    public mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A string field.
    public mutating func field(_ name: StaticString, _ value: String) {
        self.name(name)
        string(value)
    }

    /// An integer field.
    public mutating func field(_ name: StaticString, _ value: Int64) {
        self.name(name)
        integer(value)
    }

    /// A boolean field.
    public mutating func field(_ name: StaticString, _ value: Bool) {
        self.name(name)
        raw(value ? "true" : "false")
    }

    /// A decimal field rounded to `places` (half away from zero), trailing zeros cut but for the first: `0.5`, `1.0`.
    public mutating func field(_ name: StaticString, decimal value: Double, places: Int) {
        guard value.isFinite else { return }
        self.name(name)
        decimal(value, places: places, wholeAsInteger: false)
    }

    /// A field that is an integer where the value is one (`360`), else a decimal with up to six places.
    public mutating func field(_ name: StaticString, rate value: Double) {
        guard value.isFinite else { return }
        self.name(name)
        decimal(value, places: 6, wholeAsInteger: true)
    }

    /// An array of strings.
    public mutating func field(_ name: StaticString, _ values: [String]) {
        self.name(name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// An object of decimals: the names and values go in pairs.
    public mutating func field(_ name: StaticString, names: [String], decimals: [Float], places: Int) {
        self.name(name)
        bytes.append(UInt8(ascii: "{"))
        var first = true
        for (key, value) in zip(names, decimals) where value.isFinite {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            string(key)
            bytes.append(UInt8(ascii: ":"))
            decimal(Double(value), places: places, wholeAsInteger: false)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// An object of counts: the names and values go in pairs.
    public mutating func field(_ name: StaticString, counts: [(String, Int64)]) {
        self.name(name)
        bytes.append(UInt8(ascii: "{"))
        for (index, count) in counts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(count.0)
            bytes.append(UInt8(ascii: ":"))
            integer(count.1)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension JSONLine {
    private mutating func name(_ name: StaticString, first: Bool = false) {
        if !first { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        raw(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: raw("\\n")
            case 0x0D: raw("\\r")
            case 0x09: raw("\\t")
            case 0..<0x20, 0x7F:
                raw("\\u00")
                bytes.append(Self.hexadecimal(byte >> 4))
                bytes.append(Self.hexadecimal(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    private mutating func integer(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(value.magnitude, atLeast: 1)
    }

    private mutating func digits(_ value: UInt64, atLeast width: Int) {
        let start = bytes.count
        var rest = value
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < width { bytes.append(UInt8(ascii: "0")) }
        bytes[start...].reverse()
    }

    private mutating func decimal(_ value: Double, places: Int, wholeAsInteger: Bool) {
        var scale: UInt64 = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = (value.magnitude * Double(scale)).rounded(.toNearestOrAwayFromZero)
        guard scaled < 9e18 else {
            bytes.append(contentsOf: value.description.utf8)
            return
        }
        let units = UInt64(scaled)
        if value < 0, units > 0 { bytes.append(UInt8(ascii: "-")) }
        digits(units / scale, atLeast: 1)
        let fraction = units % scale
        if fraction == 0, wholeAsInteger { return }
        bytes.append(UInt8(ascii: "."))
        digits(fraction, atLeast: max(places, 1))
        let shortest = bytes.count - max(places, 1) + 1
        while bytes.count > shortest, bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
    }
}
