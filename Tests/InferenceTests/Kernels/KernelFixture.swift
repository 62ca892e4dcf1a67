import CKernels
import Testing

/// A variant of the kernels that this CPU can run.
struct Variant: CustomTestStringConvertible, Sendable {
    let isa: ck_isa
    var testDescription: String { [CK_BASELINE: "baseline", CK_AVX2: "AVX2", CK_AVX512: "AVX-512"][isa] ?? "?" }

    static let all = [CK_BASELINE, CK_AVX2, CK_AVX512].filter { ck_supported($0) != 0 }.map(Variant.init)

    /// Its functions.
    var kernels: ck_table {
        guard let table = ck_variant(isa) else { preconditionFailure("filtered above") }
        return table.pointee
    }
}

extension ck_isa: @retroactive Hashable {}

/// Repeatable values in (-1, 1).
func values(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int64(bitPattern: state) >> 40) / Float(1 << 23)
    }
}

/// The largest difference between the two, relative to the larger of 1 and the expected size.
func distance(_ got: [Float], _ expected: [Double]) -> Double {
    precondition(got.count == expected.count, "lengths differ")
    return zip(got, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.reduce(0) { $1 <= $0 ? $0 : $1 }
}
