import Foundation
import ProgramRunner
import WFDB

/// The samples of fixture records as bytes that a sender would send.
enum FixtureSamples {
    /// ADC values, interleaved, 16-bit little-endian.
    static func s16le(_ name: String) throws -> Data {
        let reader = try RecordReader(path: Program.fixtures.appending(path: name).path)
        var samples = Data()
        var block: [Int32] = []
        while try reader.readRaw(into: &block, maxFrames: 4096) > 0 {
            for value in block {
                let sample = value == RecordReader.missingSample ? Int16.min : Int16(clamping: value)
                withUnsafeBytes(of: sample.littleEndian) { samples.append(contentsOf: $0) }
            }
        }
        return samples
    }
}
