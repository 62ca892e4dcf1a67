#if canImport(Glibc)
    import Glibc
#endif

/// Measures of one lead of a beat window.
enum Morphology {
    /// Largest minus smallest value, in the signal's unit.
    static func peakToPeak(_ samples: Slice<UnsafeBufferPointer<Float>>) -> Float {
        guard var low = samples.first else { return 0 }
        var high = low
        for value in samples {
            low = min(low, value)
            high = max(high, value)
        }
        return high - low
    }

    /// Effective width of the deflection: the sum of absolute slopes over the largest one, in samples.
    ///
    /// A complex whose
    /// slopes are spread over time is wide, whatever its amplitude and polarity.
    static func slopeWidth(_ samples: Slice<UnsafeBufferPointer<Float>>) -> Float {
        var sum: Float = 0
        var largest: Float = 0
        var index = samples.startIndex + 1
        while index < samples.endIndex {
            let slope = abs(samples[index] - samples[index - 1])
            sum += slope
            largest = max(largest, slope)
            index += 1
        }
        return largest > 0 ? sum / largest : 0
    }

    /// The value in the middle of the sorted ones, the upper of two; 0 without any.
    ///
    /// Found without sorting (Hoare, *Commun. ACM* 4:321, 1961).
    static func median(_ values: ArraySlice<Float>) -> Float {
        guard !values.isEmpty else { return 0 }
        var values = Array(values)
        let middle = values.count / 2
        return values.withUnsafeMutableBufferPointer { values in
            var (low, high) = (0, values.count - 1)
            while low < high {
                let pivot = values[middle]
                var (first, last) = (low, high)
                while first <= last {
                    while values[first] < pivot { first += 1 }
                    while values[last] > pivot { last -= 1 }
                    guard first <= last else { break }
                    values.swapAt(first, last)
                    first += 1
                    last -= 1
                }
                if last < middle { low = first }
                if first > middle { high = last }
            }
            return values[middle]
        }
    }

    /// How far a stretch with QRS complexes stands above its fast noise: 0 at 24 dB and less, 1 at 44 dB and more.
    ///
    /// Noise is the median absolute second difference of every third sample, as the standard deviation of white noise
    /// that would give it: half of the samples of a beat lie where a clean ECG is smooth. A dozen samples are the fewest to tell by.
    static func cleanness(_ samples: Slice<UnsafeBufferPointer<Float>>) -> Float {
        guard samples.count >= 12 else { return 1 }
        var bends: [Float] = []
        bends.reserveCapacity(samples.count / 3 + 1)
        for index in stride(from: samples.startIndex + 1, to: samples.endIndex - 1, by: 3) {
            bends.append(abs(samples[index - 1] - 2 * samples[index] + samples[index + 1]))
        }
        let noise = median(bends[...]) / (0.6745 * Float(6).squareRoot())
        let height = peakToPeak(samples)
        guard height > 0 else { return 0 }
        guard noise > 0 else { return 1 }
        return min(max(log10f(height / noise) - 1.2, 0), 1)
    }

    /// Pearson correlation of `count` samples; 0 where either is constant.
    static func correlation(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        var sums = CorrelationSums()
        sums.add(a, b, count: count)
        return sums.correlation
    }
}

/// Sums from which a correlation over several leads follows; each lead has its own mean.
struct CorrelationSums {
    private var product: Float = 0
    private var squareA: Float = 0
    private var squareB: Float = 0

    mutating func add(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) {
        guard count > 0 else { return }
        var meanA: Float = 0
        var meanB: Float = 0
        for index in 0..<count {
            meanA += a[index]
            meanB += b[index]
        }
        meanA /= Float(count)
        meanB /= Float(count)
        for index in 0..<count {
            let x = a[index] - meanA
            let y = b[index] - meanB
            product += x * y
            squareA += x * x
            squareB += y * y
        }
    }

    var correlation: Float {
        let scale = (squareA * squareB).squareRoot()
        return scale > 1e-12 ? product / scale : 0
    }
}
