import CKernels
import Testing

/// The naive counterpart of `ck_window`: every (output, tap, input) triple inside the image.
private struct Window: Sendable, CustomTestStringConvertible {
    var batch = 2, height: Int, width: Int, channels: Int, kernel: (Int, Int), stride: (Int, Int), pad: (Int, Int)

    var outHeight: Int { (height + 2 * pad.0 - kernel.0) / stride.0 + 1 }
    var outWidth: Int { (width + 2 * pad.1 - kernel.1) / stride.1 + 1 }
    var inputs: Int { batch * height * width * channels }
    var outputs: Int { batch * outHeight * outWidth * channels }
    var weights: Int { kernel.0 * kernel.1 * channels }
    var testDescription: String { "\(height)x\(width)x\(channels) kernel \(kernel) stride \(stride)" }

    var c: ck_window {
        ck_window(
            batch: Int64(batch), height: Int64(height), width: Int64(width), channels: Int64(channels),
            kernel_h: Int64(kernel.0), kernel_w: Int64(kernel.1), stride_h: Int64(stride.0), stride_w: Int64(stride.1),
            pad_top: Int64(pad.0), pad_left: Int64(pad.1), out_height: Int64(outHeight), out_width: Int64(outWidth))
    }

    func forEachTap(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) {
        for b in 0..<batch {
            for oy in 0..<outHeight {
                for ox in 0..<outWidth {
                    for ky in 0..<kernel.0 {
                        for kx in 0..<kernel.1 {
                            let (y, x) = (oy * stride.0 - pad.0 + ky, ox * stride.1 - pad.1 + kx)
                            guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
                            for c in 0..<channels {
                                body(
                                    ((b * outHeight + oy) * outWidth + ox) * channels + c,
                                    ((b * height + y) * width + x) * channels + c,
                                    (ky * kernel.1 + kx) * channels + c)
                            }
                        }
                    }
                }
            }
        }
    }

    static let all = [
        Window(height: 9, width: 11, channels: 24, kernel: (3, 3), stride: (1, 1), pad: (1, 1)),
        Window(height: 8, width: 16, channels: 21, kernel: (5, 5), stride: (2, 2), pad: (2, 2)),
        Window(height: 2, width: 2, channels: 33, kernel: (5, 5), stride: (1, 1), pad: (2, 2)),
        Window(height: 1, width: 40, channels: 32, kernel: (1, 3), stride: (1, 1), pad: (0, 1)),
        Window(height: 1, width: 41, channels: 5, kernel: (1, 9), stride: (1, 2), pad: (0, 4)),
    ]
}

@Suite struct WindowTests {
    @Test(arguments: Variant.all, Window.all)
    private func depthwise_forwardAndBackward_equalNaiveLoops(variant: Variant, window: Window) {
        let (x, w) = (values(window.inputs, seed: 1), values(window.weights, seed: 2))
        let (bias, dy) = (values(window.channels, seed: 3), values(window.outputs, seed: 4))
        var y = (0..<window.outputs).map { Double(bias[$0 % window.channels]) }
        var dx = [Double](repeating: 0.25, count: window.inputs)
        var dw = [Double](repeating: -0.5, count: window.weights)
        window.forEachTap { output, input, weight in
            y[output] += Double(x[input]) * Double(w[weight])
            dx[input] += Double(dy[output]) * Double(w[weight])
            dw[weight] += Double(dy[output]) * Double(x[input])
        }
        var shape = window.c
        var gotY = [Float](repeating: .nan, count: window.outputs)
        var gotX = [Float](repeating: 0.25, count: window.inputs)
        var gotW = [Float](repeating: -0.5, count: window.weights)
        variant.kernels.depthwise(&shape, x, w, bias, Int32(CK_SIGMOID.rawValue), &gotY)
        variant.kernels.depthwise_backward_input(&shape, dy, w, &gotX)
        variant.kernels.depthwise_backward_weights(&shape, x, dy, &gotW)
        #expect(distance(gotY, y.map { activate($0, CK_SIGMOID) }) < 2e-6)
        #expect(distance(gotX, dx) < 1e-5)
        #expect(distance(gotW, dw) < 1e-5)
    }

    @Test(arguments: Variant.all, Window.all)
    private func maxPool_forwardAndBackward_firstMaximumTakesTheGradient(variant: Variant, window: Window) {
        // Few distinct values, so that ties happen.
        let x = values(window.inputs, seed: 5).map { ($0 * 4).rounded() }
        let dy = values(window.outputs, seed: 6)
        var y = [Double](repeating: -.infinity, count: window.outputs)
        var winner = [Int](repeating: -1, count: window.outputs)
        window.forEachTap { output, input, _ in
            if Double(x[input]) > y[output] { (y[output], winner[output]) = (Double(x[input]), input) }
        }
        var dx = [Double](repeating: 1, count: window.inputs)
        for (output, input) in winner.enumerated() { dx[input] += Double(dy[output]) }
        var shape = window.c
        var got = [Float](repeating: .nan, count: window.outputs)
        var gotX = [Float](repeating: 1, count: window.inputs)
        variant.kernels.max_pool(&shape, x, &got, Int64(window.channels))
        variant.kernels.max_pool_backward(&shape, x, got, dy, &gotX)
        #expect(got.map(Double.init) == y)
        #expect(distance(gotX, dx) < 1e-6)
    }

    @Test(arguments: Variant.all, Window.all)
    private func averagePool_atTheBorder_dividesByThePositionsInside(variant: Variant, window: Window) {
        let (x, dy) = (values(window.inputs, seed: 7), values(window.outputs, seed: 8))
        var y = [Double](repeating: 0, count: window.outputs)
        var taps = y
        window.forEachTap { output, input, _ in
            y[output] += Double(x[input])
            taps[output] += 1
        }
        var dx = [Double](repeating: 0, count: window.inputs)
        window.forEachTap { output, input, _ in dx[input] += Double(dy[output]) / taps[output] }
        var shape = window.c
        var got = [Float](repeating: .nan, count: window.outputs)
        var gotX = [Float](repeating: 0, count: window.inputs)
        variant.kernels.average_pool(&shape, x, &got)
        variant.kernels.average_pool_backward(&shape, dy, &gotX)
        #expect(distance(got, zip(y, taps).map { $0 / $1 }) < 1e-5)
        #expect(distance(gotX, dx) < 1e-5)
    }
}
