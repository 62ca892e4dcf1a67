// Depthwise convolution over (B, H, W, C): vectors run along the channels; taps outside the image are skipped, not padded.

/// The taps [from, to) of a kernel at `start` that fall on [0, size).
INLINE void clip(int64_t start, int64_t kernel, int64_t size, int64_t *from, int64_t *to) {
    *from = start < 0 ? -start : 0;
    *to = size - start < kernel ? size - start : kernel;
}

/// `outputs` neighbouring outputs of one vector of channels; `image` is where tap (0, 0) of the first of them falls, of which
/// the columns [from, to) lie inside. Outputs, kernel and stride are constants wherever this is inlined: every input that is
/// read serves all the outputs whose window holds it.
INLINE void depthwise_block(
    const int outputs, const int kernel, const int stride, const int64_t width, const ck_window *s, const float *image,
    const float *w, const float *bias, int32_t activation, float *y, int64_t ky0, int64_t ky1, int64_t from, int64_t to) {
    const int64_t C = s->channels;
    vec sum[8], tap[5];
    const vec start = bias ? fetch(bias, width) : splat(0);
#pragma clang loop unroll(full)
    for (int i = 0; i < outputs; ++i) sum[i] = start;
    for (int64_t ky = ky0; ky < ky1; ++ky) {
        const float *line = image + ky * s->width * C, *taps = w + ky * s->kernel_w * C;
#pragma clang loop unroll(full)
        for (int k = 0; k < kernel; ++k) tap[k] = fetch(taps + k * C, width);
#pragma clang loop unroll(full)
        for (int j = 0; j < (outputs - 1) * stride + kernel; ++j) {
            if (j < from || j >= to) continue;
            const vec x = fetch(line + j * C, width);
#pragma clang loop unroll(full)
            for (int i = 0; i < outputs; ++i) {
                const int k = j - i * stride;
                if (k >= 0 && k < kernel) sum[i] += x * tap[k];
            }
        }
    }
#define ALL(activation) \
    case activation: \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < outputs; ++i) sum[i] = apply(sum[i], activation); \
        break;
    switch (activation) {
        ALL(CK_RELU)
        ALL(CK_SILU)
        ALL(CK_SIGMOID)
        ALL(CK_TANH)
    default:
        break;
    }
#undef ALL
#pragma clang loop unroll(full)
    for (int i = 0; i < outputs; ++i) put(y + i * C, sum[i], width);
}

/// All channels of `outputs` outputs.
INLINE void depthwise_outputs(
    const int outputs, const int kernel, const int stride, const ck_window *s, const float *image, const float *w,
    const float *bias, int32_t activation, float *y, int64_t ky0, int64_t ky1, int64_t from, int64_t to) {
    const int64_t C = s->channels;
    int64_t c = 0;
#define AT(width) \
    depthwise_block( \
        outputs, kernel, stride, width, s, image + c, w + c, bias ? bias + c : NULL, activation, y + c, ky0, ky1, from, to)
    for (; c + LANES <= C; c += LANES) AT(LANES);
    if (c < C) AT(C - c);
#undef AT
}

/// One output of any kernel and stride: taps [kx0, kx1) lie inside.
static void depthwise_output(
    const ck_window *s, const float *image, const float *w, const float *bias, int32_t activation, float *y, int64_t ky0,
    int64_t ky1, int64_t kx0, int64_t kx1) {
    const int64_t C = s->channels;
    for (int64_t c = 0; c < C; c += LANES) {
        const int64_t width = C - c;
        vec sum = bias ? fetch(bias + c, width) : splat(0);
        for (int64_t ky = ky0; ky < ky1; ++ky) {
            const float *x = image + ky * s->width * C + c, *k = w + ky * s->kernel_w * C + c;
            for (int64_t kx = kx0; kx < kx1; ++kx) sum += fetch(x + kx * C, width) * fetch(k + kx * C, width);
        }
        put(y + c, apply(sum, activation), width);
    }
}

/// A row of outputs; taps [ky0, ky1) lie inside.
#define ROW(kernel, stride) \
    __attribute__((noinline)) static void depthwise_row_##kernel##_##stride( \
        const ck_window *s, const float *line, const float *w, const float *bias, int32_t activation, float *row, \
        int64_t ky0, int64_t ky1) { \
        for (int64_t ox = 0, count; ox < s->out_width; ox += count) { \
            const int64_t left = s->out_width - ox, x0 = ox * stride - s->pad_left; \
            const float *image = line + x0 * s->channels; \
            float *y = row + ox * s->channels; \
            count = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; \
            switch (count) { \
                OUTPUTS(8, kernel, stride) \
                OUTPUTS(4, kernel, stride) \
                OUTPUTS(2, kernel, stride) \
                OUTPUTS(1, kernel, stride) \
            } \
        } \
    }
#define OUTPUTS(n, kernel, stride) \
    case n: \
        depthwise_outputs(n, kernel, stride, s, image, w, bias, activation, y, ky0, ky1, -x0, s->width - x0); \
        break;
ROW(3, 1)
ROW(3, 2)
ROW(5, 1)
ROW(5, 2)
#undef OUTPUTS
#undef ROW

static void depthwise(
    const ck_window *s, const float *x, const float *w, const float *bias, int32_t activation, float *y) {
    const int64_t C = s->channels;
    const int64_t kind = s->stride_w < 1 || s->stride_w > 2 ? 0 : 10 * s->kernel_w + s->stride_w;
    for (int64_t b = 0; b < s->batch; ++b) {
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            int64_t ky0, ky1;
            const int64_t y0 = oy * s->stride_h - s->pad_top;
            clip(y0, s->kernel_h, s->height, &ky0, &ky1);
            const float *line = x + (b * s->height + y0) * s->width * C;
            float *row = y + (b * s->out_height + oy) * s->out_width * C;
            switch (kind) {
#define CASE(kernel, stride) \
    case 10 * kernel + stride: \
        depthwise_row_##kernel##_##stride(s, line, w, bias, activation, row, ky0, ky1); \
        break;
                CASE(3, 1)
                CASE(3, 2)
                CASE(5, 1)
                CASE(5, 2)
#undef CASE
            default:
                for (int64_t ox = 0; ox < s->out_width; ++ox) {
                    int64_t kx0, kx1;
                    const int64_t x0 = ox * s->stride_w - s->pad_left;
                    clip(x0, s->kernel_w, s->width, &kx0, &kx1);
                    depthwise_output(
                        s, line + x0 * C, w, bias, activation, row + ox * C, ky0, ky1, kx0, kx1);
                }
            }
        }
    }
}

static void depthwise_backward_input(const ck_window *s, const float *dy, const float *w, float *dx) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            int64_t ky0, ky1;
            const int64_t y0 = oy * s->stride_h - s->pad_top;
            clip(y0, s->kernel_h, s->height, &ky0, &ky1);
            for (int64_t ox = 0; ox < s->out_width; ++ox) {
                int64_t kx0, kx1;
                const int64_t x0 = ox * s->stride_w - s->pad_left;
                clip(x0, s->kernel_w, s->width, &kx0, &kx1);
                const float *g = dy + ((b * s->out_height + oy) * s->out_width + ox) * C;
                for (int64_t ky = ky0; ky < ky1; ++ky) {
                    for (int64_t kx = kx0; kx < kx1; ++kx) {
                        float *to = dx + ((b * s->height + y0 + ky) * s->width + x0 + kx) * C;
                        const float *k = w + (ky * s->kernel_w + kx) * C;
                        int64_t c = 0;
                        for (; c + LANES <= C; c += LANES)
                            store(to + c, load(to + c) + load(g + c) * load(k + c));
                        if (c < C)
                            store_some(
                                to + c,
                                load_some(to + c, C - c) + load_some(g + c, C - c) * load_some(k + c, C - c), C - c);
                    }
                }
            }
        }
    }
}

static void depthwise_backward_weights(const ck_window *s, const float *x, const float *dy, float *dw) {
    const int64_t C = s->channels;
    for (int64_t ky = 0; ky < s->kernel_h; ++ky) {
        for (int64_t kx = 0; kx < s->kernel_w; ++kx) {
            // Outputs whose tap (ky, kx) falls inside the image.
            int64_t oy0 = 0, oy1 = s->out_height, ox0 = 0, ox1 = s->out_width;
            while (oy0 < oy1 && oy0 * s->stride_h - s->pad_top + ky < 0) ++oy0;
            while (oy1 > oy0 && (oy1 - 1) * s->stride_h - s->pad_top + ky >= s->height) --oy1;
            while (ox0 < ox1 && ox0 * s->stride_w - s->pad_left + kx < 0) ++ox0;
            while (ox1 > ox0 && (ox1 - 1) * s->stride_w - s->pad_left + kx >= s->width) --ox1;
            float *to = dw + (ky * s->kernel_w + kx) * C;
            for (int64_t c = 0; c < C; c += LANES) {
                const int64_t n = C - c;
                vec sum = splat(0);
                for (int64_t b = 0; b < s->batch; ++b) {
                    for (int64_t oy = oy0; oy < oy1; ++oy) {
                        const int64_t iy = oy * s->stride_h - s->pad_top + ky;
                        const float *from =
                            x + ((b * s->height + iy) * s->width + ox0 * s->stride_w - s->pad_left + kx) * C + c;
                        const float *g = dy + ((b * s->out_height + oy) * s->out_width + ox0) * C + c;
                        for (int64_t ox = ox0; ox < ox1; ++ox, from += s->stride_w * C, g += C)
                            sum += fetch(from, n) * fetch(g, n);
                    }
                }
                put(to + c, fetch(to + c, n) + sum, n);
            }
        }
    }
}
