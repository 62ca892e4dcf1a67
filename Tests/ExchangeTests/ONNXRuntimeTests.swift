import Conditioning
import Detection
import Extraction
import Foundation
import Inference
import Signal
import Testing
import WFDB

@testable import Exchange

private let record =
    (ProcessInfo.processInfo.environment["BEATD_DATA"] ?? "../shared/data") + "/mitdb/208"

@Suite(.enabled(if: Python.path != nil, Python.reason))
struct ONNXRuntimeTests {
    @Test func model_everyLayer_givesTheSameValues() throws {
        let (graph, weights) = try LayerZoo.make()
        let differences = try ONNXRuntime.differences(graph, weights, batch: 3, fill: LayerZoo.fill)
        #expect(differences.values.allSatisfy { $0 < 1e-4 }, "\(differences)")
    }

    @Test(
        .enabled(if: FileManager.default.fileExists(atPath: record + ".dat"), "the recordings are not there"),
        arguments: ["shipped"] + ModelRegistry.entries.map(\.name))
    func model_onThousandRealBeats_givesTheSameProbabilities(name: String) throws {
        let model =
            if let entry = ModelRegistry.entry(named: name) {
                try BeatModel(untrained: entry)
            } else {
                try BeatModel(path: BeatModel.defaultPath())
            }
        let beats = try beats(count: 1000, window: model.window)
        #expect(beats.count == 1000)
        let picture = BeatPicture(window: model.window)
        for (member, tensors) in zip(model.ensemble.experts, model.weights) {
            let graph = try member.expert.streamingGraph(window: model.window)
            var weights = try Weights(graph: graph, tensors: tensors)
            let fill = { (name: String, place: UnsafeMutableBufferPointer<Float>, beats: ArraySlice<Beat>) in
                try self.fill(name, place, beats, picture, member.expert)
            }
            if name != "shipped" { weights = try calibrated(graph, weights, beats, fill) }
            let differences = try ONNXRuntime.differences(graph, weights, batch: beats.count) {
                try fill($0, $1, beats[...])
            }
            #expect(differences.values.allSatisfy { $0 < 1e-4 }, "\(member.name): \(differences)")
            print("\(name), \(member.name): largest differences to ONNX Runtime \(differences)")
        }
    }

    /// Random weights with the batch norm statistics of real beats: values as large as in a trained network.
    private func calibrated(
        _ graph: Graph, _ weights: Weights, _ beats: [Beat],
        _ fill: (String, UnsafeMutableBufferPointer<Float>, ArraySlice<Beat>) throws -> Void
    ) throws -> Weights {
        let batch = 20
        let executor = try TrainingExecutor(graph: graph, batchSize: batch, weights: weights)
        for step in 0..<30 {
            for input in graph.inputs {
                let name = graph.nodes[input].name
                try executor.withInput(name) { try fill(name, $0, beats[step * batch..<(step + 1) * batch]) }
            }
            executor.forward(training: true)
        }
        return executor.weights
    }

    private func fill(
        _ name: String, _ place: UnsafeMutableBufferPointer<Float>, _ beats: ArraySlice<Beat>,
        _ picture: BeatPicture, _ expert: Expert
    ) throws {
        let size = place.count / beats.count
        var scalogram: Scalogram?
        if case .vision(_, let configuration) = expert.encoder { scalogram = try Scalogram(configuration) }
        for (row, beat) in beats.enumerated() {
            let part = UnsafeMutableBufferPointer(rebasing: place[row * size..<(row + 1) * size])
            switch name {
            case Expert.Port.context:
                for (index, value) in beat.context.enumerated() { part[index] = value }
                expert.scaling.apply(to: part)
            case Expert.Port.picture:
                beat.window.withUnsafeBufferPointer { window in
                    beat.template.withUnsafeBufferPointer { template in
                        guard let scalogram else { return picture.writeSignal(window, template, into: part) }
                        var waveform = [Float](repeating: 0, count: window.count)
                        waveform.withUnsafeMutableBufferPointer { picture.writeWaveform(window, template, into: $0) }
                        for (index, pixel) in scalogram.picture(of: waveform).enumerated() { part[index] = pixel }
                    }
                }
            default: LayerZoo.fill(name, part)  // a state
            }
        }
    }

    private func beats(count: Int, window: BeatWindow) throws -> [Beat] {
        let reader = try RecordReader(path: record)
        let leads = reader.signals.map(\.description)
        var conditioner = Conditioner(
            sampleRate: reader.frameRate, leadCount: leads.count, modelRate: window.rate)
        var detector = PanTompkins(sampleRate: reader.frameRate, leadCount: leads.count)
        var extractor = BeatExtractor(
            sampleRate: reader.frameRate, leads: leads, lookAhead: conditioner.lookAhead, window: window)
        var block = SampleBlock(firstFrame: 0, leadCount: leads.count, values: [])
        var conditioned = block
        var beats: [Beat] = []
        while beats.count < count, try reader.read(into: &block.values, maxFrames: 4096) > 0 {
            var peaks: [RPeak] = []
            detector.consume(block) { peaks.append($0) }
            conditioner.consume(block, into: &conditioned)
            extractor.consume(conditioned, peaks: peaks, through: block.endFrame) { beats.append($0) }
            block.firstFrame = block.endFrame
        }
        return Array(beats.prefix(count))
    }
}
