/// The aliases (`*name`) of a YAML text.
///
/// Lists of aliases of lists of aliases stand for more values than there are atoms, and a parser that hashes keys looks at
/// each of them. A configuration needs few aliases or none, so that they are counted before it is parsed.
public enum YAMLAliases {
    /// Aliases that a configuration may have: four levels of two.
    public static let most = 8

    /// The line, from 1, of the first alias beyond `most`; nil where there are no more.
    ///
    /// An asterisk counts where a value or a key can begin and a name follows, in comments and quotes too: a text with so many
    /// of them is refused sooner than one that never ends is parsed.
    public static func excess(in text: String) -> Int? {
        var line = 1
        var count = 0
        var last = UInt8(ascii: "\n")
        var isPending = false
        for byte in text.utf8 {
            if isPending, !separators.contains(byte) {
                count += 1
                if count > most { return line }
            }
            // Bytes beyond ASCII may be the end of a line break: U+0085, U+2028, U+2029.
            isPending = byte == UInt8(ascii: "*") && (openers.contains(last) || last >= 0x80)
            if byte == UInt8(ascii: "\n") { line += 1 }
            last = byte
        }
        return nil
    }

    private static let separators = Set(" \t\r\n,]}[{".utf8)
    /// What an alias may follow: white space, or what begins an entry of a flow collection.
    private static let openers = Set(" \t\r\n,[{:?-".utf8)
}
