import Conditioning
import Foundation
import Signal
import WFDB

/// Electrode motion, muscle and baseline noise of the MIT-BIH Noise Stress Test Database, as the networks would see it.
///
/// Moody, Muldrow & Mark, *A noise stress test for arrhythmia detectors*, Comput. Cardiol. 11 (1984) 381-384. Every lead
/// of every record has gone through the conditioner and has a root mean square of 1.
public struct NoiseLibrary: Sendable {
    private var tracks: [[Float]] = []

    /// Reads the noise records of `folder/nstdb`; nil where there are none.
    public init?(folder: String, rate: Double) {
        for name in ["bw", "ma", "em"] {
            guard let reader = try? RecordReader(path: folder + "/nstdb/" + name) else { continue }
            append(reader, rate: rate)
        }
        if tracks.isEmpty { return nil }
    }

    private mutating func append(_ reader: RecordReader, rate: Double) {
        let leadCount = reader.valuesPerFrame
        var conditioner = Conditioner(sampleRate: reader.frameRate, leadCount: leadCount, modelRate: rate)
        var block = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var conditioned = block
        var found = [[Float]](repeating: [], count: leadCount)
        while let count = try? reader.read(into: &block.values, maxFrames: 4096), count > 0 {
            conditioner.consume(block, into: &conditioned)
            for frame in 0..<conditioned.frameCount {
                for lead in 0..<leadCount {
                    let value = conditioned[frame: frame, lead: lead]
                    found[lead].append(value.isFinite ? value : 0)
                }
            }
            block.firstFrame = block.endFrame
        }
        for track in found where track.count > 1000 {
            let power = track.reduce(0) { $0 + $1 * $1 } / Float(track.count)
            guard power > 0 else { continue }
            tracks.append(track.map { $0 / power.squareRoot() })
        }
    }

    /// Noise for both leads, from places that random bits choose.
    func segment(_ bits: UInt64) -> Segment {
        let count = UInt64(tracks.count)
        let first = Int(bits % count)
        let second = Int((bits >> 8) % count)
        return Segment(
            tracks: (tracks[first], tracks[second]), start: Int((bits >> 16) % UInt64(tracks[first].count)))
    }

    /// Two stretches of noise.
    struct Segment {
        let tracks: ([Float], [Float])
        let start: Int

        func value(lead: Int, at index: Int) -> Float {
            lead == 0
                ? tracks.0[(start + index) % tracks.0.count] : tracks.1[(start + index) % tracks.1.count]
        }
    }
}
