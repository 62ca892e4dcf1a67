/// Reads the JSON of a safetensors header: nothing but what such a header may hold.
///
/// An object of tensors, each an object with `dtype`, `shape` and `data_offsets`, and `__metadata__`, an object of strings. Nothing
/// recurses, so depth cannot exhaust the stack.
struct HeaderParser {
    /// What the header says of one tensor.
    struct Entry: Equatable {
        var name: String
        var type: String
        var shape: [Int]
        var begin: Int
        var end: Int
    }

    private let bytes: ArraySlice<UInt8>
    private var at: Int
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// Parses all of `bytes`.
    init(_ bytes: ArraySlice<UInt8>) throws(SafetensorsError) {
        self.bytes = bytes
        at = bytes.startIndex
        try parse()
    }

    private mutating func parse() throws(SafetensorsError) {
        var names: Set<String> = []
        try expect("{")
        if !take("}") {
            repeat {
                let name = try string()
                try expect(":")
                guard names.insert(name).inserted else { throw .duplicate(name) }
                if name == "__metadata__" {
                    try parseMetadata()
                } else {
                    entries.append(try entry(name))
                }
            } while take(",")
            try expect("}")
        }
        skipSpace()
        guard at == bytes.endIndex else { throw fail("text after the end") }
    }

    private mutating func parseMetadata() throws(SafetensorsError) {
        try expect("{")
        if take("}") { return }
        repeat {
            let key = try string()
            try expect(":")
            let value = try string()
            guard metadata.updateValue(value, forKey: key) == nil else { throw .duplicate(key) }
        } while take(",")
        try expect("}")
    }

    private mutating func entry(_ name: String) throws(SafetensorsError) -> Entry {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try expect("{")
        repeat {
            let key = try string()
            try expect(":")
            switch key {
            case "dtype" where type == nil: type = try string()
            case "shape" where shape == nil: shape = try numbers(atMost: 8)
            case "data_offsets" where offsets == nil: offsets = try numbers(atMost: 2)
            default: throw fail("'\(name)' has an unknown or repeated key '\(key)'")
            }
        } while take(",")
        try expect("}")
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw fail("'\(name)' needs dtype, shape and two data_offsets")
        }
        return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
    }

    private mutating func numbers(atMost limit: Int) throws(SafetensorsError) -> [Int] {
        var result: [Int] = []
        try expect("[")
        if take("]") { return [] }
        repeat {
            guard result.count < limit else { throw fail("more than \(limit) numbers") }
            result.append(try number())
        } while take(",")
        try expect("]")
        return result
    }

    private mutating func number() throws(SafetensorsError) -> Int {
        skipSpace()
        let start = at
        var value = 0
        while at < bytes.endIndex, (0x30...0x39).contains(bytes[at]) {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int(bytes[at] - 0x30))
            guard !overflow, !carry else { throw fail("the number is too large") }
            value = sum
            at += 1
        }
        guard at > start else { throw fail("a whole number from 0 was expected") }
        return value
    }

    /// A JSON string; escapes are resolved, text must be UTF-8.
    private mutating func string() throws(SafetensorsError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while true {
            guard at < bytes.endIndex else { throw fail("the header ends inside a string") }
            let byte = bytes[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let result = String(validating: text, as: UTF8.self) else { throw fail("a string is not UTF-8") }
                return result
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fail("a control character in a string")
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(SafetensorsError) {
        guard at < bytes.endIndex else { throw fail("the header ends inside a string") }
        let byte = bytes[at]
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xd800..<0xdc00).contains(code) {
                guard at + 1 < bytes.endIndex, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u")
                else {
                    throw fail("half a surrogate pair")
                }
                at += 2
                let low = try hexadecimal()
                guard (0xdc00..<0xe000).contains(low) else { throw fail("half a surrogate pair") }
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw fail("half a surrogate pair") }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw fail("an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(SafetensorsError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard at < bytes.endIndex, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue else {
                throw fail("four hexadecimal digits were expected")
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }

    private mutating func skipSpace() {
        while at < bytes.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[at]) { at += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.endIndex, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsError) {
        guard take(character) else { throw fail("'\(character)' was expected") }
    }

    private func fail(_ reason: String) -> SafetensorsError { .header(byte: at - bytes.startIndex, reason: reason) }
}
