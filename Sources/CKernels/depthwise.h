// Depthwise convolution over (B, H, W, C): vectors run along the channels; taps outside the image are skipped, not padded.

/// The taps [from, to) of a kernel at `start` that fall on [0, size).
INLINE void clip(int64_t start, int64_t kernel, int64_t size, int64_t *from, int64_t *to) {
    *from = start < 0 ? -start : 0;
    *to = size - start < kernel ? size - start : kernel;
}

#define PIXELS 4  // neighbouring outputs that share a load of the weights

/// `pixels` outputs from x0 on (input column of the first), all taps [kx0, kx1) inside the image.
INLINE void depthwise_pixels(
    const int pixels, const ck_window *s, const float *image, const float *w, const float *bias, int32_t activation,
    float *y, int64_t y0, int64_t ky0, int64_t ky1, int64_t x0, int64_t kx0, int64_t kx1) {
    const int64_t C = s->channels, step = s->stride_w * C;
    for (int64_t c = 0; c < C; c += LANES) {
        const int64_t n = C - c;
        vec sum[PIXELS];
        const vec start = bias ? fetch(bias + c, n) : splat(0);
#pragma clang loop unroll(full)
        for (int i = 0; i < pixels; ++i) sum[i] = start;
        for (int64_t ky = ky0; ky < ky1; ++ky) {
            const float *x = image + ((y0 + ky) * s->width + x0 + kx0) * C + c;
            const float *k = w + (ky * s->kernel_w + kx0) * C + c;
            for (int64_t kx = kx0; kx < kx1; ++kx, x += C, k += C) {
                const vec tap = fetch(k, n);
#pragma clang loop unroll(full)
                for (int i = 0; i < pixels; ++i) sum[i] += fetch(x + i * step, n) * tap;
            }
        }
#pragma clang loop unroll(full)
        for (int i = 0; i < pixels; ++i) put(y + i * C + c, apply(sum[i], activation), n);
    }
}

static void depthwise(
    const ck_window *s, const float *x, const float *w, const float *bias, int32_t activation, float *y) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        const float *image = x + b * s->height * s->width * C;
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            int64_t ky0, ky1;
            const int64_t y0 = oy * s->stride_h - s->pad_top;
            clip(y0, s->kernel_h, s->height, &ky0, &ky1);
            float *row = y + (b * s->out_height + oy) * s->out_width * C;
            for (int64_t ox = 0; ox < s->out_width;) {
                int64_t kx0, kx1;
                const int64_t x0 = ox * s->stride_w - s->pad_left;
                clip(x0, s->kernel_w, s->width, &kx0, &kx1);
                const int64_t last = x0 + (PIXELS - 1) * s->stride_w + s->kernel_w;
                if (x0 >= 0 && last <= s->width && ox + PIXELS <= s->out_width) {
                    depthwise_pixels(
                        PIXELS, s, image, w, bias, activation, row + ox * C, y0, ky0, ky1, x0, 0, s->kernel_w);
                    ox += PIXELS;
                } else {
                    depthwise_pixels(1, s, image, w, bias, activation, row + ox * C, y0, ky0, ky1, x0, kx0, kx1);
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
