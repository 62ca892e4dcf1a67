/// 8-bit floats with 4 bits of exponent and 3 of fraction, E4M3 of the OCP specification (*OCP 8-bit Floating Point
/// Specification* 1.0, 2023): up to 448, without infinities.
enum QuarterFloat {
    /// The value of 8 bits.
    static func value(_ bits: UInt8) -> Float {
        let size = bits & 0x7f
        guard size < 0x7f else { return .nan }
        let fraction = Float(size & 7) / 8
        let value =
            size < 8 ? fraction * 0x1p-6 : Float(sign: .plus, exponent: Int(size >> 3) - 7, significand: 1 + fraction)
        return bits < 0x80 ? value : -value
    }

    /// The nearest such float, ties to even; not a number where it is too large.
    static func bits(_ value: Float) -> UInt8 {
        let sign: UInt8 = value.sign == .minus ? 0x80 : 0
        let size = value.magnitude
        guard size < 464 else { return sign | 0x7f }
        // Below the least normal value fractions count in steps of 2^-9.
        if size < 0x1p-6 { return sign | UInt8((size * 0x1p9).rounded(.toNearestOrEven)) }
        let pattern = size.bitPattern
        return sign | UInt8((pattern - (120 << 23) + 0x7ffff + (pattern >> 20 & 1)) >> 20)
    }
}
