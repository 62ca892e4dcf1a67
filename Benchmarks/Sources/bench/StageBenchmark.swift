import Detection
import Extraction
import Inference
import Signal
import WFDB

/// Times the stages before the networks.
enum StageBenchmark {
    /// The continuous wavelet transform of one beat, two leads.
    static func scalogram() throws {
        for configuration in [
            ScalogramConfiguration(), ScalogramConfiguration(scales: 24, times: 52, lowest: 1, highest: 40),
        ] {
            let scalogram = try Scalogram(configuration)
            let workspace = scalogram.makeWorkspace()
            let window = noise(configuration.leads * configuration.length, seed: 1)
            var picture = [Float](repeating: 0, count: configuration.count)
            let time = Clock.median {
                window.withUnsafeBufferPointer { window in
                    picture.withUnsafeMutableBufferPointer {
                        scalogram.transform(window, into: $0, workspace: workspace)
                    }
                }
            }
            report([
                ("what", "scalogram"), ("scales", configuration.scales), ("times", configuration.times),
                ("us", time * 1e-3),
            ])
        }
    }

    /// Detection alone and the whole front (detection, conditioning, extraction) on a record in memory.
    static func front(record: String) throws {
        let reader = try RecordReader(path: record)
        let leads = reader.signals.map(\.description)
        var values: [Float] = []
        var part: [Float] = []
        while try reader.read(into: &part, maxFrames: 65_536) > 0 { values += part }
        let whole = SampleBlock(firstFrame: 0, leadCount: leads.count, values: values)
        let blocks = cut(whole, frames: 360)
        var peaks = 0
        func detection(_ blocks: [SampleBlock], leadCount: Int, pacing: PacingWeights? = .fitted) -> Double {
            Clock.median {
                var detector = PanTompkins(sampleRate: reader.frameRate, leadCount: leadCount, pacing: pacing)
                peaks = 0
                for block in blocks { detector.consume(block) { _ in peaks += 1 } }
            }
        }
        let first = SampleBlock(
            firstFrame: 0, leadCount: 1, values: stride(from: 0, to: values.count, by: leads.count).map { values[$0] })
        let beatsAlone = detection(cut(first, frames: 360), leadCount: 1, pacing: nil)
        let oneLead = detection(cut(first, frames: 360), leadCount: 1)
        let allLeads = detection(blocks, leadCount: leads.count)
        var beats = 0
        let front = Clock.median {
            var stages = Front(rate: reader.frameRate, leads: leads)
            for block in blocks { stages.consume(block) }
            beats = stages.beats
        }
        let frames = Double(whole.frameCount)
        report([
            ("what", "front"), ("record", record), ("leads", leads.count), ("frames", whole.frameCount),
            ("beats_alone_ns_per_frame", beatsAlone / frames), ("one_lead_ns_per_frame", oneLead / frames),
            ("detection_ns_per_frame", allLeads / frames),
            ("front_ns_per_frame", front / frames), ("peaks", peaks), ("beats", beats),
        ])
    }

    private static func cut(_ whole: SampleBlock, frames: Int) -> [SampleBlock] {
        stride(from: 0, to: whole.frameCount, by: frames).map { first in
            let end = min(first + frames, whole.frameCount)
            return SampleBlock(
                firstFrame: Int64(first), leadCount: whole.leadCount,
                values: Array(whole.values[first * whole.leadCount..<end * whole.leadCount]))
        }
    }
}
