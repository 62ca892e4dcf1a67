import Extraction
import Foundation

/// Runs one expert on batches of beats, one beat of each of several streams at a time.
///
/// Not for several callers at a time.
final class ExpertRunner {
    private let expert: Expert
    private let picture: BeatPicture
    private let scalogram: (transform: Scalogram, workspace: Scalogram.Workspace)?
    private let executor: TrainingExecutor
    private let batchSize: Int
    private var waveform: [Float]

    init(expert: Expert, window: BeatWindow, weights: [String: Tensor], batchSize: Int) throws {
        self.expert = expert
        self.batchSize = batchSize
        picture = BeatPicture(window: window)
        waveform = [Float](repeating: 0, count: LeadSelection.count * window.length)
        if case .vision(_, let configuration) = expert.encoder {
            let transform = try Scalogram(configuration)
            scalogram = (transform, transform.makeWorkspace())
        } else {
            scalogram = nil
        }
        let graph = try expert.streamingGraph(window: window)
        executor = try TrainingExecutor(
            graph: graph, batchSize: batchSize, weights: Weights(graph: graph, tensors: weights),
            pool: WorkerPool(threads: 1))
    }

    /// Log probabilities of every beat, and the state of each stream after it.
    func judge(_ beats: ArraySlice<Beat>, states: [[Float]]) throws -> (votes: [[Float]], states: [[Float]]) {
        precondition(beats.count == states.count, "one state per beat")
        var votes: [[Float]] = []
        var after: [[Float]] = []
        var start = beats.startIndex
        while start < beats.endIndex {
            let end = min(start + batchSize, beats.endIndex)
            let offset = start - beats.startIndex
            try run(beats[start..<end], states: states[offset..<offset + end - start], &votes, &after)
            start = end
        }
        return (votes, after)
    }

    private func run(
        _ beats: ArraySlice<Beat>, states: ArraySlice<[Float]>, _ votes: inout [[Float]], _ after: inout [[Float]]
    ) throws {
        executor.batch = beats.count
        try executor.withInput(Expert.Port.context) { place in
            for (row, beat) in beats.enumerated() {
                let part = row * ContextFeature.count..<(row + 1) * ContextFeature.count
                let context = UnsafeMutableBufferPointer(rebasing: place[part])
                for (index, value) in beat.context.enumerated() { context[index] = value }
                expert.scaling.apply(to: context)
            }
        }
        if case .timing = expert.encoder {
        } else {
            try executor.withInput(Expert.Port.picture) { place in
                let size = place.count / batchSize
                for (row, beat) in beats.enumerated() {
                    draw(beat, into: UnsafeMutableBufferPointer(rebasing: place[row * size..<(row + 1) * size]))
                }
            }
        }
        let width = expert.head.recurrent
        if width > 0 {
            try executor.withInput(Expert.Port.state) { place in
                for (row, state) in states.enumerated() {
                    for index in 0..<width { place[row * width + index] = state[index] }
                }
            }
        }
        executor.forward(training: false)
        let logits = try executor.output(Expert.Port.logits)
        logits.withUnsafeBufferPointer { logits in
            for row in 0..<beats.count {
                let part = UnsafeBufferPointer(rebasing: logits[row * classCount..<(row + 1) * classCount])
                votes.append(DualEnsemble.Fusion.logSoftmax(part))
            }
        }
        let next = width > 0 ? try executor.output(Expert.Port.states) : []
        for row in 0..<beats.count { after.append(Array(next[row * width..<(row + 1) * width])) }
    }

    private func draw(_ beat: Beat, into pixels: UnsafeMutableBufferPointer<Float>) {
        beat.window.withUnsafeBufferPointer { window in
            beat.template.withUnsafeBufferPointer { template in
                guard let scalogram else {
                    picture.writeSignal(window, template, into: pixels)
                    return
                }
                waveform.withUnsafeMutableBufferPointer { picture.writeWaveform(window, template, into: $0) }
                waveform.withUnsafeBufferPointer {
                    scalogram.transform.transform($0, into: pixels, workspace: scalogram.workspace)
                }
            }
        }
    }
}
