// Element by element.

#define EACH(k, n) for (int64_t k = 0, n = count; k < count; k += LANES, n = count - k)

static void activate(int64_t count, const float *x, int32_t activation, float *y) {
    EACH(k, n) put(y + k, apply(fetch(x + k, n), activation), n);
}

INLINE vec slope(vec x, int32_t activation) {
    switch (activation) {
    case CK_RELU:
        return choose(x > 0.0f, splat(1), splat(0));
    case CK_SILU: {
        const vec s = sigmoid_vec(x);
        return s + x * s * (1.0f - s);
    }
    case CK_SIGMOID: {
        const vec s = sigmoid_vec(x);
        return s * (1.0f - s);
    }
    case CK_TANH: {
        const vec t = tanh_vec(x);
        return 1.0f - t * t;
    }
    default:
        return splat(1);
    }
}

static void activate_backward(int64_t count, const float *x, const float *dy, int32_t activation, float *dx) {
    EACH(k, n) put(dx + k, fetch(dy + k, n) * slope(fetch(x + k, n), activation), n);
}

static void exponential(int64_t count, const float *x, float *y) { EACH(k, n) put(y + k, exp_vec(fetch(x + k, n)), n); }

static void add(int64_t count, const float *x, const float *z, int32_t activation, float *y) {
    EACH(k, n) put(y + k, apply(fetch(x + k, n) + fetch(z + k, n), activation), n);
}

static void multiply(int64_t count, const float *x, const float *z, float *y) {
    EACH(k, n) put(y + k, fetch(x + k, n) * fetch(z + k, n), n);
}

static void axpy(int64_t count, float a, const float *x, float *y) {
    EACH(k, n) put(y + k, fetch(y + k, n) + a * fetch(x + k, n), n);
}

static double squares(int64_t count, const float *x) {
    double total = 0;
    for (int64_t from = 0; from < count; from += 4096) {
        const int64_t end = from + 4096 < count ? from + 4096 : count;
        vec sum = splat(0);
        for (int64_t k = from; k < end; k += LANES) {
            const vec v = fetch(x + k, end - k);
            sum += v * v;
        }
        total += (double)sum_lanes(sum);
    }
    return total;
}

static void magnitude(int64_t count, const float *z, float gain, int32_t logarithm, float *y, int64_t step) {
    EACH(k, n) {
        const vec a = fetch(z + 2 * k, 2 * n), b = 2 * n > LANES ? fetch(z + 2 * k + LANES, 2 * n - LANES) : splat(0);
        const vec re = real_parts(a, b), im = imaginary_parts(a, b);
        vec size = square_root(re * re + im * im) * gain;
        if (logarithm) size = log1p_vec(size);
        if (step == 1) {
            put(y + k, size, n);
        } else {
            float lanes[LANES];
            store(lanes, size);
            for (int64_t i = 0; i < n && i < LANES; ++i) y[(k + i) * step] = lanes[i];
        }
    }
}

static void complex_scale(int64_t count, const float *x, const float *w, float *z) {
#pragma clang loop vectorize_width(LANES)
    for (int64_t k = 0; k < count; ++k) {
        z[2 * k] = x[2 * k] * w[k];
        z[2 * k + 1] = x[2 * k + 1] * w[k];
    }
}

static void complex_scale_add(int64_t count, const float *x, const float *w, float *z) {
#pragma clang loop vectorize_width(LANES)
    for (int64_t k = 0; k < count; ++k) {
        z[2 * k] += x[2 * k] * w[k];
        z[2 * k + 1] += x[2 * k + 1] * w[k];
    }
}

static void adamw(
    int64_t count, const ck_adamw_arguments *o, float *p, const float *gradient, float *m, float *v) {
    const float keep = 1.0f - o->rate * o->decay, step = o->rate / o->correction1;
    const float root = 1.0f / sqrtf(o->correction2);
    EACH(k, n) {
        const vec g = fetch(gradient + k, n) * o->gradient_scale;
        const vec first = fetch(m + k, n) * o->beta1 + g * (1.0f - o->beta1);
        const vec second = fetch(v + k, n) * o->beta2 + g * g * (1.0f - o->beta2);
        put(m + k, first, n);
        put(v + k, second, n);
        put(p + k, fetch(p + k, n) * keep - step * first / (square_root(second) * root + o->epsilon), n);
    }
}
