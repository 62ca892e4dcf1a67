import CKernels

/// Number format of the factors in the products of training: convolutions and linear layers.
///
/// Sums, weights, their gradients, and everything else, are 32-bit floats.
public enum Precision: String, Sendable, Codable, CaseIterable {
    /// 32-bit floats.
    case float32
    /// bfloat16, eight significant bits, where the CPU multiplies pairs of them (AVX512-BF16): about twice as fast.
    case bfloat16

    /// Whether this CPU has it.
    public var isSupported: Bool { self == .float32 || ck_bfloat_supported() != 0 }
    /// Those that this CPU has.
    public static var supported: [Self] { allCases.filter(\.isSupported) }
}

/// The products of `Kernel` with factors rounded to bfloat16, 16 bits each.
enum BFloatKernel {
    typealias Halves = UnsafeMutablePointer<UInt16>

    /// Memory of floats used for numbers of 16 bits.
    static func halves(_ memory: Floats) -> Halves {
        UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt16.self)
    }

    static func round(_ count: Int, _ x: Floats, into y: Floats) { ck_bfloat_round(Int64(count), x, halves(y)) }

    /// y[i] = (x[i], x[i + distance]).
    static func pair(_ count: Int, distance: Int, _ x: Floats, into y: Floats) {
        let pairs = UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt32.self)
        ck_bfloat_pair(Int64(count), Int64(distance), x, pairs)
    }

    /// Where the left-hand side's pairs lie, counted in numbers of 16 bits.
    struct Pairs {
        let base: Halves
        var group = 0
        let row: Int
        var segment = 0
        let step: Int
    }

    static func pack(
        segments: Int = 1, _ depth: Int, _ columns: Int, _ matrix: Kernel.Matrix, into packed: Floats
    ) {
        ck_bfloat_pack(
            Int64(segments), Int64(depth), Int64(columns), matrix.base, Int64(matrix.row), Int64(matrix.column),
            halves(packed))
    }

    /// `c[g, i, :] = a[g, i, :] · b + bias`, `b` packed; added to what is in `c` if `accumulate`.
    static func product(
        groups: Int = 1, rows: Int, columns: Int, segments: Int = 1, depth: Int, _ a: Pairs, packed b: Floats,
        into c: Floats, group: Int = 0, row: Int, bias: Floats? = nil, accumulate: Bool = false
    ) {
        var arguments = ck_bfloat_gemm_arguments()
        arguments.groups = Int64(groups)
        arguments.rows = Int64(rows)
        arguments.columns = Int64(columns)
        arguments.segments = Int64(segments)
        arguments.depth = Int64(depth)
        arguments.a = UnsafePointer(a.base)
        arguments.a_group = Int64(a.group)
        arguments.a_row = Int64(a.row)
        arguments.a_segment = Int64(a.segment)
        arguments.a_pair = Int64(a.step)
        arguments.b = UnsafePointer(halves(b))
        arguments.c = c
        arguments.c_group = Int64(group)
        arguments.c_row = Int64(row)
        arguments.bias = bias.map { UnsafePointer($0) }
        arguments.accumulate = accumulate ? 1 : 0
        ck_bfloat_gemm(&arguments)
    }
}

extension LayerPass {
    /// Packs the right-hand side of a product on all threads.
    func packBFloat(
        segments: Int = 1, _ depth: Int, _ columns: Int, _ matrix: Kernel.Matrix, into packed: Floats
    ) {
        let width = Kernel.panel
        let panel = segments * ((depth + 1) / 2) * width  // in floats: two numbers in each
        chunks((columns + width - 1) / width, work: segments * depth * columns) { index, _ in
            let first = index * width
            BFloatKernel.pack(
                segments: segments, depth, min(width, columns - first),
                Kernel.Matrix(matrix.base + first * matrix.column, row: matrix.row, column: matrix.column),
                into: packed + index * panel)
        }
    }
}
