public import Extraction

/// The picture that the vision expert sees of each lead: how many scales, which frequencies, how fine in time.
public struct ScalogramLayout: Sendable, Hashable, Codable {
    /// Rows: scales, log-spaced, the highest frequency first.
    public var scales: Int
    /// Lowest centre frequency in Hz.
    public var lowest: Double
    /// Highest centre frequency in Hz.
    public var highest: Double
    /// Samples of the window per column.
    public var decimation: Int

    /// Makes a layout.
    public init(scales: Int, lowest: Double, highest: Double, decimation: Int) {
        self.scales = scales
        self.lowest = lowest
        self.highest = highest
        self.decimation = decimation
    }

    /// 24 scales from 1 to 40 Hz, 52 columns.
    public static let small = ScalogramLayout(scales: 24, lowest: 1, highest: 40, decimation: 4)
    /// 64 scales from 0.7 to 45 Hz, 104 columns.
    public static let large = ScalogramLayout(scales: 64, lowest: 0.7, highest: 45, decimation: 2)

    /// Columns for a window.
    public func columns(of window: BeatWindow) -> Int { (window.length + decimation - 1) / decimation }
}
