import CKernels

/// The kernels of `CKernels` with Swift's types.
enum Kernel {
    /// A matrix that lies anywhere: element `(i, p)` is at `base[i * row + p * column]`.
    struct Matrix {
        let base: UnsafePointer<Float>
        let row: Int
        let column: Int

        init(_ base: UnsafePointer<Float>, row: Int, column: Int = 1) {
            self.base = base
            self.row = row
            self.column = column
        }
    }

    /// Columns that lie together in a packed matrix.
    static let panel = Int(CK_PANEL)

    static func packedCount(_ depth: Int, _ columns: Int) -> Int {
        Int(ck_packed_count(Int64(depth), Int64(columns)))
    }

    /// Brings the right-hand side of a product into the kernel's order.
    static func pack(_ depth: Int, _ columns: Int, _ matrix: Matrix, into packed: Floats) {
        ck_pack(Int64(depth), Int64(columns), matrix.base, Int64(matrix.row), Int64(matrix.column), packed)
    }

    /// `c[i, :] = a[i, :] · b + bias`, `b` packed; added to what is in `c` if `accumulate`.
    static func product(
        rows: Int, columns: Int, depth: Int, _ a: Matrix, packed b: UnsafePointer<Float>, into c: Floats, row: Int,
        bias: UnsafePointer<Float>? = nil, accumulate: Bool = false
    ) {
        product(
            groups: 1, rows: rows, columns: columns, segments: 1, depth: depth, a, group: 0, segment: 0, packed: b,
            into: c,
            group: 0, row: row, bias: bias, accumulate: accumulate)
    }

    /// The same for groups of rows and a depth in segments, which lie `group` and `segment` floats apart.
    static func product(
        groups: Int, rows: Int, columns: Int, segments: Int, depth: Int, _ a: Matrix, group: Int, segment: Int,
        packed b: UnsafePointer<Float>, into c: Floats, group cGroup: Int, row: Int,
        bias: UnsafePointer<Float>? = nil, accumulate: Bool = false
    ) {
        var arguments = ck_gemm_arguments()
        arguments.groups = Int64(groups)
        arguments.rows = Int64(rows)
        arguments.columns = Int64(columns)
        arguments.segments = Int64(segments)
        arguments.depth = Int64(depth)
        arguments.a = a.base
        arguments.a_group = Int64(group)
        arguments.a_row = Int64(a.row)
        arguments.a_segment = Int64(segment)
        arguments.a_depth = Int64(a.column)
        arguments.b = b
        arguments.c = c
        arguments.c_group = Int64(cGroup)
        arguments.c_row = Int64(row)
        arguments.bias = bias
        arguments.accumulate = accumulate ? 1 : 0
        ck_gemm(&arguments)
    }

    /// y += a x.
    static func addScaled(_ count: Int, _ a: Float, _ x: UnsafePointer<Float>, _ y: Floats) {
        ck_axpy(Int64(count), a, x, y)
    }

    static func columnSum(_ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, into sum: Floats) {
        ck_column_sum(Int64(rows), Int64(columns), x, sum)
    }

    static func columnDot(
        _ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into sum: Floats
    ) {
        ck_column_dot(Int64(rows), Int64(columns), x, y, sum)
    }

    /// y = act(x · scale + shift), per column.
    static func affine(
        _ rows: Int, _ columns: Int, _ x: UnsafePointer<Float>, scale: UnsafePointer<Float>?,
        shift: UnsafePointer<Float>?, _ function: ActivationFunction = .identity, into y: Floats
    ) {
        if let native = function.kernel {
            ck_affine(Int64(rows), Int64(columns), x, scale, shift, native, y)
        } else {
            ck_affine(Int64(rows), Int64(columns), x, scale, shift, Int32(CK_NONE.rawValue), y)
            activate(rows * columns, y, function, into: y)
        }
    }

    /// y = act(x).
    static func activate(
        _ count: Int, _ x: UnsafePointer<Float>, _ function: ActivationFunction, into y: Floats
    ) {
        if let native = function.kernel {
            ck_activate(Int64(count), x, native, y)
        } else {
            for i in 0..<count { y[i] = gelu(x[i]) }
        }
    }

    /// dx = dy · act'(x); `dx` may be `dy`.
    static func activateBackward(
        _ count: Int, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ function: ActivationFunction,
        into dx: Floats
    ) {
        if let native = function.kernel {
            ck_activate_backward(Int64(count), x, dy, native, dx)
        } else {
            for i in 0..<count { dx[i] = dy[i] * geluSlope(x[i]) }
        }
    }
}

extension ActivationFunction {
    /// The kernels' number for it; nil where there is none.
    var kernel: Int32? {
        switch self {
        case .identity: Int32(CK_NONE.rawValue)
        case .relu: Int32(CK_RELU.rawValue)
        case .silu: Int32(CK_SILU.rawValue)
        case .sigmoid: Int32(CK_SIGMOID.rawValue)
        case .tanh: Int32(CK_TANH.rawValue)
        case .gelu: nil
        }
    }
}
