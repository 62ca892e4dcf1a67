/// A measurement-by-measurement comparison, as ANSI/AAMI EC57 has it for heart rates and WFDB's `mxm` counts it.
///
/// Every test measurement of the test period is paired with the nearest reference measurement; the error is the root
/// mean square difference, in per cent of the mean reference measurement unless it is asked for in the measurements'
/// own unit. Where reference measurements go on after the last test measurement, the last of either are paired once
/// more, while the count stays, as in `mxm`.
public struct MeasurementComparison: Sendable, Equatable, Codable {
    /// The measurements' number (SUB).
    public let number: Int
    /// Test measurements read: the divisor of the means.
    public private(set) var count = 0
    private var referenceSum = 0.0
    private var squaredError = 0.0

    /// Mean of the paired reference measurements.
    public var meanReference: Double { referenceSum / Double(count) }
    /// Root mean square error in the measurements' unit.
    public var error: Double { (squaredError / Double(count)).squareRoot() }
    /// Root mean square error in per cent of the mean reference measurement; nil where that is zero.
    public var normalizedError: Double? {
        guard referenceSum != 0 else { return nil }
        return 100 * (squaredError * Double(count) / (referenceSum * referenceSum)).squareRoot()
    }

    /// Compares two series, each in order of time.
    ///
    /// - Throws: `ScoringError.noMeasurements` where a series is empty.
    public init(
        reference: [Measurement], test: [Measurement], period: ComparisonPeriod, number: Int = 0,
        annotators: (reference: String, test: String) = ("reference", "test")
    ) throws(ScoringError) {
        guard !reference.isEmpty else { throw .noMeasurements(annotator: annotators.reference, number: number) }
        guard !test.isEmpty else { throw .noMeasurements(annotator: annotators.test, number: number) }
        self.number = number
        // Beyond the last one stands a time later than any; before the first a value of 0 at -1.
        let never = Int64(1) << 62
        var previous = Measurement(frame: -1, value: 0)
        var next = previous
        var upcoming = reference[...]
        var current = test[0]
        for index in 0... {
            current = index < test.count ? test[index] : Measurement(frame: never, value: current.value)
            if index < test.count { count += 1 }
            guard current.frame >= period.start else { continue }
            guard Self.isOpen(period.end, reference: next.frame, test: current.frame, never: never) else { break }
            while next.frame < current.frame {
                previous = next
                next = upcoming.popFirst() ?? Measurement(frame: never, value: next.value)
            }
            let paired = current.frame - previous.frame < next.frame - current.frame ? previous.value : next.value
            referenceSum += paired
            squaredError += (paired - current.value) * (paired - current.value)
        }
    }

    private static func isOpen(_ end: ComparisonPeriod.End, reference: Int64, test: Int64, never: Int64) -> Bool {
        switch end {
        case .frame(let last): reference <= last || test <= last
        case .lastReference: reference != never
        case .eitherFile: reference != never && test != never
        }
    }
}
