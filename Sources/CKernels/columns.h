// Reductions over the rows of (rows, C) and maps with one coefficient per column or row.
//
// Sums over rows run in blocks of 128 rows that are added up one after the other: the rounding error then grows with the
// number of blocks, not of rows.

#define BLOCK 128

#define REDUCE(name, parameters, term) \
    static void name parameters { \
        for (int64_t c = 0; c < columns; c += LANES) { \
            const int64_t n = columns - c; \
            vec total = splat(0); \
            for (int64_t from = 0; from < rows; from += BLOCK) { \
                const int64_t to = from + BLOCK < rows ? from + BLOCK : rows; \
                vec even = splat(0), odd = splat(0); \
                int64_t r = from; \
                for (; r + 2 <= to; r += 2) { \
                    even += term(r * columns + c, c, n); \
                    odd += term((r + 1) * columns + c, c, n); \
                } \
                if (r < to) even += term(r * columns + c, c, n); \
                total += even + odd; \
            } \
            put(sum + c, total, n); \
        } \
    }

#define PLAIN(at, c, n) fetch(x + (at), n)
#define PRODUCT(at, c, n) (fetch(x + (at), n) * fetch(y + (at), n))

INLINE vec deviation(const float *x, const float *mean, int64_t n) {
    const vec d = fetch(x, n) - fetch(mean, n);
    return d * d;
}
#define SQUARE(at, c, n) deviation(x + (at), mean + (c), n)

REDUCE(column_sum, (int64_t rows, int64_t columns, const float *x, float *sum), PLAIN)
REDUCE(column_squares, (int64_t rows, int64_t columns, const float *x, const float *mean, float *sum), SQUARE)
REDUCE(column_dot, (int64_t rows, int64_t columns, const float *x, const float *y, float *sum), PRODUCT)

static void column_max(int64_t rows, int64_t columns, const float *x, float *max) {
    for (int64_t c = 0; c < columns; c += LANES) {
        const int64_t n = columns - c;
        vec best = splat(-INFINITY);
        for (int64_t r = 0; r < rows; ++r) {
            const vec value = fetch(x + r * columns + c, n);
            best = choose((value > best) | (value != value), value, best);
        }
        put(max + c, best, n);
    }
}

static void affine(
    int64_t rows, int64_t columns, const float *x, const float *scale, const float *shift, int32_t activation, float *y) {
    for (int64_t r = 0; r < rows; ++r, x += columns, y += columns) {
        for (int64_t c = 0; c < columns; c += LANES) {
            const int64_t n = columns - c;
            vec v = fetch(x + c, n);
            if (scale) v *= fetch(scale + c, n);
            if (shift) v += fetch(shift + c, n);
            put(y + c, apply(v, activation), n);
        }
    }
}

static void affine2(
    int64_t rows, int64_t columns, const float *x, const float *a, const float *z, const float *b, const float *shift,
    float *y) {
    for (int64_t r = 0; r < rows; ++r, x += columns, y += columns, z += columns) {
        for (int64_t c = 0; c < columns; c += LANES) {
            const int64_t n = columns - c;
            const vec v = fetch(x + c, n) * fetch(a + c, n) + fetch(z + c, n) * fetch(b + c, n) + fetch(shift + c, n);
            put(y + c, v, n);
        }
    }
}

static void row_mean_max(int64_t rows, int64_t columns, const float *x, float *out) {
    for (int64_t r = 0; r < rows; ++r, x += columns) {
        vec sum = splat(0), best = splat(-INFINITY);
        int64_t c = 0;
        for (; c + LANES <= columns; c += LANES) {
            const vec value = load(x + c);
            sum += value;
            best = choose((value > best) | (value != value), value, best);
        }
        float total = sum_lanes(sum), top = -INFINITY;
        for (int k = 0; k < LANES; ++k) top = best[k] > top || best[k] != best[k] ? best[k] : top;
        for (; c < columns; ++c) {
            total += x[c];
            top = x[c] > top || x[c] != x[c] ? x[c] : top;
        }
        out[2 * r] = total / (float)columns;
        out[2 * r + 1] = top;
    }
}

static void scale_rows(int64_t rows, int64_t columns, const float *x, const float *s, float *y) {
    for (int64_t r = 0; r < rows; ++r, x += columns, y += columns) {
        const vec factor = splat(s[r]);
        for (int64_t c = 0; c < columns; c += LANES) put(y + c, fetch(x + c, columns - c) * factor, columns - c);
    }
}
