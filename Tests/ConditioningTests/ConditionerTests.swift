import Conditioning
import Foundation
import Signal
import Testing

/// Frames of a stream in which every lead is a function of time in seconds.
func stream(rate: Double, seconds: Double, leads: [(Double) -> Float]) -> SampleBlock {
    let count = Int(rate * seconds)
    var values: [Float] = []
    for frame in 0..<count { for lead in leads { values.append(lead(Double(frame) / rate)) } }
    return SampleBlock(firstFrame: 0, leadCount: leads.count, values: values)
}

/// The blocks of `whole` in pieces of `size` frames.
func pieces(of whole: SampleBlock, size: Int) -> [SampleBlock] {
    stride(from: 0, to: whole.frameCount, by: size).map { start in
        let end = min(start + size, whole.frameCount)
        return SampleBlock(
            firstFrame: whole.firstFrame + Int64(start), leadCount: whole.leadCount,
            values: Array(whole.values[(start * whole.leadCount)..<(end * whole.leadCount)]))
    }
}

/// Everything that a conditioner makes of a stream cut into pieces.
func conditioned(_ whole: SampleBlock, rate: Double, pieceSize: Int) -> SampleBlock {
    var conditioner = Conditioner(sampleRate: rate, leadCount: whole.leadCount)
    var output = SampleBlock(firstFrame: 0, leadCount: whole.leadCount, values: [])
    var all = output
    for piece in pieces(of: whole, size: pieceSize) {
        conditioner.consume(piece, into: &output)
        all.values += output.values
    }
    conditioner.finish(into: &output)
    all.values += output.values
    return all
}

@Suite struct ConditionerTests {
    @Test(arguments: [100.0, 128, 250, 257, 300, 360, 500, 977.5, 1000])
    func consume_anyChunking_isBitIdentical(rate: Double) {
        var generator = SystemRandomNumberGenerator()
        var whole = stream(rate: rate, seconds: 12, leads: [{ Float(sin($0 * 7)) }, { Float(sin($0 * 31)) }])
        for index in whole.values.indices { whole.values[index] += Float.random(in: -0.1...0.1, using: &generator) }
        for index in 2000..<2400 where index.isMultiple(of: 2) { whole.values[index] = .nan }
        let one = conditioned(whole, rate: rate, pieceSize: 1)
        let many = conditioned(whole, rate: rate, pieceSize: 4096)
        let odd = conditioned(whole, rate: rate, pieceSize: 37)
        #expect(one.values.map(\.bitPattern) == many.values.map(\.bitPattern))
        #expect(one.values.map(\.bitPattern) == odd.values.map(\.bitPattern))
        // Every model frame up to the last source frame, and no more.
        let expected = Int((Double(whole.frameCount - 1) * 128 / rate).rounded(.down)) + 1
        #expect(one.frameCount == expected)
    }

    @Test(arguments: [100.0, 128, 257, 360, 1000])
    func consume_tenHertzSine_keepsAmplitudeAndTime(rate: Double) {
        let whole = stream(rate: rate, seconds: 10, leads: [{ Float(sin(2 * Double.pi * 10 * $0)) }])
        let output = conditioned(whole, rate: rate, pieceSize: 1000)
        for frame in 256..<1100 {
            let expected = sin(2 * Double.pi * 10 * Double(frame) / 128)
            // The high-pass alone leads by 0.07 rad at 10 Hz.
            #expect(abs(Double(output[frame: frame, lead: 0]) - expected) < 0.09)
        }
    }

    @Test func consume_driftAndMains_areRemoved() {
        let drift = stream(rate: 360, seconds: 60, leads: [{ Float(3 + 2 * sin(2 * Double.pi * 0.05 * $0)) }])
        let drifted = conditioned(drift, rate: 360, pieceSize: 500)
        #expect(drifted.values[1280...].allSatisfy { abs($0) < 0.03 })
        #expect(drifted.values.first == 0, "the high-pass is primed with the first value")
        for mains in [55.0, 60] {
            let hum = stream(rate: 360, seconds: 10, leads: [{ Float(sin(2 * Double.pi * mains * $0)) }])
            #expect(conditioned(hum, rate: 360, pieceSize: 500).values[200...1000].allSatisfy { abs($0) < 0.02 })
        }
    }

    @Test func consume_leadOff_isMarkedAndComesBackWithoutSwing() {
        var whole = stream(rate: 360, seconds: 10, leads: [{ Float(1 + sin(9 * $0)) }, { _ in 2 }])
        for frame in 1080..<1800 { whole.values[frame * 2 + 1] = .nan }
        for frame in 1800..<3600 { whole.values[frame * 2 + 1] = -5 }
        let output = conditioned(whole, rate: 360, pieceSize: 99)
        for frame in 0..<output.frameCount {
            let isOff = frame > 384 && frame < 639
            if frame != 384, frame != 639 { #expect(output[frame: frame, lead: 1].isNaN == isOff) }
            if !isOff, frame < 384 || frame > 640 { #expect(abs(output[frame: frame, lead: 1]) < 0.02) }
            #expect(output[frame: frame, lead: 0].isFinite)
        }
    }

    @Test(arguments: [128.0, 360, 1000]) func consume_fewMissingValues_lieOnTheLine(rate: Double) {
        let sine = { (time: Double) in Float(sin(2 * Double.pi * 3 * time)) }
        let whole = stream(rate: rate, seconds: 10, leads: [sine])
        var holed = whole
        for start in stride(from: Int(rate), to: Int(9 * rate), by: Int(rate / 2)) {
            for frame in start..<start + Int(0.03 * rate) { holed.values[frame] = .nan }
        }
        let (expected, found) = (
            conditioned(whole, rate: rate, pieceSize: 99), conditioned(holed, rate: rate, pieceSize: 99)
        )
        #expect(zip(expected.values, found.values).allSatisfy { abs($0 - $1) < 0.06 })
        // Longer losses are losses from their first value on.
        for frame in Int(5 * rate)..<Int(5.2 * rate) { holed.values[frame] = .nan }
        let lost = conditioned(holed, rate: rate, pieceSize: 1)
        #expect((641...664).allSatisfy { lost[frame: $0, lead: 0].isNaN })
        #expect(lost.values.count { $0.isNaN } < 29)
    }

    @Test func reset_afterGap_goesOnAtTheNextWholeFrame() {
        var conditioner = Conditioner(sampleRate: 360, leadCount: 1)
        conditioner.reset(at: 1_000_001)
        #expect(conditioner.nextFrame == 355_556)
        #expect(
            conditioner.sourceFrame(ofConditioned: 355_556) == 1_000_001
                || conditioner.sourceFrame(ofConditioned: 355_556) == 1_000_002)
        var output = SampleBlock(firstFrame: 0, leadCount: 1, values: [])
        conditioner.consume(
            SampleBlock(firstFrame: 1_000_001, leadCount: 1, values: Array(repeating: 4, count: 720)), into: &output)
        #expect(output.firstFrame == 355_556)
        #expect(output.values.allSatisfy { abs($0) < 1e-3 })
        #expect(conditioner.conditionedPosition(ofSource: 720) == 256)
    }

    @Test func state_encodedAndDecoded_goesOnIdentically() throws {
        let whole = stream(rate: 360, seconds: 6, leads: [{ Float(sin($0 * 11)) }])
        let parts = pieces(of: whole, size: 1000)
        var conditioner = Conditioner(sampleRate: 360, leadCount: 1)
        var output = SampleBlock(firstFrame: 0, leadCount: 1, values: [])
        conditioner.consume(parts[0], into: &output)
        var restored = try JSONDecoder().decode(Conditioner.self, from: JSONEncoder().encode(conditioner))
        var again = output
        conditioner.consume(parts[1], into: &output)
        restored.consume(parts[1], into: &again)
        #expect(output == again)
    }
}
