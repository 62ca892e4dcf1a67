/// One signal of a record, as its header line describes it.
///
/// Physical value = (ADC value - `baseline`) / `gain`, in `units`.
public struct SignalDescription: Sendable, Equatable {
    /// The signal file, relative to the header's directory; `~` where there is none.
    public var fileName: String
    /// How samples lie in the file.
    public var format: SignalFormat
    /// Samples of this signal in each frame, at least 1.
    public var samplesPerFrame: Int
    /// Frames by which this signal lags in the file: its sample for frame 0 stands in the file's frame `skew`.
    public var skew: Int
    /// Bytes before the first sample in the file.
    public var byteOffset: Int64
    /// ADC units per physical unit; 200 where the header gives none or 0.
    public var gain: Double
    /// False where `gain` is the default: the amplitudes are not calibrated.
    public var isCalibrated: Bool
    /// ADC value of 0 physical units.
    public var baseline: Int
    /// Physical units, `mV` by default.
    public var units: String
    /// Bits of the ADC.
    public var adcResolution: Int
    /// ADC value in the middle of the ADC's range.
    public var adcZero: Int
    /// Value of the first sample; nil where the header does not say.
    public var initialValue: Int?
    /// Sum of all samples modulo 65,536; nil where the header does not say.
    ///
    /// 0 often means that nobody counted.
    public var checksum: UInt16?
    /// Block size of special files, usually 0.
    public var blockSize: Int
    /// Name of the lead or signal, `record NAME, signal N` by default.
    public var description: String

    /// Makes a description; what is not given gets the defaults of header(5).
    public init(
        fileName: String, format: SignalFormat, samplesPerFrame: Int = 1, skew: Int = 0, byteOffset: Int64 = 0,
        gain: Double = Self.defaultGain, isCalibrated: Bool = true, baseline: Int = 0, units: String = "mV",
        adcResolution: Int? = nil, adcZero: Int = 0, initialValue: Int? = nil, checksum: UInt16? = nil,
        blockSize: Int = 0, description: String
    ) {
        self.fileName = fileName
        self.format = format
        self.samplesPerFrame = samplesPerFrame
        self.skew = skew
        self.byteOffset = byteOffset
        self.gain = gain
        self.isCalibrated = isCalibrated
        self.baseline = baseline
        self.units = units
        self.adcResolution = adcResolution ?? format.bits
        self.adcZero = adcZero
        self.initialValue = initialValue
        self.checksum = checksum
        self.blockSize = blockSize
        self.description = description
    }

    /// The gain of signals whose header gives none (header(5)), in ADC units per mV.
    public static let defaultGain = 200.0

    /// Millivolts per physical unit: 1 unless the units are another multiple of the volt.
    ///
    /// Signals that are no voltage keep their units.
    public var millivoltsPerUnit: Double {
        Self.voltages[units.lowercased()] ?? 1
    }

    /// True where the units are a voltage, in small letters or capitals.
    public var isVoltage: Bool { Self.voltages[units.lowercased()] != nil }

    private static let voltages = ["mv": 1, "uv": 1e-3, "µv": 1e-3, "μv": 1e-3, "nv": 1e-6, "v": 1e3]
}
