import Acquisition
import Foundation
import Inference
import Session
import Signal
import Testing

@testable import Ward

/// One stream and the scheduler's lines, without the threads of a ward.
@Suite struct PatientStreamTests {
    private static let rate = 250.0

    private func opened() throws -> (ward: Ward, stream: PatientStream, classifier: BeatClassifier) {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let model = try BeatModel(path: root.appending(path: "models/small.safetensors").path)
        let classifier = try BeatClassifier(model: model)
        let ward = Ward(
            configuration: SessionConfiguration(version: "test", model: "small"), classifier: classifier, sinks: [],
            threads: 1)
        let format = StreamFormat(stream: "bed", sampleRate: Self.rate, leads: ["II"])
        let stream = try #require(ward.open(StreamOpening(format: format, overrun: .wait)) as? PatientStream)
        return (ward, stream, classifier)
    }

    /// A second of signal with a narrow complex in its middle.
    private func second(_ number: Int) -> StreamItem {
        let values = (0..<Int(Self.rate)).map { Float(exp(-pow(Double($0) - 125, 2) / 16)) }
        return .block(SampleBlock(firstFrame: Int64(number) * Int64(Self.rate), leadCount: 1, values: values))
    }

    /// Takes the stream out of the line of those with samples.
    private func isInLine(_ ward: Ward, _ stream: PatientStream) -> Bool {
        guard !ward.isIdle, case .samples(let next) = ward.scheduler.next() else { return false }
        return next === stream
    }

    @Test func stream_givenUpWithSamplesLeft_staysOutOfTheLine() throws {
        let (ward, stream, _) = try opened()
        _ = stream.take(second(0))
        #expect(isInLine(ward, stream))
        stream.abandon("the model failed")
        stream.advance()
        #expect(ward.isIdle)
        stream.end(.senderLeft, rejections: Rejections())
        #expect(ward.isIdle)
    }

    @Test func stream_whoseVerdictsComeAsItsTurnEnds_isInTheLineOnce() throws {
        let (ward, stream, classifier) = try opened()
        var requests: [Session.Request] = []
        var isHeldBack = false
        for number in 0..<200 where !isHeldBack {
            _ = stream.take(second(number))
            // Its beats are judged by nobody yet.
            while case .beats? = ward.isIdle ? nil : ward.scheduler.next() {}
            isHeldBack = stream.workOff()
            requests += stream.takeRequests().requests
            if !isHeldBack { stream.leave(isHeldBack: false) }
        }
        #expect(isHeldBack && requests.count >= PatientStream.pendingLimit)
        _ = stream.take(second(1000))
        while !ward.isIdle { _ = ward.scheduler.next() }
        let verdict = Verdict(probabilities: [1, 0, 0, 0, 0], votes: [])
        stream.accept(requests.map { ($0.ticket, verdict) }, memory: classifier.initialState())
        stream.leave(isHeldBack: isHeldBack)
        #expect(isInLine(ward, stream))
        #expect(ward.isIdle)
    }
}
