/// SHA-256 (FIPS 180-4), to tell model files apart.
enum SHA256 {
    private static let constants: [UInt32] = {
        // The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
        var primes: [Int] = []
        var candidate = 2
        while primes.count < 64 {
            if primes.allSatisfy({ !candidate.isMultiple(of: $0) }) { primes.append(candidate) }
            candidate += 1
        }
        return primes.map { fraction(of: $0, root: 3) }
    }()

    private static let start: [UInt32] = [2, 3, 5, 7, 11, 13, 17, 19].map { fraction(of: $0, root: 2) }

    /// floor(frac(n^(1/root)) · 2³²) by bisection in whole numbers, so that no rounding can reach it.
    private static func fraction(of number: Int, root: Int) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 1 << 36
        while low < high {
            let middle = (low + high + 1) / 2
            if isPower(middle, root, atMost: number) { low = middle } else { high = middle - 1 }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// Whether (value / 2³²)^root ≤ number.
    private static func isPower(_ value: UInt64, _ root: Int, atMost number: Int) -> Bool {
        // value² has at most 72 bits, value³ 108: 128-bit arithmetic holds both.
        var power = UInt128(value)
        for _ in 1..<root { power *= UInt128(value) }
        return power <= UInt128(number) << UInt128(32 * root)
    }

    /// The digest of bytes, in hex.
    static func hex(of bytes: [UInt8]) -> String {
        var message = bytes
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        let length = UInt64(bytes.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) { message.append(UInt8(truncatingIfNeeded: length >> shift)) }
        var state = start
        var schedule = [UInt32](repeating: 0, count: 64)
        message.withUnsafeBufferPointer { message in
            for block in stride(from: 0, to: message.count, by: 64) {
                compress(message, block, &state, &schedule)
            }
        }
        return state.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
    }

    private static func compress(
        _ message: UnsafeBufferPointer<UInt8>, _ block: Int, _ state: inout [UInt32], _ schedule: inout [UInt32]
    ) {
        func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }
        for index in 0..<16 {
            var word: UInt32 = 0
            for byte in 0..<4 { word = word << 8 | UInt32(message[block + 4 * index + byte]) }
            schedule[index] = word
        }
        for index in 16..<64 {
            let (a, b) = (schedule[index - 15], schedule[index - 2])
            let first = rotated(a, 7) ^ rotated(a, 18) ^ a >> 3
            let second = rotated(b, 17) ^ rotated(b, 19) ^ b >> 10
            schedule[index] = schedule[index - 16] &+ first &+ schedule[index - 7] &+ second
        }
        var v = state
        for index in 0..<64 {
            let sum1 = rotated(v[4], 6) ^ rotated(v[4], 11) ^ rotated(v[4], 25)
            let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
            let first = v[7] &+ sum1 &+ choice &+ constants[index] &+ schedule[index]
            let sum0 = rotated(v[0], 2) ^ rotated(v[0], 13) ^ rotated(v[0], 22)
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
            for place in (1..<8).reversed() { v[place] = v[place - 1] }
            v[4] = v[4] &+ first
            v[0] = first &+ sum0 &+ majority
        }
        for place in 0..<8 { state[place] = state[place] &+ v[place] }
    }
}
