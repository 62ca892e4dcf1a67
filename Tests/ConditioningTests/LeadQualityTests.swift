import Conditioning
import Foundation
import Signal
import Testing

@Suite struct LeadQualityTests {
    /// A train of narrow Gaussian complexes, 1 mV high, 75 a minute.
    static func ecg(_ time: Double) -> Float {
        let offset = time.truncatingRemainder(dividingBy: 0.8) - 0.4
        return Float(
            exp(-offset * offset / (2 * 0.012 * 0.012)) + 0.2 * exp(-(offset - 0.25) * (offset - 0.25) / 0.005))
    }

    @Test(arguments: [128.0, 360, 1000]) func state_cleanEcg_isGood(rate: Double) {
        var quality = LeadQuality(sampleRate: rate, leadCount: 1)
        quality.consume(stream(rate: rate, seconds: 8, leads: [Self.ecg]))
        #expect(quality.state(ofLead: 0) == .good)
        #expect(quality.value(ofLead: 0) > 0.5)
    }

    @Test func state_missingThenBack_isOffUntilSettled() {
        var quality = LeadQuality(sampleRate: 360, leadCount: 2)
        var whole = stream(rate: 360, seconds: 4, leads: [Self.ecg, Self.ecg])
        for frame in 1200..<1440 { whole.values[frame * 2] = .nan }
        quality.consume(whole)
        #expect(quality.state(ofLead: 0) == .off)
        #expect(quality.value(ofLead: 0) == 0)
        #expect(quality.state(ofLead: 1) == .good)
        quality.consume(stream(rate: 360, seconds: 2, leads: [Self.ecg, Self.ecg]))
        #expect(quality.state(ofLead: 0) == .good)
    }

    @Test func state_flatLine_isOffAfterTwoSeconds() {
        var quality = LeadQuality(sampleRate: 360, leadCount: 1)
        quality.consume(stream(rate: 360, seconds: 4, leads: [Self.ecg]))
        quality.consume(stream(rate: 360, seconds: 2.1, leads: [{ _ in 0.1 }]))
        #expect(quality.state(ofLead: 0) == .off)
    }

    @Test(arguments: [1.0, 30]) func state_stuckAtTheRail_isSaturatedAndStaysSo(seconds: Double) {
        var quality = LeadQuality(sampleRate: 360, leadCount: 1)
        quality.consume(stream(rate: 360, seconds: 4, leads: [Self.ecg]))
        quality.consume(stream(rate: 360, seconds: seconds, leads: [{ _ in 5 }]))
        #expect(quality.state(ofLead: 0) == .saturated)
    }

    @Test func state_flatFromTheStart_isOffAndNeverSaturated() {
        var quality = LeadQuality(sampleRate: 360, leadCount: 1)
        quality.consume(stream(rate: 360, seconds: 1, leads: [{ _ in 0 }]))
        #expect(quality.state(ofLead: 0) == .good, "not for long enough yet")
        quality.consume(stream(rate: 360, seconds: 1.5, leads: [{ _ in 0 }]))
        #expect(quality.state(ofLead: 0) == .off)
    }

    @Test func value_muscleNoise_isLowerThanClean() {
        var generator = SystemRandomNumberGenerator()
        var clean = LeadQuality(sampleRate: 360, leadCount: 1)
        var noisy = LeadQuality(sampleRate: 360, leadCount: 1)
        var whole = stream(rate: 360, seconds: 6, leads: [Self.ecg])
        clean.consume(whole)
        for index in whole.values.indices { whole.values[index] += Float.random(in: -0.4...0.4, using: &generator) }
        noisy.consume(whole)
        #expect(noisy.state(ofLead: 0) == .noisy)
        #expect(noisy.value(ofLead: 0) < 0.3 * clean.value(ofLead: 0))
    }
}
