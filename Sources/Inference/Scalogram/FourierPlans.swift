internal import CFFTW
internal import Synchronization

/// The two FFTW plans of a scalogram: one real transform of a window, and one batch of complex inverse transforms.
///
/// FFTW's planner keeps state and may run in one thread at a time, so every call of it is under one lock; executing a plan on
/// other arrays needs none. Plans are estimated, not measured: measuring may choose another algorithm at each start, and
/// then the last bit of a result would differ from run to run.
///
/// Unchecked: both plans are constants that FFTW only reads.
final class FourierPlans: @unchecked Sendable {
    private static let planner = Mutex(())

    /// Points of the forward transform.
    let length: Int
    /// Points of each inverse transform.
    let folded: Int
    private let forward: fftwf_plan
    private let inverse: fftwf_plan

    init(length: Int, folded: Int, batch: Int) throws(ScalogramError) {
        self.length = length
        self.folded = folded
        let memory = FourierMemory(length: length, folded: folded, batch: batch)
        var forward: fftwf_plan?
        var inverse: fftwf_plan?
        var points = Int32(folded)
        Self.planner.withLock { _ in
            forward = fftwf_plan_dft_r2c_1d(Int32(length), memory.signal, memory.spectrum, FFTW_ESTIMATE)
            inverse = fftwf_plan_many_dft(
                1, &points, Int32(batch), memory.bands, nil, 1, points, memory.waves, nil, 1, points, FFTW_BACKWARD,
                FFTW_ESTIMATE | FFTW_DESTROY_INPUT)
        }
        guard let forward else {
            if let inverse { Self.planner.withLock { _ in fftwf_destroy_plan(inverse) } }
            throw .plan(length: length)
        }
        guard let inverse else {
            Self.planner.withLock { _ in fftwf_destroy_plan(forward) }
            throw .plan(length: folded)
        }
        self.forward = forward
        self.inverse = inverse
    }

    deinit {
        Self.planner.withLock { _ in
            fftwf_destroy_plan(forward)
            fftwf_destroy_plan(inverse)
        }
    }

    /// The spectrum of `memory.signal` to `memory.spectrum`.
    func transform(_ memory: FourierMemory) { fftwf_execute_dft_r2c(forward, memory.signal, memory.spectrum) }

    /// The waves of `memory.bands` to `memory.waves`, not divided by their number of points.
    func invert(_ memory: FourierMemory) { fftwf_execute_dft(inverse, memory.bands, memory.waves) }
}

/// The arrays of one execution, aligned as FFTW's vectors want it.
final class FourierMemory {
    /// `length` samples.
    let signal: UnsafeMutablePointer<Float>
    /// `length / 2 + 1` bins.
    let spectrum: UnsafeMutablePointer<fftwf_complex>
    /// (batch, folded) bins.
    let bands: UnsafeMutablePointer<fftwf_complex>
    /// (batch, folded) samples.
    let waves: UnsafeMutablePointer<fftwf_complex>

    init(length: Int, folded: Int, batch: Int) {
        signal = Self.allocate(length)
        spectrum = Self.allocate(length / 2 + 1)
        bands = Self.allocate(batch * folded)
        waves = Self.allocate(batch * folded)
    }

    deinit {
        for pointer in [UnsafeMutableRawPointer(signal), .init(spectrum), .init(bands), .init(waves)] {
            pointer.deallocate()
        }
    }

    private static func allocate<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        let bytes = count * MemoryLayout<Element>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return raw.assumingMemoryBound(to: Element.self)
    }
}
