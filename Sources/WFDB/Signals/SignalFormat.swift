/// A WFDB signal format: how samples lie in a signal file.
///
/// Source: *WFDB Applications Guide*, `signal(5)`.
public enum SignalFormat: Int, Sendable, CaseIterable, Codable {
    /// No file: the signal has no samples.
    case null = 0
    /// 8-bit first differences.
    case difference8 = 8
    /// 16-bit two's complement, little-endian.
    case int16 = 16
    /// 24-bit two's complement, little-endian.
    case int24 = 24
    /// 32-bit two's complement, little-endian.
    case int32 = 32
    /// 16-bit two's complement, big-endian.
    case int16BigEndian = 61
    /// 8-bit offset binary.
    case offset8 = 80
    /// 16-bit offset binary, little-endian.
    case offset16 = 160
    /// 12-bit two's complement, two samples in three bytes.
    case packed12 = 212
    /// 10-bit two's complement, three samples in four bytes (third from the spare bits).
    case packed10 = 310
    /// 10-bit two's complement, three samples in four bytes (in order).
    case packed10InOrder = 311
    /// 8-bit samples in a FLAC stream.
    case flac8 = 508
    /// 16-bit samples in a FLAC stream.
    case flac16 = 516
    /// 24-bit samples in a FLAC stream.
    case flac24 = 524

    /// True where samples lie in a FLAC stream.
    public var isCompressed: Bool { rawValue >= 500 }

    /// Smallest unit that holds whole samples: bytes and the samples in them; nil for `null` and FLAC.
    var block: (bytes: Int, samples: Int)? {
        switch self {
        case .difference8, .offset8: (1, 1)
        case .int16, .int16BigEndian, .offset16: (2, 1)
        case .int24: (3, 1)
        case .int32: (4, 1)
        case .packed12: (3, 2)
        case .packed10, .packed10InOrder: (4, 3)
        case .null, .flac8, .flac16, .flac24: nil
        }
    }

    /// The ADC value that says "no sample here"; nil where the format has none.
    public var missingValue: Int32? {
        switch self {
        case .null, .difference8: nil
        case .int16, .int16BigEndian, .offset16, .flac16: -32_768
        case .int24, .flac24: -8_388_608
        case .int32: Int32.min
        case .offset8, .flac8: -128
        case .packed12: -2_048
        case .packed10, .packed10InOrder: -512
        }
    }

    /// Bits of a sample, which is also the ADC resolution assumed where a header gives none.
    public var bits: Int {
        switch self {
        case .null: 0
        case .difference8, .offset8, .flac8: 8
        case .packed10, .packed10InOrder: 10
        case .packed12: 12
        case .int16, .int16BigEndian, .offset16, .flac16: 16
        case .int24, .flac24: 24
        case .int32: 32
        }
    }

    /// Whole samples in so many bytes of a signal file, a partly filled last block included.
    func samples(inBytes count: Int64) -> Int64 {
        guard let block, count > 0 else { return 0 }
        let (blocks, rest) = count.quotientAndRemainder(dividingBy: Int64(block.bytes))
        let tail: Int64
        switch self {
        case .packed12: tail = rest >= 2 ? 1 : 0
        case .packed10: tail = rest >= 2 ? 1 : 0
        case .packed10InOrder: tail = rest >= 3 ? 2 : (rest == 2 ? 1 : 0)
        default: tail = 0
        }
        return blocks * Int64(block.samples) + tail
    }
}
