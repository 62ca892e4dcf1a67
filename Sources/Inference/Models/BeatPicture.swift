public import Extraction

/// Turns a beat into what an expert's encoder sees.
///
/// Every lead is divided by the peak-to-peak amplitude of the patient's template around the QRS complex (of the beat itself
/// while there is no template), so that gains and body sizes cancel while a beat that is larger than its neighbours stays
/// larger. Nothing is taken from the beat's future or from the record as a whole.
public struct BeatPicture: Sendable {
    /// Amplitude below which a lead is not enlarged any further, in mV.
    public static let floor: Float = 0.1
    /// Values are cut at this many template amplitudes.
    public static let bound: Float = 3

    /// The window that beats were cut to.
    public let window: BeatWindow
    private let qrs: Range<Int>

    /// Prepares for beats of a window.
    public init(window: BeatWindow) {
        self.window = window
        qrs = window.samples(from: -0.12, to: 0.18)
    }

    /// One factor per lead that brings mV to template amplitudes.
    ///
    /// `beat` and `template` are (leads, length).
    public func scales(
        _ beat: UnsafeBufferPointer<Float>, _ template: UnsafeBufferPointer<Float>
    ) -> (Float, Float) {
        func scale(_ lead: Int) -> Float {
            var height = amplitude(template, lead)
            if height == 0 { height = amplitude(beat, lead) }
            return 1 / max(height, Self.floor)
        }
        return (scale(0), scale(1))
    }

    private func amplitude(_ samples: UnsafeBufferPointer<Float>, _ lead: Int) -> Float {
        var low = Float.infinity
        var high = -Float.infinity
        for index in qrs {
            low = min(low, samples[lead * window.length + index])
            high = max(high, samples[lead * window.length + index])
        }
        return high - low
    }

    /// Writes (length, 6): waveform, template and difference of both leads, in template amplitudes.
    public func writeSignal(
        _ beat: UnsafeBufferPointer<Float>, _ template: UnsafeBufferPointer<Float>,
        into picture: UnsafeMutableBufferPointer<Float>
    ) {
        let length = window.length
        precondition(beat.count == LeadSelection.count * length && template.count == beat.count, "(leads, length)")
        precondition(picture.count == Expert.signalChannels * length, "(length, 6)")
        let (first, second) = scales(beat, template)
        for lead in 0..<LeadSelection.count {
            let scale = lead == 0 ? first : second
            for index in 0..<length {
                let wave = beat[lead * length + index] * scale
                let usual = template[lead * length + index] * scale
                let row = index * Expert.signalChannels + lead
                picture[row] = Self.bounded(wave)
                picture[row + LeadSelection.count] = Self.bounded(usual)
                picture[row + 2 * LeadSelection.count] = Self.bounded(wave - usual)
            }
        }
    }

    /// Writes (leads, length): the waveform in template amplitudes, for the scalogram.
    public func writeWaveform(
        _ beat: UnsafeBufferPointer<Float>, _ template: UnsafeBufferPointer<Float>,
        into waveform: UnsafeMutableBufferPointer<Float>
    ) {
        let length = window.length
        precondition(beat.count == LeadSelection.count * length && waveform.count == beat.count, "(leads, length)")
        let (first, second) = scales(beat, template)
        for index in 0..<length {
            waveform[index] = Self.bounded(beat[index] * first)
            waveform[length + index] = Self.bounded(beat[length + index] * second)
        }
    }

    private static func bounded(_ value: Float) -> Float { min(max(value, -bound), bound) }
}
