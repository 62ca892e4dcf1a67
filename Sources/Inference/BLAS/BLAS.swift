import CKernels
internal import COpenBLAS

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// OpenBLAS, loaded at run time with the kernels that suit this CPU and one thread.
///
///     let blas = try BLAS.loaded()
///     blas.gemm(m: 2, n: 3, k: 4, a: a, lda: 4, b: b, ldb: 3, c: c, ldc: 3)
///
/// OpenBLAS chooses its kernels when it is loaded, by CPU model; release 0.3.21 takes AVX-512 machines newer than itself for
/// Haswell and loses half their speed. Linking to it would load it before this process could say otherwise, so it is
/// opened here, after `OPENBLAS_CORETYPE` has been set by the features of the CPU (unless the user has set it). It gets
/// one thread: the parallelism is over batches and streams.
public struct BLAS: Sendable {
    private typealias Gemm =
        @convention(c) (
            CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, blasint, blasint, blasint, Float, UnsafePointer<Float>?,
            blasint,
            UnsafePointer<Float>?, blasint, Float, UnsafeMutablePointer<Float>?, blasint
        ) -> Void
    private typealias Gemv =
        @convention(c) (
            CBLAS_ORDER, CBLAS_TRANSPOSE, blasint, blasint, Float, UnsafePointer<Float>?, blasint,
            UnsafePointer<Float>?,
            blasint, Float, UnsafeMutablePointer<Float>?, blasint
        ) -> Void
    private typealias Name = @convention(c) () -> UnsafeMutablePointer<CChar>?

    private let sgemm: Gemm
    private let sgemv: Gemv
    /// The kernels in use, as OpenBLAS calls them ("SkylakeX", "Haswell", …).
    public let kernels: String

    private static let shared = Result { () throws(BLASError) in try BLAS() }

    /// The library, loaded by the first call.
    public static func loaded() throws(BLASError) -> BLAS { try shared.get() }

    private init() throws(BLASError) {
        if let core = Self.coreType { setenv("OPENBLAS_CORETYPE", core, 0) }
        setenv("OPENBLAS_NUM_THREADS", "1", 1)
        let names = ["libopenblas.so.0", "libopenblas.so"]
        for name in names {
            guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
            sgemm = unsafeBitCast(try Self.find("cblas_sgemm", in: library, named: name), to: Gemm.self)
            sgemv = unsafeBitCast(try Self.find("cblas_sgemv", in: library, named: name), to: Gemv.self)
            let core = unsafeBitCast(try Self.find("openblas_get_corename", in: library, named: name), to: Name.self)
            kernels = core().map { String(cString: $0) } ?? "unknown"
            return
        }
        throw .notFound(names: names, reason: dlerror().map { String(cString: $0) } ?? "no message")
    }

    private static func find(
        _ symbol: String, in library: UnsafeMutableRawPointer, named name: String
    ) throws(BLASError) -> UnsafeMutableRawPointer {
        guard let address = dlsym(library, symbol) else { throw .missingSymbol(symbol, library: name) }
        return address
    }

    /// The OpenBLAS name of the widest kernels this CPU can run, or nil to leave the choice to the library.
    static var coreType: String? {
        if ck_supported(CK_AVX512) != 0 { return "SkylakeX" }
        if ck_supported(CK_AVX2) != 0 { return "Haswell" }
        return nil
    }

    /// C (m, n) = alpha A (m, k) B (k, n) + beta C, row-major; a transposed operand is stored as its transpose.
    ///
    /// Strides between rows are given in floats. No bounds are checked.
    @inline(__always)
    public func gemm(
        transposeA: Bool = false, transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
        a: UnsafePointer<Float>, lda: Int, b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
        c: UnsafeMutablePointer<Float>, ldc: Int
    ) {
        sgemm(
            CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, blasint(m),
            blasint(n), blasint(k), alpha, a, blasint(lda), b, blasint(ldb), beta, c, blasint(ldc))
    }

    /// y = alpha A x + beta y, or with A transposed; A is (m, n) row-major.
    @inline(__always)
    public func gemv(
        transpose: Bool = false, m: Int, n: Int, alpha: Float = 1, a: UnsafePointer<Float>, lda: Int,
        x: UnsafePointer<Float>, beta: Float = 0, y: UnsafeMutablePointer<Float>
    ) {
        sgemv(
            CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), alpha, a, blasint(lda), x, 1,
            beta, y, 1)
    }
}
