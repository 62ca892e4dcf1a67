internal import Foundation

extension FourierTiling {
    /// (points, points): the real Fourier transform; rows are the real parts of all frequencies, then the imaginary parts of
    /// those between the first and the last.
    func forwardMatrix() -> [Float] {
        var matrix = [Float](repeating: 0, count: points * points)
        for row in 0..<points {
            for n in 0..<points {
                matrix[row * points + n] = Float(row < frequencies ? cosine(row * n) : -sine(frequency(row) * n))
            }
        }
        return matrix
    }

    /// (hop, points): the first `hop` samples from such a spectrum.
    func inverseMatrix() -> [Float] {
        var matrix = [Float](repeating: 0, count: hop * points)
        for n in 0..<hop {
            for row in 0..<points {
                let isEnd = row == 0 || row == frequencies - 1
                let share = (isEnd ? 1 : 2) / Double(points)
                matrix[n * points + row] = Float(
                    share * (row < frequencies ? cosine(row * n) : -sine(frequency(row) * n)))
            }
        }
        return matrix
    }

    /// One packed matrix for each frequency that takes a spectrum's (real, imaginary) channels to the result's.
    ///
    /// `weights` is (kernel, inputs, outputs). A correlation multiplies by the conjugate of the weights' spectrum H:
    /// ((Re H, Im H), (−Im H, Re H)); the first and the last frequency are real and have the upper left part alone.
    func spectra(_ weights: [Float], inputs: Int, outputs: Int) -> [Float] {
        let taps = inputs * outputs
        let kernel = weights.count / taps
        let size = Kernel.packedCount(2 * inputs, 2 * outputs)
        var packed = [Float](repeating: 0, count: frequencies * size)
        var real = [Double](repeating: 0, count: taps)
        var imaginary = real
        var matrix = [Float](repeating: 0, count: 4 * taps)
        for f in 0..<frequencies {
            for k in 0..<taps { (real[k], imaginary[k]) = (0, 0) }
            for tap in 0..<kernel {
                let (c, s) = (cosine(f * tap), sine(f * tap))
                for k in 0..<taps {
                    let weight = Double(weights[tap * taps + k])
                    real[k] += weight * c
                    imaginary[k] += weight * s
                }
            }
            for i in 0..<inputs {
                for o in 0..<outputs {
                    let (re, im) = (Float(real[i * outputs + o]), Float(imaginary[i * outputs + o]))
                    let (upper, lower) = (i * 2 * outputs + o, (inputs + i) * 2 * outputs + o)
                    matrix[upper] = re
                    matrix[upper + outputs] = im
                    matrix[lower] = -im
                    matrix[lower + outputs] = re
                }
            }
            let isReal = f == 0 || f == frequencies - 1
            pack(matrix, isReal ? inputs : 2 * inputs, isReal ? outputs : 2 * outputs, 2 * outputs, f * size, &packed)
        }
        return packed
    }

    private func pack(
        _ matrix: [Float], _ depth: Int, _ columns: Int, _ row: Int, _ place: Int, _ packed: inout [Float]
    ) {
        matrix.withUnsafeBufferPointer { matrix in
            packed.withUnsafeMutableBufferPointer { packed in
                guard let from = matrix.baseAddress, let to = packed.baseAddress else { return }
                Kernel.pack(depth, columns, Kernel.Matrix(from, row: row), into: to + place)
            }
        }
    }

    /// The frequency whose imaginary part is a row.
    private func frequency(_ row: Int) -> Int { row - frequencies + 1 }

    // The angle is reduced in whole numbers first, so that large products lose nothing.
    private func cosine(_ turns: Int) -> Double { cos(2 * .pi * Double(turns % points) / Double(points)) }
    private func sine(_ turns: Int) -> Double { sin(2 * .pi * Double(turns % points) / Double(points)) }
}
