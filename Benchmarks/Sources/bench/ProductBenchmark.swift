import CKernels
import Inference

/// Times the matrix kernel beside OpenBLAS on the shapes of the networks, weights packed beforehand, one thread.
enum ProductBenchmark {
    /// Rows, columns, depth.
    private static let shapes = [
        (256, 32, 39 * 32), (256, 32, 19 * 32), (256, 32, 9 * 32), (256, 32, 128), (256, 128, 128), (104, 8, 21 * 16),
        (104, 16, 32), (1024, 96, 16), (256, 144, 24), (256, 24, 144), (64, 240, 40), (16, 480, 80), (16, 112, 672),
        (4, 1152, 192), (4, 192, 1152), (4, 1280, 320), (128, 1280, 320), (1, 48, 96), (32, 144, 48),
        (1024, 1024, 1024),
    ]

    static func run() throws {
        let blas = try BLAS.loaded()
        for (rows, columns, depth) in shapes {
            let (a, b) = (noise(rows * depth, seed: 1), noise(depth * columns, seed: 2))
            var packed = [Float](repeating: 0, count: Int(ck_packed_count(Int64(depth), Int64(columns))))
            ck_pack(Int64(depth), Int64(columns), b, Int64(columns), 1, &packed)
            var c = [Float](repeating: 0, count: rows * columns)
            let own = multiply(rows, columns, depth, a, packed, &c)
            let other = Clock.median(seconds: 0.2) {
                for _ in 0..<10 {
                    blas.gemm(m: rows, n: columns, k: depth, a: a, lda: depth, b: b, ldb: columns, c: &c, ldc: columns)
                }
            }
            let operations = 2 * Double(rows * columns * depth)
            report([
                ("what", "product"), ("rows", rows), ("columns", columns), ("depth", depth),
                ("gflops", operations / own * 10), ("openblas_gflops", operations / other * 10),
                ("openblas_kernels", blas.kernels),
            ])
        }
    }

    private static func multiply(
        _ rows: Int, _ columns: Int, _ depth: Int, _ a: [Float], _ packed: [Float], _ c: inout [Float]
    ) -> Double {
        a.withUnsafeBufferPointer { a in
            packed.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { c in
                    var arguments = ck_gemm_arguments()
                    arguments.groups = 1
                    arguments.rows = Int64(rows)
                    arguments.columns = Int64(columns)
                    arguments.segments = 1
                    arguments.depth = Int64(depth)
                    arguments.a = a.baseAddress
                    arguments.a_row = Int64(depth)
                    arguments.a_depth = 1
                    arguments.b = b.baseAddress
                    arguments.c = c.baseAddress
                    arguments.c_row = Int64(columns)
                    return Clock.median(seconds: 0.2) { for _ in 0..<10 { ck_gemm(&arguments) } }
                }
            }
        }
    }
}
