/// Walks over the bytes of one header line: takes numbers, names and single characters, never past the end.
struct FieldScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position >= bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// Takes one character if it comes next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = next, UInt32(byte) == character.value else { return false }
        position += 1
        return true
    }

    /// Takes what comes before the next blank; nil at the end of the line.
    mutating func word() -> String? {
        skipBlanks()
        return text { $0 != 0x20 && $0 != 0x09 }
    }

    /// Takes everything that is left, without blanks at its ends.
    mutating func rest() -> String {
        skipBlanks()
        var end = bytes.count
        while end > position, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        defer { position = bytes.count }
        return String(decoding: bytes[position..<max(end, position)], as: UTF8.self)
    }

    /// Takes bytes while they satisfy a condition; nil where there is none.
    mutating func text(while condition: (UInt8) -> Bool) -> String? {
        let start = position
        while let byte = next, condition(byte) { position += 1 }
        return start == position ? nil : String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Takes a decimal integer with an optional sign; nil (and nothing taken) where there is none or it does not fit.
    mutating func integer() -> Int64? {
        let start = position
        if next == 0x2B || next == 0x2D { position += 1 }
        let digits = position
        while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
        guard position > digits, let value = Int64(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            position = start
            return nil
        }
        return value
    }

    /// Takes a decimal number with optional sign, decimals and exponent; nil (and nothing taken) where there is none or
    /// it is not finite.
    mutating func number() -> Double? {
        let start = position
        if next == 0x2B || next == 0x2D { position += 1 }
        skipDigits()
        if next == 0x2E {
            position += 1
            skipDigits()
        }
        let mantissaEnd = position
        if next == 0x65 || next == 0x45 {
            position += 1
            if next == 0x2B || next == 0x2D { position += 1 }
            let exponent = position
            skipDigits()
            if position == exponent { position = mantissaEnd }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            position = start
            return nil
        }
        return value
    }

    private mutating func skipDigits() {
        while let byte = next, byte >= 0x30, byte <= 0x39 { position += 1 }
    }
}
