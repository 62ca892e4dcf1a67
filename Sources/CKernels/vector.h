// Vectors of LANES floats and the functions on them.
typedef float vec __attribute__((vector_size(LANES * 4)));
typedef int32_t veci __attribute__((vector_size(LANES * 4)));

#define INLINE static inline __attribute__((always_inline))

// Minus zero is nothing; plus zero would be an addition (it changes -0).
INLINE vec splat(float x) { return x - (vec){}; }

INLINE vec load(const float *p) {
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, vec v) { memcpy(p, &v, sizeof v); }

#if LANES == 16
INLINE vec load_some(const float *p, int64_t n) {
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}
INLINE void store_some(float *p, vec v, int64_t n) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
}
#else
INLINE vec load_some(const float *p, int64_t n) {
    float lanes[LANES] = {0};
    for (int64_t k = 0; k < n && k < LANES; ++k) lanes[k] = p[k];
    return load(lanes);
}
INLINE void store_some(float *p, vec v, int64_t n) {
    float lanes[LANES];
    store(lanes, v);
    for (int64_t k = 0; k < n && k < LANES; ++k) p[k] = lanes[k];
}
#endif

/// The first n floats at p (all LANES of them when there are as many), else zeros.
INLINE vec fetch(const float *p, int64_t n) { return n >= LANES ? load(p) : load_some(p, n); }
INLINE void put(float *p, vec v, int64_t n) {
    if (n >= LANES) {
        store(p, v);
    } else {
        store_some(p, v, n);
    }
}

#if LANES == 4
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#elif LANES == 8
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#else
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#endif
/// The real and the imaginary parts of LANES complex numbers that lie in two vectors.
INLINE vec real_parts(vec a, vec b) { return __builtin_shufflevector(a, b, EVEN); }
INLINE vec imaginary_parts(vec a, vec b) { return __builtin_shufflevector(a, b, ODD); }

/// a where the mask is set, b elsewhere.
INLINE vec choose(veci mask, vec a, vec b) { return (vec)(((veci)a & mask) | ((veci)b & ~mask)); }
INLINE vec larger(vec a, vec b) { return choose(a > b, a, b); }
INLINE vec absolute(vec x) { return (vec)((veci)x & 0x7fffffff); }
INLINE vec square_root(vec x) { return __builtin_elementwise_sqrt(x); }

INLINE float sum_lanes(vec v) {
    float total = 0;
    for (int k = 0; k < LANES; ++k) total += v[k];
    return total;
}

#if LANES == 16
// Of two numbers of which one is NaN these take the second.
INLINE vec above(vec x, float low) { return (vec)_mm512_max_ps((__m512)splat(low), (__m512)x); }
INLINE vec below(vec x, float high) { return (vec)_mm512_min_ps((__m512)splat(high), (__m512)x); }
/// 1 / x for 2^-126 < x < 2^126: 14 bits from the table, doubled by one step of Newton's.
INLINE vec reciprocal(vec x) {
    const vec r = (vec)_mm512_rcp14_ps((__m512)x);
    return r * (2.0f - x * r);
}
#else
INLINE vec above(vec x, float low) { return choose(x < low, splat(low), x); }
INLINE vec below(vec x, float high) { return choose(x > high, splat(high), x); }
INLINE vec reciprocal(vec x) { return 1.0f / x; }
#endif

/// exp(x) for -87.3 < x < 88.7: reduction to [-ln2/2, ln2/2], then the polynomial of degree 5 whose largest relative error is
/// least (7.5e-8 before rounding, by Remez' exchange), then 2^n by adding n to the exponent.
INLINE vec exp_inside(vec x) {
    const vec magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer, which the low bits then hold
    const vec shifted = x * 1.44269504088896341f + magic;
    const vec n = shifted - magic;
#if LANES == 4
    // Without a fused product n * ln2 has to be exact: Cody and Waite's two parts.
    vec r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
#else
    const vec r = x - n * 0.693147180559945309f;
#endif
    vec p = splat(8.29764084370081e-3f);
    p = p * r + 4.191548088157524e-2f;
    p = p * r + 1.6667575453543243e-1f;
    p = p * r + 4.999889397558259e-1f;
    p = p * r + 9.999996916231906e-1f;
    p = p * r + 1.0000000717393032f;
    return (vec)((veci)p + ((veci)shifted << 23));
}

/// exp, saturating where float does; NaN stays NaN.
INLINE vec exp_vec(vec x) { return exp_inside(below(above(x, -87.33654f), 88.72283f)); }

INLINE vec sigmoid_vec(vec x) { return reciprocal(1.0f + exp_inside(-below(above(x, -87.0f), 87.0f))); }

/// tanh: an odd polynomial near zero (where the difference below would cancel), else through exp.
INLINE vec tanh_vec(vec x) {
    const vec size = absolute(x);
    const vec s = x * x;
    vec p = splat(-5.70498872745e-3f);
    p = p * s + 2.06390887954e-2f;
    p = p * s - 5.37397155531e-2f;
    p = p * s + 1.33314422036e-1f;
    p = p * s - 3.33332819422e-1f;
    p = p * s * x + x;
    const vec far = 1.0f - 2.0f / (exp_vec(size + size) + 1.0f);
    const vec signedFar = (vec)((veci)far | ((veci)x & (int32_t)0x80000000));
    return choose(size < 0.625f, p, signedFar);
}

/// log(x) for normal x > 0: mantissa in [sqrt(1/2), sqrt(2)), then a polynomial of degree 8.
INLINE vec log_vec(vec x) {
    veci bits = (veci)x;
    veci exponent = ((bits >> 23) & 0xff) - 126;
    vec m = (vec)((bits & 0x007fffff) | 0x3f000000);  // [0.5, 1)
    const veci small = m < 0.70710678f;
    exponent += small;
    m = m - 1.0f + (vec)((veci)m & small);
    const vec z = m * m;
    vec p = splat(7.0376836292e-2f);
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    p = p * m * z;
    const vec e = __builtin_convertvector(exponent, vec);
    p = p + e * -2.12194440e-4f - 0.5f * z;
    return m + p + e * 0.693359375f;
}

/// log(1 + x) for x >= 0, accurate near 0: the rounding of 1 + x is put back.
INLINE vec log1p_vec(vec x) {
    const vec u = 1.0f + x;
    return log_vec(u) + (x - (u - 1.0f)) / u;
}

INLINE vec apply(vec x, int32_t activation) {
    switch (activation) {
    case CK_RELU:
        return choose(x < 0.0f, splat(0), x);
    case CK_SILU:
        return x * sigmoid_vec(x);
    case CK_SIGMOID:
        return sigmoid_vec(x);
    case CK_TANH:
        return tanh_vec(x);
    default:
        return x;
    }
}
