import Foundation
import ProgramRunner
import WFDB

/// A fixture record as a sender would send it.
struct FixtureStream {
    let name: String
    let header: Data
    let samples: Data

    /// Reads the record and writes its ADC values as `s16le`.
    init(_ name: String) throws {
        self.name = name
        let reader = try RecordReader(path: Program.fixtures.appending(path: name).path)
        let gain = reader.signals[0].gain
        let baseline = reader.signals[0].baseline
        precondition(
            reader.signals.allSatisfy { $0.gain == gain && $0.baseline == baseline }, "one gain for all leads")
        let leads = reader.signals.map { "\"\($0.description)\"" }.joined(separator: ",")
        header = Data(
            """
            {"type":"stream","schema":"beatd-samples/1","stream":"\(name)","sample_rate_hz":\(reader.frameRate),\
            "leads":[\(leads)],"encoding":"s16le","gain_adu_per_mv":\(gain),"baseline_adu":\(baseline)}

            """.utf8)
        var samples = Data()
        var block: [Int32] = []
        while try reader.readRaw(into: &block, maxFrames: 4096) > 0 {
            for value in block {
                let sample = value == RecordReader.missingSample ? Int16.min : Int16(clamping: value)
                withUnsafeBytes(of: sample.littleEndian) { samples.append(contentsOf: $0) }
            }
        }
        self.samples = samples
    }

    /// Header and samples.
    var bytes: Data { header + samples }
}

/// Flags that make two runs print the same bytes.
enum GoldenRun {
    static let flags = [
        "--model", Program.packageRoot.appending(path: "models/default.safetensors").path, "--start-time",
        "2026-01-01T00:00:00Z", "--no-latency", "--status-interval", "30",
    ]
}
