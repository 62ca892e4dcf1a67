/// Makes faulty inputs of good ones, always the same for a seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }

    /// Words that parsers stumble over.
    private static let words: [[UInt8]] = [
        "0", "-1", "1e308", "1e-308", "nan", "inf", "99999999999999999999", "2147483648", "-2147483649", "65536",
        "4096",
        "x", ":", "+", "/", "(", ")", "~", "#", "\n", "\r\n", " ", "\t", "\0", "../x", "/etc/passwd", ".", "é", "212",
        "516",
        "8", "310", "x4", ":7", "+24", "9223372036854775807", "281474976710655", "0x10", "1048576",
    ].map { Array($0.utf8) }

    /// A copy with one to four faults.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var copy = bytes
        for _ in 0...below(4) { mutate(&copy) }
        return copy
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        switch below(9) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 2 where place < bytes.count: bytes[place] = [0, 0xFF, 0x7F, 0x80][below(4)]
        case 3: bytes.insert(contentsOf: Self.words[below(Self.words.count)], at: place)
        case 4:
            let word = Self.words[below(Self.words.count)]
            bytes.replaceSubrange(place..<min(bytes.count, place + word.count), with: word)
        case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
        case 6: bytes.removeSubrange(place...)
        case 7:
            let piece = Array(bytes[place..<min(bytes.count, place + 1 + below(64))])
            bytes.insert(contentsOf: piece, at: below(bytes.count + 1))
        default: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
        }
    }
}
