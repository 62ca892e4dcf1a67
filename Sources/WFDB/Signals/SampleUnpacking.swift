/// Turns the bytes of signal files into ADC values, whole blocks at a time.
enum SampleUnpacking {
    typealias Bytes = UnsafePointer<UInt8>
    typealias Samples = UnsafeMutablePointer<Int32>

    /// Unpacks `blocks` blocks (`SignalFormat.block`).
    ///
    /// Not for `difference8`, which needs the value before.
    static func unpack(_ format: SignalFormat, _ bytes: Bytes, blocks: Int, into samples: Samples) {
        switch format {
        case .packed12: unpack212(bytes, blocks, samples)
        case .int16: for i in 0..<blocks { samples[i] = Int32(Int16(bitPattern: word(bytes, 2 * i))) }
        case .int16BigEndian:
            for i in 0..<blocks { samples[i] = Int32(Int16(bitPattern: word(bytes, 2 * i).byteSwapped)) }
        case .offset16: for i in 0..<blocks { samples[i] = Int32(word(bytes, 2 * i)) - 32_768 }
        case .int24:
            for i in 0..<blocks {
                let high = Int32(Int8(bitPattern: bytes[3 * i + 2])) << 16
                samples[i] = high | Int32(word(bytes, 3 * i))
            }
        case .int32:
            for i in 0..<blocks {
                let value = UInt32(word(bytes, 4 * i)) | UInt32(word(bytes, 4 * i + 2)) << 16
                samples[i] = Int32(bitPattern: value)
            }
        case .offset8: for i in 0..<blocks { samples[i] = Int32(bytes[i]) - 128 }
        case .packed10: unpack310(bytes, blocks, samples)
        case .packed10InOrder: unpack311(bytes, blocks, samples)
        case .difference8, .null, .flac8, .flac16, .flac24: preconditionFailure("not a block format")
        }
    }

    @inline(__always)
    private static func word(_ bytes: Bytes, _ offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }

    private static func unpack212(_ bytes: Bytes, _ blocks: Int, _ samples: Samples) {
        for block in 0..<blocks {
            let low = UInt32(bytes[3 * block])
            let middle = UInt32(bytes[3 * block + 1])
            let high = UInt32(bytes[3 * block + 2])
            samples[2 * block] = signExtended(low | (middle & 0x0F) << 8, bits: 12)
            samples[2 * block + 1] = signExtended(high | (middle & 0xF0) << 4, bits: 12)
        }
    }

    private static func unpack310(_ bytes: Bytes, _ blocks: Int, _ samples: Samples) {
        for block in 0..<blocks {
            let first = UInt32(word(bytes, 4 * block))
            let second = UInt32(word(bytes, 4 * block + 2))
            samples[3 * block] = signExtended(first >> 1 & 0x3FF, bits: 10)
            samples[3 * block + 1] = signExtended(second >> 1 & 0x3FF, bits: 10)
            samples[3 * block + 2] = signExtended(first >> 11 | (second >> 11) << 5, bits: 10)
        }
    }

    private static func unpack311(_ bytes: Bytes, _ blocks: Int, _ samples: Samples) {
        for block in 0..<blocks {
            let value = UInt32(word(bytes, 4 * block)) | UInt32(word(bytes, 4 * block + 2)) << 16
            samples[3 * block] = signExtended(value & 0x3FF, bits: 10)
            samples[3 * block + 1] = signExtended(value >> 10 & 0x3FF, bits: 10)
            samples[3 * block + 2] = signExtended(value >> 20 & 0x3FF, bits: 10)
        }
    }

    @inline(__always)
    private static func signExtended(_ value: UInt32, bits: UInt32) -> Int32 {
        Int32(bitPattern: value << (32 - bits)) >> Int32(32 - bits)
    }
}
