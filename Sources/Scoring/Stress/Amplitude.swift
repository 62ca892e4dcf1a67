import WFDB

extension Waveform {
    /// Measurements that are averaged at most, per lead.
    private static let measurementLimit = 300

    /// Peak-to-peak amplitude of normal beats in ADC units, one value per lead; nil without such beats.
    ///
    /// The range within 50 ms of the first 300 beats that are neither ventricular nor fusion, averaged without the
    /// lowest and highest twentieth, as WFDB's `sigamp` measures a signal.
    func beatAmplitude(at annotations: [Annotation]) -> [Double]? {
        let reach = Int(0.05 * sampleRate + 0.5)
        var measured = [[Double]](repeating: [], count: leadCount)
        for annotation in annotations where Self.isNormal(annotation.code) {
            guard measured[0].count < Self.measurementLimit else { break }
            let beat = annotation.sample
            guard beat >= reach, beat < Int64(frameCount - reach) else { continue }
            for lead in 0..<leadCount {
                let window = (Int(beat) - reach...Int(beat) + reach).map { values[$0 * leadCount + lead] }
                    .filter { $0 != RecordReader.missingSample }
                guard let low = window.min(), let high = window.max() else { continue }
                measured[lead].append(Double(high) - Double(low))
            }
        }
        return measured.contains(where: \.isEmpty) ? nil : measured.map(Self.trimmedMean)
    }

    /// Root mean square amplitude around the mean of each second in ADC units, one value per lead.
    ///
    /// Of the first 300 seconds, averaged without the lowest and highest twentieth, as WFDB's `sigamp` measures noise.
    func noiseAmplitude() -> [Double] {
        let length = max(1, Int(sampleRate + 0.5))
        let count = min(Self.measurementLimit, frameCount / length)
        return (0..<leadCount).map { lead in
            Self.trimmedMean(
                (0..<count).compactMap { second in
                    let window = (second * length..<(second + 1) * length).map { values[$0 * leadCount + lead] }
                        .filter { $0 != RecordReader.missingSample }.map(Double.init)
                    guard !window.isEmpty else { return nil }
                    let mean = window.reduce(0, +) / Double(window.count)
                    // Deviations are cut to whole units, as they are there.
                    let squares = window.reduce(0) { sum, value in
                        let deviation = (value - mean).rounded(.towardZero)
                        return sum + deviation * deviation
                    }
                    return (squares / Double(window.count)).squareRoot()
                })
        }
    }

    private static func trimmedMean(_ values: [Double]) -> Double {
        let trimmed = values.count / 20
        let kept = values.sorted()[trimmed..<values.count - trimmed]
        return kept.isEmpty ? 0 : kept.reduce(0, +) / Double(kept.count)
    }

    /// Beats that `map1` of `ecgmap.h` calls normal: all but ventricular, fusion and learning ones.
    private static func isNormal(_ code: AnnotationCode) -> Bool {
        switch code {
        case .pvc, .rOnT, .ventricularEscape, .fusion, .learning, .flutterWave: false
        default: code.isQRS
        }
    }
}
