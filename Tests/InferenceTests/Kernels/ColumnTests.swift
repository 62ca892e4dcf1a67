import CKernels
import Testing

@Suite struct ColumnTests {
    @Test(arguments: Variant.all, [(1, 5), (300, 24), (129, 33)])
    func reductions_oddSizes_equalNaiveSums(variant: Variant, size: (Int, Int)) {
        let (rows, columns) = size
        let (x, y) = (values(rows * columns, seed: 1), values(rows * columns, seed: 2))
        let mean = values(columns, seed: 3)
        func column(_ term: (Int, Int) -> Double) -> [Double] {
            (0..<columns).map { c in (0..<rows).reduce(0.0) { $0 + term($1 * columns + c, c) } }
        }
        var got = [Float](repeating: .nan, count: columns)
        let (r, c) = (Int64(rows), Int64(columns))
        variant.kernels.column_sum(r, c, x, &got)
        #expect(distance(got, column { at, _ in Double(x[at]) }) < 1e-5)
        variant.kernels.column_squares(r, c, x, mean, &got)
        #expect(
            distance(got, column { at, c in (Double(x[at]) - Double(mean[c])) * (Double(x[at]) - Double(mean[c])) })
                < 1e-5)
        variant.kernels.column_dot(r, c, x, y, &got)
        #expect(distance(got, column { at, _ in Double(x[at]) * Double(y[at]) }) < 1e-5)
        variant.kernels.column_max(r, c, x, &got)
        #expect(got == (0..<columns).map { c in (0..<rows).map { x[$0 * columns + c] }.max() })
    }

    @Test(arguments: Variant.all)
    func rowsAndColumns_coefficients_areAppliedWhereTheyBelong(variant: Variant) {
        let (rows, columns) = (7, 35)
        let size = rows * columns
        let (x, z) = (values(size, seed: 1), values(size, seed: 2))
        let (a, b) = (values(columns, seed: 3), values(columns, seed: 4))
        let (shift, s) = (values(columns, seed: 5), values(rows, seed: 6))
        let k = variant.kernels
        let (r, c) = (Int64(rows), Int64(columns))
        var y = [Float](repeating: .nan, count: size)
        k.affine(r, c, x, a, shift, Int32(CK_RELU.rawValue), &y)
        #expect(
            distance(
                y, (0..<size).map { max(0, Double(x[$0]) * Double(a[$0 % columns]) + Double(shift[$0 % columns])) })
                < 1e-6)
        k.affine(r, c, x, nil, nil, Int32(CK_NONE.rawValue), &y)
        #expect(y == x)
        k.affine2(r, c, x, a, z, b, shift, &y)
        let two = (0..<size).map { at -> Double in
            let c = at % columns
            return Double(x[at]) * Double(a[c]) + Double(z[at]) * Double(b[c]) + Double(shift[c])
        }
        #expect(distance(y, two) < 1e-6)
        k.scale_rows(r, c, x, s, &y)
        #expect(y == (0..<size).map { x[$0] * s[$0 / columns] })
        var pairs = [Float](repeating: .nan, count: 2 * rows)
        k.row_mean_max(r, c, x, &pairs)
        for row in 0..<rows {
            let channels = x[row * columns..<(row + 1) * columns]
            #expect(abs(pairs[2 * row] - channels.reduce(0, +) / Float(columns)) < 1e-6)
            #expect(pairs[2 * row + 1] == channels.max())
        }
    }
}
