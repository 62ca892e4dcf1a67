/// The CRC-32 of zip and zlib, as the reference files have it, over 32-bit words in little-endian order.
struct CRC32 {
    /// Four tables of 256 entries: the effect of each byte of a word (slicing by four).
    private static let tables: [UInt32] = {
        var tables: [UInt32] = []
        for byte in UInt32(0)..<256 {
            var value = byte
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
            tables.append(value)
        }
        for index in 256..<1_024 {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 0xFF)] ^ before >> 8)
        }
        return tables
    }()

    private var state: UInt32 = 0xFFFF_FFFF

    /// Adds every `stride`th group of `width` words.
    mutating func append(_ words: UnsafePointer<UInt32>, groups: Int, width: Int, stride: Int) {
        state = Self.tables.withUnsafeBufferPointer { [state] tables in
            var state = state
            for group in 0..<groups {
                for word in 0..<width {
                    let value = state ^ words[group * stride + word]
                    state =
                        tables[768 + Int(value & 0xFF)] ^ tables[512 + Int(value >> 8 & 0xFF)]
                        ^ tables[256 + Int(value >> 16 & 0xFF)] ^ tables[Int(value >> 24)]
                }
            }
            return state
        }
    }

    var value: UInt32 { ~state }
}
