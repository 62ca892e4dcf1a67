import Extraction
import Foundation
import Signal

/// One expert compiled for inference: shared by all callers.
struct ExpertPlan: Sendable {
    let expert: Expert
    let window: BeatWindow
    let plan: InferencePlan
    let scalogram: Scalogram?

    init(expert: Expert, window: BeatWindow, weights: [String: Tensor], maximumBatch: Int) throws {
        self.expert = expert
        self.window = window
        if case .vision(_, let configuration) = expert.encoder {
            scalogram = try Scalogram(configuration)
        } else {
            scalogram = nil
        }
        let graph = try expert.streamingGraph(window: window)
        plan = try InferencePlan(graph, Weights(graph: graph, tensors: weights), maximumBatch: maximumBatch)
    }
}

/// Runs one expert on batches of beats, one beat of each of several streams at a time.
///
/// Not for several callers at a time.
final class ExpertRunner {
    private let expert: Expert
    private let picture: BeatPicture
    private let scalogram: (transform: Scalogram, workspace: Scalogram.Workspace)?
    private let plan: InferencePlan
    private let workspace: PlanWorkspace
    private var waveform: [Float]

    /// Takes the memory for one caller.
    init(_ compiled: ExpertPlan) {
        expert = compiled.expert
        plan = compiled.plan
        workspace = plan.makeWorkspace()
        picture = BeatPicture(window: compiled.window)
        waveform = [Float](repeating: 0, count: LeadSelection.count * compiled.window.length)
        scalogram = compiled.scalogram.map { ($0, $0.makeWorkspace()) }
    }

    /// Log probabilities of every beat, and the state of each stream after it.
    func judge(_ beats: ArraySlice<Beat>, states: [[Float]]) -> (votes: [[Float]], states: [[Float]]) {
        precondition(beats.count == states.count, "one state per beat")
        var votes: [[Float]] = []
        var after: [[Float]] = []
        var start = beats.startIndex
        while start < beats.endIndex {
            let end = min(start + plan.maximumBatch, beats.endIndex)
            let offset = start - beats.startIndex
            run(beats[start..<end], states: states[offset..<offset + end - start], &votes, &after)
            start = end
        }
        return (votes, after)
    }

    private func run(
        _ beats: ArraySlice<Beat>, states: ArraySlice<[Float]>, _ votes: inout [[Float]], _ after: inout [[Float]]
    ) {
        if let contexts = workspace.input(Expert.Port.context) {
            for (row, beat) in beats.enumerated() {
                let part = row * ContextFeature.count..<(row + 1) * ContextFeature.count
                let context = UnsafeMutableBufferPointer(rebasing: contexts[part])
                for (index, value) in beat.context.enumerated() { context[index] = value }
                expert.scaling.apply(to: context)
            }
        }
        if let pictures = workspace.input(Expert.Port.picture) {
            let size = pictures.count / plan.maximumBatch
            for (row, beat) in beats.enumerated() {
                draw(beat, into: UnsafeMutableBufferPointer(rebasing: pictures[row * size..<(row + 1) * size]))
            }
        }
        let width = expert.head.recurrent
        if let place = workspace.input(Expert.Port.state) {
            for (row, state) in states.enumerated() {
                for index in 0..<width { place[row * width + index] = state[index] }
            }
        }
        plan.run(batch: beats.count, workspace)
        if let logits = workspace.output(Expert.Port.logits) {
            for row in 0..<beats.count {
                let part = UnsafeBufferPointer(rebasing: logits[row * classCount..<(row + 1) * classCount])
                votes.append(vote(part))
            }
        }
        guard let next = workspace.output(Expert.Port.states) else {
            for _ in 0..<beats.count { after.append([]) }
            return
        }
        for row in 0..<beats.count { after.append(Array(next[row * width..<(row + 1) * width])) }
    }

    /// Log probabilities; an expert that does not tell S from N gives both the same.
    private func vote(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
        guard !expert.tellsSupraventricular else { return DualEnsemble.Fusion.logSoftmax(logits) }
        var shared = Array(logits)
        shared[BeatClass.supraventricular.rawValue] = shared[BeatClass.normal.rawValue]
        return shared.withUnsafeBufferPointer { DualEnsemble.Fusion.logSoftmax($0) }
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
