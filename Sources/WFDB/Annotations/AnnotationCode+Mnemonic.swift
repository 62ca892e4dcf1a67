extension AnnotationCode {
    /// Mnemonics by code, as `ecgstr` of the WFDB library gives them.
    private static let mnemonics: [String] = [
        " ", "N", "L", "R", "a", "V", "F", "J", "A", "S", "E", "j", "/", "Q", "~", "[15]", "|", "[17]", "s", "T", "*",
        "D", "\"", "=", "p", "B", "^", "t", "+", "u", "?", "!", "[", "]", "e", "n", "@", "x", "f", "(", ")", "r",
    ]

    /// The code's mnemonic: `N`, `V`, `+` …; `[42]` for codes that have none.
    public var mnemonic: String {
        Int(rawValue) < Self.mnemonics.count ? Self.mnemonics[Int(rawValue)] : "[\(rawValue)]"
    }

    /// The code of a mnemonic, also in the form `[42]`; nil where there is none.
    public init?(mnemonic: some StringProtocol) {
        if let index = Self.mnemonics.firstIndex(where: { $0 == mnemonic }) {
            self.init(rawValue: UInt8(index))
        } else if mnemonic.hasPrefix("["), mnemonic.hasSuffix("]"),
            let number = UInt8(mnemonic.dropFirst().dropLast()), number <= Self.largest
        {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    /// The largest code that annotations may have (`ACMAX`).
    public static let largest: UInt8 = 49

    /// True for codes that mark a QRS complex (`isqrs` of `ecgmap.h`).
    ///
    /// Ventricular flutter waves `!` are among them, as they are there; counts of beats usually leave them out.
    public var isQRS: Bool {
        switch rawValue {
        case 1...13, 25, 30, 31, 34, 35, 38, 41: true
        default: false
        }
    }
}

extension AnnotationCode: CustomStringConvertible {
    /// The mnemonic.
    public var description: String { mnemonic }
}
