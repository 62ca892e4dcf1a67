import Signal
import Testing

@testable import Inference

@Suite struct VerdictTests {
    /// What is left beside a class that is nearly 1 is less than the rounding of that 1.
    @Test(arguments: [0.1, 1e-5, 1e-7, 1e-9, 1e-30] as [Float])
    func verdict_nearlySureOfV_isPooledAsWritten(rest: Float) {
        let sure = Verdict(probabilities: [0.75 * rest, 0.25 * rest, 1 - rest, 0, 0], votes: [])
        let pooled = sure.ventricular(odds: 0).probabilities
        #expect(
            abs(pooled[2] - 0.5) < 1e-5 && abs(pooled[0] - 0.375) < 1e-5 && abs(pooled[1] - 0.125) < 1e-5, "\(pooled)")
    }

    @Test(arguments: [0.1, 1e-5, 1e-7, 1e-9, 1e-30] as [Float])
    func verdict_nearlySureOfQ_isSharedAmongTheOthers(rest: Float) {
        let sure = Verdict(probabilities: [0.5 * rest, 0.25 * rest, 0.25 * rest, 0, 1 - rest], votes: [])
        let conducted = sure.paced(evidence: 0).probabilities
        #expect(zip(conducted, [0.5, 0.25, 0.25, 0, 0]).allSatisfy { abs($0 - $1) < 1e-5 }, "\(conducted)")
    }
}
