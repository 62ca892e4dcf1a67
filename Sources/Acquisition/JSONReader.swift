/// Reads one line of JSON from bytes that nobody has checked.
///
/// A cursor, not a tree: it takes what the caller expects next or says `nil` and leaves the position where it stuck.
/// Nesting is as deep as the caller's own code, so no input can exhaust the stack.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Offset of the next byte.
    private(set) var offset = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Whether only white space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return offset == bytes.count
    }

    /// Takes one punctuation mark, if it comes next.
    mutating func take(_ mark: Character) -> Bool {
        skipSpace()
        guard offset < bytes.count, bytes[offset] == mark.asciiValue else { return false }
        offset += 1
        return true
    }

    /// Takes `null`, if it comes next.
    mutating func takeNull() -> Bool {
        skipSpace()
        let word: StaticString = "null"
        guard bytes.count - offset >= word.utf8CodeUnitCount,
            word.withUTF8Buffer({ $0.elementsEqual(bytes[offset..<offset + $0.count]) })
        else { return false }
        offset += word.utf8CodeUnitCount
        return true
    }

    /// A number as RFC 8259 writes it.
    mutating func number() -> Double? {
        skipSpace()
        guard let (value, end) = Decimal.parse(bytes, from: offset, strict: true) else { return nil }
        offset = end
        return value
    }

    /// A whole number of at most 2^53.
    mutating func integer() -> Int64? {
        skipSpace()
        let start = offset
        guard let value = number(), value == value.rounded(), value.magnitude <= 9_007_199_254_740_992 else {
            offset = start
            return nil
        }
        return Int64(value)
    }

    /// A string; escapes are resolved, ill-formed UTF-8 is refused.
    mutating func string() -> String? {
        guard take("\"") else { return nil }
        var content: [UInt8] = []
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: content, as: UTF8.self)
            case 0..<0x20: return nil
            case UInt8(ascii: "\\"): guard escape(into: &content) else { return nil }
            default: content.append(byte)
            }
        }
        return nil
    }

    private mutating func escape(into content: inout [UInt8]) -> Bool {
        guard offset < bytes.count else { return false }
        let mark = bytes[offset]
        offset += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(mark)
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "u"):
            guard let scalar = unicodeScalar() else { return false }
            content.append(contentsOf: String(scalar).utf8)
        default: return false
        }
        return true
    }

    private mutating func unicodeScalar() -> Unicode.Scalar? {
        guard let first = hexadecimal() else { return nil }
        guard first & 0xFC00 == 0xD800 else { return Unicode.Scalar(first) }
        guard offset + 2 <= bytes.count, bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u")
        else { return nil }
        offset += 2
        guard let second = hexadecimal(), second & 0xFC00 == 0xDC00 else { return nil }
        return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
    }

    private mutating func hexadecimal() -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }
}
