import Foundation
import Testing

@testable import Detection

/// What is computed many values at a time, beside the same computed plainly.
@Suite struct HistoryTests {
    /// Values of lead 1 of 2 after 200 frames in a ring of 64: runs wrap around its end.
    private static func history(_ value: (Int) -> Float) -> History {
        var history = History(capacity: 64, leadCount: 2)
        for start in stride(from: 0, to: 200, by: 25) {
            let frames: [Float] = (start..<start + 25).flatMap { [-7, value($0)] }
            frames.withUnsafeBufferPointer { history.append($0) }
        }
        return history
    }

    private static func wave(_ index: Int) -> Float { sin(Float(index) * 0.37) - 0.2 }

    @Test func summaries_ofEveryRange_areThoseOfItsValues() {
        let history = Self.history(Self.wave)
        for first in 137..<199 {
            for last in first..<200 {
                let values = (first...last).map(Self.wave)
                let (from, to) = (Int64(first), Int64(last))
                #expect(history.peak(from, to, lead: 1) == max(0, values.max() ?? 0))
                let extent = history.extent(from, to, lead: 1)
                #expect(extent.lowest == values.min() && extent.highest == values.max())
                let mean = values.reduce(0, +) / Float(values.count)
                #expect(abs(history.mean(from, to, lead: 1) - mean) < 1e-6)
                #expect(history.knownMean(from, to, lead: 1) == mean)
            }
        }
    }

    @Test func summaries_beyondWhatIsKept_areOfTheRest() {
        let history = Self.history(Self.wave)
        #expect(history.value(137, lead: 1).isFinite && history.value(136, lead: 1).isNaN)
        #expect(history.value(199, lead: 1).isFinite && history.value(200, lead: 1).isNaN)
        #expect(history.extent(-50, 900, lead: 0) == (-7, -7))
        #expect(history.extent(300, 310, lead: 0) == (.infinity, -.infinity))
        #expect(history.knownMean(300, 310, lead: 0).isNaN && history.mean(300, 310, lead: 0) == 0)
    }

    @Test func summaries_withMissingValues_leaveThemOut() {
        let history = Self.history { $0 % 3 == 0 ? .nan : Float($0) }
        #expect(history.extent(150, 159, lead: 1) == (151, 158))
        #expect(history.knownMean(150, 152, lead: 1) == 151.5)
        #expect(history.extent(150, 150, lead: 1) == (.infinity, -.infinity))
        #expect(SmoothedExtent(history, 150, 150, reach: 0, lead: 1) == nil)
        // Means around 150…153: of 149 and 151, of 151 and 152, of 151 and 152, of 152 and 154.
        let extent = SmoothedExtent(history, 150, 153, reach: 1, lead: 1)
        #expect(extent?.lowest == .init(value: 150, index: 150))
        #expect(extent?.highest == .init(value: 153, index: 153))
    }

    @Test func smoothedExtent_ofEveryRange_isThatOfTheMeans() throws {
        let history = Self.history(Self.wave)
        for first in 140..<190 {
            for reach in 0...3 {
                let means = (first...195 - reach).map { index in
                    (index - reach...index + reach).reduce(0) { $0 + Self.wave($1) } / Float(2 * reach + 1)
                }
                let extent = try #require(
                    SmoothedExtent(history, Int64(first), Int64(195 - reach), reach: Int64(reach), lead: 1))
                let (lowest, highest) = (try #require(means.min()), try #require(means.max()))
                #expect(abs(extent.lowest.value - lowest) < 1e-5 && abs(extent.highest.value - highest) < 1e-5)
                #expect(abs(means[Int(extent.lowest.index) - first] - lowest) < 1e-5)
                #expect(abs(means[Int(extent.highest.index) - first] - highest) < 1e-5)
            }
        }
    }
}
