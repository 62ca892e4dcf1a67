/// Decimal numbers read from bytes without a copy.
enum Decimal {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// Reads a number that begins at `start`; nil where none does.
    ///
    /// The value is the nearest `Double`: up to 2^53 in the digits and a power of ten up to 22 it is one exact division or
    /// multiplication (Clinger 1990), else the standard library's reader takes the same bytes.
    ///
    /// - Parameter strict: As JSON has it: no plus sign, no leading zeros, digits on both sides of the point.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, strict: Bool) -> (value: Double, end: Int)?
    {
        var at = start
        func byte() -> UInt8 { at < bytes.count ? bytes[at] : 0 }
        func isDigit() -> Bool { byte() &- 48 < 10 }
        var isNegative = false
        if byte() == UInt8(ascii: "-") || (!strict && byte() == UInt8(ascii: "+")) {
            isNegative = byte() == UInt8(ascii: "-")
            at += 1
        }
        var digits: UInt64 = 0
        var exponent = 0
        var isExact = true
        func take() {
            if digits < 100_000_000_000_000_000 {
                digits = digits * 10 + UInt64(byte() &- 48)
            } else {
                isExact = false
            }
            at += 1
        }
        let whole = at
        while isDigit() { take() }
        let wholeCount = at - whole
        if strict, wholeCount == 0 || (wholeCount > 1 && bytes[whole] == UInt8(ascii: "0")) { return nil }
        var fractionCount = 0
        if byte() == UInt8(ascii: ".") {
            at += 1
            let fraction = at
            while isDigit() { take() }
            fractionCount = at - fraction
            if strict, fractionCount == 0 { return nil }
        }
        guard wholeCount + fractionCount > 0 else { return nil }
        exponent = -fractionCount
        if byte() | 0x20 == UInt8(ascii: "e") {
            at += 1
            let exponentIsNegative = byte() == UInt8(ascii: "-")
            if exponentIsNegative || byte() == UInt8(ascii: "+") { at += 1 }
            guard isDigit() else { return nil }
            var power = 0
            while isDigit() {
                power = min(power * 10 + Int(byte() &- 48), 100_000)
                at += 1
            }
            exponent += exponentIsNegative ? -power : power
        }
        if isExact, digits <= 1 << 53, abs(exponent) < powers.count {
            let magnitude =
                exponent < 0 ? Double(digits) / powers[-exponent] : Double(digits) * powers[exponent]
            return (isNegative ? -magnitude : magnitude, at)
        }
        guard at - start <= 400, let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)) else {
            return nil
        }
        return (value, at)
    }
}
