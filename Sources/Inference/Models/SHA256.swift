import CMD

/// SHA-256 (FIPS 180-4), to tell model files apart.
enum SHA256 {
    /// The digest of bytes, in hex.
    static func hex(of bytes: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: 2 * Int(SHA256_DIGEST_LENGTH) + 1)
        SHA256Data(bytes, bytes.count, &text)
        return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
