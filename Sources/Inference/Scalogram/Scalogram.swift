internal import CFFTW
internal import CKernels
internal import Foundation

/// The continuous wavelet transform of a beat's window as a picture: frequencies by times by leads.
///
///     let scalogram = try Scalogram(ScalogramConfiguration())
///     let picture = scalogram.picture(of: beat.window)      // (64, 64, 2)
///
/// Complex Morlet wavelets (Morlet et al. 1982; Torrence & Compo, *Bull. Amer. Meteor. Soc.* 79 (1998) 61-78), normalised so
/// that a sine of amplitude A gives |W| = A at its frequency on every scale. The window is continued by its mirror image
/// (so no step appears at its ends), transformed once per lead, and multiplied by the Gaussian band of each wavelet. A band
/// need not be transformed back at the full rate: folding its spectrum to `F` bins and transforming those gives exactly
/// every (2·length/F)-th coefficient, also where that step is no whole number of samples.
///
/// Input `(leads, length)`, output `(scales, times, leads)`: high frequencies first, leads last. Plans are made once; a call
/// allocates nothing, takes no lock, and any number of threads may call with a workspace each.
///
/// It does not subtract a mean: a constant gives (almost) zeros. Frequencies whose wavelet is longer than the window see the
/// window's mirror images.
public struct Scalogram: Sendable {
    /// Memory for one call at a time.
    public final class Workspace {
        fileprivate let memory: FourierMemory
        fileprivate init(_ memory: FourierMemory) { self.memory = memory }
    }

    private struct Band: Sendable {
        /// First bin.
        let first: Int
        /// Its weights in `weights`.
        let weights: Range<Int>
    }

    /// Size and axes.
    public let configuration: ScalogramConfiguration
    private let plans: FourierPlans
    private let bands: [Band]
    private let weights: [Float]

    /// Plans the transforms; about a millisecond.
    public init(_ configuration: ScalogramConfiguration) throws(ScalogramError) {
        try configuration.validate()
        self.configuration = configuration
        let length = 2 * configuration.length
        plans = try FourierPlans(length: length, folded: 2 * configuration.times, batch: configuration.scales)
        var bands: [Band] = []
        var weights: [Float] = []
        for row in 0..<configuration.scales {
            let centre = configuration.frequency(ofRow: row) * Double(length) / configuration.rate
            // e^(-x²/2) is below single precision's rounding 5.8 standard deviations out.
            let reach = 5.8 * centre / configuration.cycles
            let first = max(1, Int((centre - reach).rounded(.up)))
            let last = min(length / 2 - 1, Int((centre + reach).rounded(.down)))
            let start = weights.count
            for bin in first...max(first, last) {
                let x = configuration.cycles * (Double(bin) / centre - 1)
                weights.append(Float(2 / Double(length) * exp(-x * x / 2)))
            }
            bands.append(Band(first: first, weights: start..<weights.count))
        }
        self.bands = bands
        self.weights = weights
    }

    /// Memory for one thread.
    public func makeWorkspace() -> Workspace {
        Workspace(
            FourierMemory(
                length: 2 * configuration.length, folded: 2 * configuration.times, batch: configuration.scales))
    }

    /// The picture `(scales, times, leads)` of a window `(leads, length)`.
    public func transform(
        _ window: UnsafeBufferPointer<Float>, into picture: UnsafeMutableBufferPointer<Float>, workspace: Workspace
    ) {
        precondition(window.count == configuration.leads * configuration.length, "the window is not (leads, length)")
        precondition(picture.count == configuration.count, "the picture is not (scales, times, leads)")
        guard let samples = window.baseAddress, let pixels = picture.baseAddress else { return }
        for lead in 0..<configuration.leads {
            transform(samples + lead * configuration.length, workspace.memory)
            for row in 0..<configuration.scales {
                ck_magnitude(
                    Int64(configuration.times), Self.floats(workspace.memory.waves + row * plans.folded),
                    configuration.gain, configuration.pixel == .logarithm ? 1 : 0,
                    pixels + row * configuration.times * configuration.leads + lead, Int64(configuration.leads))
            }
        }
    }

    /// The picture of a window, as an array; allocates.
    public func picture(of window: [Float]) -> [Float] {
        let workspace = makeWorkspace()
        return [Float](unsafeUninitializedCapacity: configuration.count) { pixels, count in
            let all = UnsafeMutableBufferPointer(rebasing: pixels[..<configuration.count])
            all.initialize(repeating: 0)
            window.withUnsafeBufferPointer { transform($0, into: all, workspace: workspace) }
            count = configuration.count
        }
    }

    private func transform(_ samples: UnsafePointer<Float>, _ memory: FourierMemory) {
        let length = configuration.length
        for index in 0..<length {
            memory.signal[index] = samples[index]
            memory.signal[2 * length - 1 - index] = samples[index]
        }
        plans.transform(memory)
        memory.bands.update(repeating: fftwf_complex(0, 0), count: bands.count * plans.folded)
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            for row in bands.indices { fold(bands[row], weights, memory, memory.bands + row * plans.folded) }
        }
        plans.invert(memory)
    }

    /// Adds each weighted bin of the band to the bin that it is modulo the folded length.
    private func fold(
        _ band: Band, _ weights: UnsafePointer<Float>, _ memory: FourierMemory,
        _ target: UnsafeMutablePointer<fftwf_complex>
    ) {
        var bin = band.first
        var weight = band.weights.lowerBound
        while weight < band.weights.upperBound {
            let place = bin % plans.folded
            let count = min(plans.folded - place, band.weights.upperBound - weight)
            ck_complex_scale_add(
                Int64(count), Self.floats(memory.spectrum + bin), weights + weight, Self.floats(target + place))
            bin += count
            weight += count
        }
    }

    private static func floats(_ complex: UnsafeMutablePointer<fftwf_complex>) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(complex).assumingMemoryBound(to: Float.self)
    }
}
