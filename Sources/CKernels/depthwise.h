// Depthwise convolution over (B, H, W, C): vectors run along the channels; taps outside the image are skipped, not padded.

/// The taps [from, to) of a kernel at `start` that fall on [0, size).
INLINE void clip(int64_t start, int64_t kernel, int64_t size, int64_t *from, int64_t *to) {
    *from = start < 0 ? -start : 0;
    *to = size - start < kernel ? size - start : kernel;
}

/// `pixels` neighbouring outputs of `vectors` vectors of channels from c on; taps [ky0, ky1) by [kx0, kx1) lie inside. The
/// two counts are constants wherever this is inlined: their product is how many sums run side by side.
INLINE void depthwise_block(
    const int pixels, const int vectors, const int64_t width, const ck_window *s, const float *image, const float *w,
    const float *bias, int32_t activation, float *y, int64_t ky0, int64_t ky1, int64_t kx0, int64_t kx1) {
    const int64_t C = s->channels, step = s->stride_w * C;
    vec sum[4][4];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
        const vec start = bias ? fetch(bias + v * LANES, width) : splat(0);
#pragma clang loop unroll(full)
        for (int i = 0; i < pixels; ++i) sum[i][v] = start;
    }
    for (int64_t ky = ky0; ky < ky1; ++ky) {
        const float *x = image + (ky * s->width + kx0) * C;
        const float *k = w + (ky * s->kernel_w + kx0) * C;
        for (int64_t kx = kx0; kx < kx1; ++kx, x += C, k += C) {
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; ++v) {
                const vec tap = fetch(k + v * LANES, width);
#pragma clang loop unroll(full)
                for (int i = 0; i < pixels; ++i) sum[i][v] += fetch(x + i * step + v * LANES, width) * tap;
            }
        }
    }
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; ++v) {
#pragma clang loop unroll(full)
        for (int i = 0; i < pixels; ++i) put(y + i * C + v * LANES, apply(sum[i][v], activation), width);
    }
}

/// All channels of `pixels` outputs; `image` is where tap (0, 0) of the first of them falls.
INLINE void depthwise_pixels(
    const int pixels, const ck_window *s, const float *image, const float *w, const float *bias, int32_t activation,
    float *y, int64_t ky0, int64_t ky1, int64_t kx0, int64_t kx1) {
    const int vectors = pixels == 4 ? 2 : 4;
    const int64_t C = s->channels;
    int64_t c = 0;
#define AT(n, width) \
    depthwise_block( \
        pixels, n, width, s, image + c, w + c, bias ? bias + c : NULL, activation, y + c, ky0, ky1, kx0, kx1)
    for (; c + vectors * LANES <= C; c += vectors * LANES) AT(vectors, LANES);
    for (; c + LANES <= C; c += LANES) AT(1, LANES);
    if (c < C) AT(1, C - c);
#undef AT
}

static void depthwise(
    const ck_window *s, const float *x, const float *w, const float *bias, int32_t activation, float *y) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            int64_t ky0, ky1;
            const int64_t y0 = oy * s->stride_h - s->pad_top;
            clip(y0, s->kernel_h, s->height, &ky0, &ky1);
            const float *line = x + (b * s->height + y0) * s->width * C;
            float *row = y + (b * s->out_height + oy) * s->out_width * C;
            for (int64_t ox = 0; ox < s->out_width;) {
                int64_t kx0, kx1;
                const int64_t x0 = ox * s->stride_w - s->pad_left;
                clip(x0, s->kernel_w, s->width, &kx0, &kx1);
                // Neighbours whose windows all lie inside are taken together.
                const int64_t room = x0 < 0 || x0 + s->kernel_w > s->width
                    ? 0
                    : (s->width - s->kernel_w - x0) / s->stride_w + 1;
                const int64_t left = s->out_width - ox < room ? s->out_width - ox : room;
                const float *image = line + x0 * C;
                float *to = row + ox * C;
                if (left >= 4) {
                    depthwise_pixels(4, s, image, w, bias, activation, to, ky0, ky1, 0, s->kernel_w);
                    ox += 4;
                } else if (left >= 2) {
                    depthwise_pixels(2, s, image, w, bias, activation, to, ky0, ky1, 0, s->kernel_w);
                    ox += 2;
                } else {
                    depthwise_pixels(1, s, image, w, bias, activation, to, ky0, ky1, kx0, kx1);
                    ox += 1;
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
