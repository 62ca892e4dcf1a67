import CKernels
import Foundation
import Testing

private struct Shape: Sendable {
    var groups = 1, rows: Int, columns: Int, segments = 1, depth: Int
}

@Suite struct GemmTests {
    private static let shapes = [
        Shape(rows: 1, columns: 1, depth: 1), Shape(rows: 13, columns: 17, depth: 5),
        Shape(rows: 256, columns: 32, depth: 96), Shape(rows: 4, columns: 192, depth: 31),
        Shape(groups: 3, rows: 25, columns: 24, depth: 7),
        Shape(groups: 2, rows: 11, columns: 33, segments: 3, depth: 6),
        Shape(rows: 5, columns: 100, depth: 0), Shape(groups: 2, rows: 29, columns: 8, depth: 9),
        Shape(rows: 30, columns: 40, segments: 2, depth: 5),
    ]

    @Test(arguments: Variant.all, shapes)
    private func gemm_anyStrides_equalsNaiveSum(variant: Variant, shape: Shape) {
        let (aRow, aDepth) = (3, 2)  // overlapping rows
        let (aGroup, aSegment) = (shape.rows * aRow + 40, 11)
        let a = values(shape.groups * aGroup + shape.segments * aSegment + shape.depth * aDepth, seed: 1)
        let total = shape.segments * shape.depth
        let b = values(max(1, total * shape.columns), seed: 2)
        let bias = values(shape.columns, seed: 3)
        let cRow = shape.columns + 3
        let size = shape.groups * shape.rows * cRow
        let residual = values(size, seed: 4)
        let before = values(size, seed: 5)
        var packed = [Float](repeating: .nan, count: Int(ck_packed_count(Int64(total), Int64(shape.columns))))
        ck_pack(Int64(total), Int64(shape.columns), b, Int64(shape.columns), 1, &packed)

        for activation in [CK_NONE, CK_RELU, CK_SILU] {
            var c = before
            let expected = (0..<size).map { at -> Double in
                let (row, n) = (at / cRow, at % cRow)
                guard n < shape.columns else { return Double(before[at]) }
                let (g, i) = (row / shape.rows, row % shape.rows)
                var sum = Double(bias[n]) + Double(residual[at]) + Double(before[at])
                for s in 0..<shape.segments {
                    for p in 0..<shape.depth {
                        let x = a[g * aGroup + i * aRow + s * aSegment + p * aDepth]
                        sum += Double(x) * Double(b[(s * shape.depth + p) * shape.columns + n])
                    }
                }
                return activate(sum, activation)
            }
            run(
                variant, shape, a: a, strides: (aGroup, aRow, aSegment, aDepth), packed: packed, bias: bias,
                residual: residual, cRow: cRow, activation: activation, into: &c)
            #expect(distance(c, expected) < 1e-5)
        }
    }

    private func run(
        _ variant: Variant, _ shape: Shape, a: [Float], strides: (Int, Int, Int, Int), packed: [Float], bias: [Float],
        residual: [Float], cRow: Int, activation: ck_activation, into c: inout [Float]
    ) {
        let group = Int64(shape.rows * cRow)
        a.withUnsafeBufferPointer { a in
            packed.withUnsafeBufferPointer { b in
                bias.withUnsafeBufferPointer { bias in
                    residual.withUnsafeBufferPointer { residual in
                        c.withUnsafeMutableBufferPointer { c in
                            var arguments = ck_gemm_arguments(
                                groups: Int64(shape.groups), rows: Int64(shape.rows), columns: Int64(shape.columns),
                                segments: Int64(shape.segments), depth: Int64(shape.depth), a: a.baseAddress,
                                a_group: Int64(strides.0), a_row: Int64(strides.1), a_segment: Int64(strides.2),
                                a_depth: Int64(strides.3), b: b.baseAddress, c: c.baseAddress, c_group: group,
                                c_row: Int64(cRow), bias: bias.baseAddress, residual: residual.baseAddress,
                                residual_group: group, residual_row: Int64(cRow), accumulate: 1,
                                activation: Int32(activation.rawValue))
                            variant.kernels.gemm(&arguments)
                        }
                    }
                }
            }
        }
    }

    @Test func pack_transposed_swapsRowsAndColumns() {
        let b = values(6 * 20, seed: 9)  // (20, 6) row-major, read as (6, 20)
        var packed = [Float](repeating: .nan, count: Int(ck_packed_count(6, 20)))
        ck_pack(6, 20, b, 1, 6, &packed)
        for p in 0..<6 {
            for n in 0..<32 {
                let at = (n / 16) * 6 * 16 + p * 16 + n % 16
                #expect(packed[at] == (n < 20 ? b[n * 6 + p] : 0))
            }
        }
    }
}

/// The activation in double precision.
func activate(_ x: Double, _ activation: ck_activation) -> Double {
    switch activation {
    case CK_RELU: max(x, 0)
    case CK_SILU: x / (1 + exp(-x))
    case CK_SIGMOID: 1 / (1 + exp(-x))
    case CK_TANH: tanh(x)
    default: x
    }
}
