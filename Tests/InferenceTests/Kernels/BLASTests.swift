import Foundation
import Testing

@testable import Inference

@Suite struct BLASTests {
    @Test func load_onThisMachine_usesTheWidestKernels_orThoseThatWereAskedFor() throws {
        let blas = try BLAS.loaded()
        // What the process was started with: loading sets the variable where it was not set.
        let variable = "OPENBLAS_CORETYPE="
        let environment = try String(contentsOfFile: "/proc/self/environ", encoding: .utf8).split(separator: "\0")
        let asked = environment.first { $0.hasPrefix(variable) }.map { String($0.dropFirst(variable.count)) }
        guard let core = asked ?? BLAS.coreType else { return }
        #expect(blas.kernels.lowercased() == core.lowercased())
    }

    @Test func gemm_bothTransposed_equalsNaiveSum() throws {
        let (m, n, k) = (7, 9, 11)
        let (a, b) = (values(k * m, seed: 1), values(n * k, seed: 2))
        var c = values(m * n, seed: 3)
        let expected = (0..<m * n).map { at -> Double in
            var sum = 0.5 * Double(c[at])
            for p in 0..<k { sum += 2 * Double(a[p * m + at / n]) * Double(b[(at % n) * k + p]) }
            return sum
        }
        try BLAS.loaded().gemm(
            transposeA: true, transposeB: true, m: m, n: n, k: k, alpha: 2, a: a, lda: m, b: b, ldb: k, beta: 0.5,
            c: &c,
            ldc: n)
        #expect(distance(c, expected) < 1e-5)
    }

    @Test func gemv_transposed_equalsNaiveSum() throws {
        let (m, n) = (6, 10)
        let (a, x) = (values(m * n, seed: 1), values(m, seed: 2))
        var y = [Float](repeating: 0, count: n)
        let expected = (0..<n).map { j in (0..<m).reduce(0.0) { $0 + Double(a[$1 * n + j]) * Double(x[$1]) } }
        try BLAS.loaded().gemv(transpose: true, m: m, n: n, a: a, lda: n, x: x, y: &y)
        #expect(distance(y, expected) < 1e-5)
    }
}
