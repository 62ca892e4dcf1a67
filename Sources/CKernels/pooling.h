// Pooling over (B, H, W, C), vectors along the channels; padding takes no part.

typedef struct {
    int64_t y0, x0, ky0, ky1, kx0, kx1;
} reach;

INLINE reach reach_of(const ck_window *s, int64_t oy, int64_t ox) {
    reach r;
    r.y0 = oy * s->stride_h - s->pad_top;
    r.x0 = ox * s->stride_w - s->pad_left;
    clip(r.y0, s->kernel_h, s->height, &r.ky0, &r.ky1);
    clip(r.x0, s->kernel_w, s->width, &r.kx0, &r.kx1);
    return r;
}

static void max_pool(const ck_window *s, const float *x, float *y, int64_t y_pixel) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        const float *image = x + b * s->height * s->width * C;
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            for (int64_t ox = 0; ox < s->out_width; ++ox, y += y_pixel) {
                const reach r = reach_of(s, oy, ox);
                for (int64_t c = 0; c < C; c += LANES) {
                    const int64_t n = C - c;
                    vec best = splat(-INFINITY);
                    for (int64_t ky = r.ky0; ky < r.ky1; ++ky) {
                        const float *from = image + ((r.y0 + ky) * s->width + r.x0 + r.kx0) * C + c;
                        for (int64_t kx = r.kx0; kx < r.kx1; ++kx, from += C) {
                            const vec value = fetch(from, n);
                            // NaN wins, so that it is seen downstream.
                            best = choose((value > best) | (value != value), value, best);
                        }
                    }
                    put(y + c, best, n);
                }
            }
        }
    }
}

static void max_pool_backward(const ck_window *s, const float *x, const float *y, const float *dy, float *dx) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        const int64_t image = b * s->height * s->width * C;
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            for (int64_t ox = 0; ox < s->out_width; ++ox, y += C, dy += C) {
                const reach r = reach_of(s, oy, ox);
                for (int64_t c = 0; c < C; c += LANES) {
                    const int64_t n = C - c;
                    const vec best = fetch(y + c, n), gradient = fetch(dy + c, n);
                    veci open = (veci){} - 1;  // lanes whose maximum has not been met yet
                    for (int64_t ky = r.ky0; ky < r.ky1; ++ky) {
                        int64_t at = image + ((r.y0 + ky) * s->width + r.x0 + r.kx0) * C + c;
                        for (int64_t kx = r.kx0; kx < r.kx1; ++kx, at += C) {
                            const veci here = (fetch(x + at, n) == best) & open;
                            open &= ~here;
                            put(dx + at, fetch(dx + at, n) + (vec)((veci)gradient & here), n);
                        }
                    }
                }
            }
        }
    }
}

static void average_pool(const ck_window *s, const float *x, float *y) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        const float *image = x + b * s->height * s->width * C;
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            for (int64_t ox = 0; ox < s->out_width; ++ox, y += C) {
                const reach r = reach_of(s, oy, ox);
                const float share = 1.0f / (float)((r.ky1 - r.ky0) * (r.kx1 - r.kx0));
                for (int64_t c = 0; c < C; c += LANES) {
                    const int64_t n = C - c;
                    vec sum = splat(0);
                    for (int64_t ky = r.ky0; ky < r.ky1; ++ky) {
                        const float *from = image + ((r.y0 + ky) * s->width + r.x0 + r.kx0) * C + c;
                        for (int64_t kx = r.kx0; kx < r.kx1; ++kx, from += C) sum += fetch(from, n);
                    }
                    put(y + c, sum * share, n);
                }
            }
        }
    }
}

static void average_pool_backward(const ck_window *s, const float *dy, float *dx) {
    const int64_t C = s->channels;
    for (int64_t b = 0; b < s->batch; ++b) {
        float *image = dx + b * s->height * s->width * C;
        for (int64_t oy = 0; oy < s->out_height; ++oy) {
            for (int64_t ox = 0; ox < s->out_width; ++ox, dy += C) {
                const reach r = reach_of(s, oy, ox);
                const float share = 1.0f / (float)((r.ky1 - r.ky0) * (r.kx1 - r.kx0));
                for (int64_t c = 0; c < C; c += LANES) {
                    const int64_t n = C - c;
                    const vec gradient = fetch(dy + c, n) * share;
                    for (int64_t ky = r.ky0; ky < r.ky1; ++ky) {
                        float *to = image + ((r.y0 + ky) * s->width + r.x0 + r.kx0) * C + c;
                        for (int64_t kx = r.kx0; kx < r.kx1; ++kx, to += C) put(to, fetch(to, n) + gradient, n);
                    }
                }
            }
        }
    }
}
