public import Extraction
public import Inference
import Signal

/// Fills a batch of sequences for one expert: pictures, contexts and labels.
public struct BatchAssembler: Sendable {
    private let dataset: BeatDataset
    private let encoder: Expert.Encoder
    private let scaling: ContextScaling
    private let tellsSupraventricular: Bool
    private let picture: BeatPicture
    private let scalogram: Scalogram?
    private let steps: Int
    private let augmentation: TrainingConfiguration.Augmentation?
    private let noise: NoiseLibrary?
    private let pool: WorkerPool

    /// Prepares to fill batches of `expert`; without augmentation beats are shown as the final stage sees them.
    ///
    /// Sequences are filled by the threads of `pool`.
    public init(
        dataset: BeatDataset, expert: Expert, window: BeatWindow, steps: Int,
        augmentation: TrainingConfiguration.Augmentation?, noise: NoiseLibrary?, pool: WorkerPool
    ) throws {
        self.dataset = dataset
        self.steps = steps
        self.augmentation = augmentation
        self.noise = noise
        self.pool = pool
        encoder = expert.encoder
        scaling = expert.scaling
        tellsSupraventricular = expert.tellsSupraventricular
        picture = BeatPicture(window: window)
        if case .vision(_, let configuration) = expert.encoder {
            scalogram = try Scalogram(configuration)
        } else {
            scalogram = nil
        }
    }

    /// Where a batch goes: the executor's inputs.
    public struct Places: @unchecked Sendable {
        // Unchecked: sequences write disjoint parts, and the assembler returns when all of them have.
        /// (batch, steps, …), empty for the timing expert.
        var pictures: UnsafeMutableBufferPointer<Float>
        /// (batch, steps, features).
        var contexts: UnsafeMutableBufferPointer<Float>
        /// (batch, steps).
        var labels: UnsafeMutableBufferPointer<Float>
    }

    /// Fills a batch; `random` belongs to the batch.
    ///
    /// Steps past the end of a sequence are zeros without a label.
    func fill(_ sequences: ArraySlice<SequenceSampler.Sequence>, into places: Places, random: CounterRandom) {
        let first = sequences.startIndex
        pool.run(sequences.count) { row, _ in
            fill(sequences[first + row], row: row, into: places, random: random.stream(UInt64(row)))
        }
    }

    private func fill(
        _ sequence: SequenceSampler.Sequence, row: Int, into places: Places, random: CounterRandom
    ) {
        let record = dataset.records[sequence.record]
        let variation = augmentation.map { BeatVariation($0, noise: noise, random: random) }
        let workspace = scalogram?.makeWorkspace()
        var waveform = [Float](repeating: 0, count: record.windowSize)
        let features = ContextFeature.count
        let pictureSize = places.pictures.count / max(places.labels.count, 1)
        for step in 0..<steps {
            let place = row * steps + step
            let context = UnsafeMutableBufferPointer(
                rebasing: places.contexts[place * features..<(place + 1) * features])
            let pixels = UnsafeMutableBufferPointer(
                rebasing: places.pictures[place * pictureSize..<(place + 1) * pictureSize])
            guard step < sequence.beats.count else {
                context.update(repeating: 0)
                pixels.update(repeating: 0)
                places.labels[place] = -1
                continue
            }
            let beat = sequence.beats.lowerBound + step
            places.labels[place] = label(record.labels[beat])
            let isProvisional = variation?.isProvisional(step) ?? false
            let source = isProvisional ? record.provisionalContexts : record.finalContexts
            for feature in 0..<features { context[feature] = source[beat * features + feature] }
            let samples = beat * record.windowSize..<(beat + 1) * record.windowSize
            var window = Array(record.windows[samples])
            var template = Array(record.templates[samples])
            variation?.apply(index: step, window: &window, template: &template, context: context)
            scaling.apply(to: context)
            variation?.addNoise(index: step, to: context)
            draw(window, template, waveform: &waveform, workspace: workspace, into: pixels)
        }
    }

    /// Class index for the loss, -1 where there is nothing to learn.
    private func label(_ label: BeatClass?) -> Float {
        guard let label else { return -1 }
        if label == .supraventricular, !tellsSupraventricular { return Float(BeatClass.normal.rawValue) }
        return Float(label.rawValue)
    }

    private func draw(
        _ window: [Float], _ template: [Float], waveform: inout [Float], workspace: Scalogram.Workspace?,
        into pixels: UnsafeMutableBufferPointer<Float>
    ) {
        window.withUnsafeBufferPointer { window in
            template.withUnsafeBufferPointer { template in
                switch encoder {
                case .timing, .trees: break
                case .signal: picture.writeSignal(window, template, into: pixels)
                case .vision:
                    guard let scalogram, let workspace else { return }
                    waveform.withUnsafeMutableBufferPointer { picture.writeWaveform(window, template, into: $0) }
                    waveform.withUnsafeBufferPointer {
                        scalogram.transform($0, into: pixels, workspace: workspace)
                    }
                }
            }
        }
    }
}
