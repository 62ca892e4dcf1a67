import Conditioning
public import Scoring
import Signal
import WFDB

extension Waveform {
    /// The same at another rate in Hz, where it differs by more than a tenth (below that it is taken as it is).
    public func resampled(to rate: Double) -> Waveform {
        guard !(0.9...1.1).contains(sampleRate / rate) else { return self }
        var resampler = Resampler(from: sampleRate, to: rate, leadCount: leadCount)
        var output = SampleBlock(firstFrame: 0, leadCount: leadCount, values: [])
        var resampled: [Int32] = []
        var first = 0
        while first < frameCount {
            let end = min(frameCount, first + 4096)
            let values = self.values[first * leadCount..<end * leadCount].map {
                $0 == RecordReader.missingSample ? Float.nan : Float($0)
            }
            resampler.consume(
                SampleBlock(firstFrame: Int64(first), leadCount: leadCount, values: values), into: &output)
            resampled += output.values.map { $0.isNaN ? RecordReader.missingSample : Int32($0.rounded()) }
            first = end
        }
        return Waveform(sampleRate: rate, signals: signals, values: resampled)
    }
}
