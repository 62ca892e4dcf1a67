/// IEEE 754 half precision as bits: Swift's `Float16` is not there on every platform.
enum HalfFloat {
    /// The value of 16 bits.
    static func value(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 0x1f)
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0:
            let size = Float(fraction) * 0x1p-24
            return sign == 0 ? size : -size
        case 0x1f: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The nearest half float, ties to even; infinity where it is too large.
    static func bits(_ value: Float) -> UInt16 {
        let pattern = value.bitPattern
        let sign = UInt16(pattern >> 16 & 0x8000)
        let size = pattern & 0x7fff_ffff
        if size > 0x7f80_0000 { return sign | 0x7e00 }
        if size >= 0x477f_f000 { return sign | 0x7c00 }
        if size < 0x3880_0000 {
            // Subnormal: adding 0.5 leaves the rounded multiple of 2^-24 in the last bits.
            let shifted = Float(bitPattern: size) + 0.5
            return sign | UInt16(shifted.bitPattern - Float(0.5).bitPattern)
        }
        let odd = size >> 13 & 1
        return sign | UInt16((size - 0x3800_0000 + 0xfff + odd) >> 13)
    }
}
