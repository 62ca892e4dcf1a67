// Matrix product: a tile of C stays in registers while one row of B and a column of A after the other pass by.

#define VECTORS (CK_PANEL / LANES)  // in a row of a panel

/// Writes column of vectors `v` of a tile: bias, what C held, residual, activation.
INLINE void finish(
    const int rows, const int v, int64_t left, const vec *sum, const int pitch, const ck_gemm_arguments *g, float *c,
    const float *residual, int64_t first) {
    const vec bias = g->bias ? fetch(g->bias + first + v * LANES, left) : splat(0);
    vec x[TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) {
        x[i] = sum[i * pitch] + bias;
        if (g->accumulate) x[i] += fetch(c + i * g->c_row + v * LANES, left);
        if (residual) x[i] += fetch(residual + i * g->residual_row + v * LANES, left);
    }
    // One branch for all rows, so that their polynomials run side by side.
#define ALL(activation) \
    case activation: \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; ++i) x[i] = apply(x[i], activation); \
        break;
    switch (g->activation) {
        ALL(CK_RELU)
        ALL(CK_SILU)
        ALL(CK_SIGMOID)
        ALL(CK_TANH)
    default:
        break;
    }
#undef ALL
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) put(c + i * g->c_row + v * LANES, x[i], left);
}

/// One tile of `rows` by `panels` panels; rows and panels are constants wherever this is inlined.
INLINE void tile(
    const int rows, const int panels, const ck_gemm_arguments *g, const float *a, const float *b, float *c,
    const float *residual, int64_t first) {
    const int wide = panels * VECTORS;
    const int64_t total = g->segments * g->depth, step = g->a_depth, row = g->a_row;
    vec sum[TILE_ROWS][TILE_PANELS * VECTORS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i)
#pragma clang loop unroll(full)
        for (int v = 0; v < wide; ++v) sum[i][v] = splat(0);

    const float *panel = b;
    for (int64_t s = 0; s < g->segments; ++s) {
        // Every third row has its own pointer: three rows fit one address with its index scaled.
        const float *at[(TILE_ROWS + 2) / 3];
#pragma clang loop unroll(full)
        for (int t = 0; t < (rows + 2) / 3; ++t) at[t] = a + s * g->a_segment + 3 * t * row;
        for (int64_t p = 0; p < g->depth; ++p) {
            vec next[TILE_PANELS * VECTORS];
#pragma clang loop unroll(full)
            for (int v = 0; v < wide; ++v)
                next[v] = load(panel + (v / VECTORS) * total * CK_PANEL + (v % VECTORS) * LANES);
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; ++i) {
                const vec x = splat(at[i / 3][(i % 3) * row]);
#pragma clang loop unroll(full)
                for (int v = 0; v < wide; ++v) sum[i][v] += x * next[v];
            }
#pragma clang loop unroll(full)
            for (int t = 0; t < (rows + 2) / 3; ++t) at[t] += step;
            panel += CK_PANEL;
        }
    }

#pragma clang loop unroll(full)
    for (int v = 0; v < wide; ++v) {
        const int64_t left = g->columns - first - v * LANES;
        if (left <= 0) break;
        finish(rows, v, left, &sum[0][v], TILE_PANELS * VECTORS, g, c, residual, first);
    }
}

#if LANES == 16
typedef float half __attribute__((vector_size(32)));

/// One tile of `rows` by at most eight columns: half a vector costs half as much where a whole one takes two turns.
INLINE void narrow_tile(
    const int rows, const ck_gemm_arguments *g, const float *a, const float *b, float *c, const float *residual,
    int64_t first) {
    const int64_t step = g->a_depth, row = g->a_row;
    half sum[TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i) sum[i] = (half){};
    const float *panel = b;
    for (int64_t s = 0; s < g->segments; ++s) {
        const float *at[(TILE_ROWS + 2) / 3];
#pragma clang loop unroll(full)
        for (int t = 0; t < (rows + 2) / 3; ++t) at[t] = a + s * g->a_segment + 3 * t * row;
        for (int64_t p = 0; p < g->depth; ++p) {
            half next;
            memcpy(&next, panel, sizeof next);
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; ++i) sum[i] += at[i / 3][(i % 3) * row] * next;
#pragma clang loop unroll(full)
            for (int t = 0; t < (rows + 2) / 3; ++t) at[t] += step;
            panel += CK_PANEL;
        }
    }
    vec wide[TILE_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i)
        wide[i] = __builtin_shufflevector(sum[i], (half){}, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    finish(rows, 0, g->columns - first, wide, 1, g, c, residual, first);
}
#define NARROW(r) \
    if (g->columns - first <= 8) \
        narrow_tile(r, g, a, b, c, residual, first); \
    else
#else
#define NARROW(r)
#endif

#define TILE(r) \
    case r: \
        NARROW(r) \
        if (TILE_PANELS >= 2 && panels >= 2) \
            tile(r, TILE_PANELS, g, a, b, c, residual, first); \
        else \
            tile(r, 1, g, a, b, c, residual, first); \
        return;

__attribute__((noinline)) static void run_tile(
    int rows, int panels, const ck_gemm_arguments *g, const float *a, const float *b, float *c, const float *residual,
    int64_t first) {
    switch (rows) {
        TILE(1)
        TILE(2)
        TILE(3)
#if TILE_ROWS > 3
        TILE(4)
        TILE(5)
        TILE(6)
#endif
#if TILE_ROWS > 6
        TILE(7)
        TILE(8)
        TILE(9)
        TILE(10)
        TILE(11)
        TILE(12)
#endif
    }
}

// Up to this many columns a tile of one panel (and a narrow one beside it) does as well as a wide one.
#define FULL_WIDTH (LANES == 16 ? CK_PANEL + 8 : CK_PANEL)

static void gemm(const ck_gemm_arguments *g) {
    const int64_t total = g->segments * g->depth;
    const int64_t tiles = (g->rows + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t first = 0, panels; first < g->columns; first += panels * CK_PANEL) {
        const float *b = g->b + first * total;
        panels = g->columns - first > FULL_WIDTH ? TILE_PANELS : 1;
        for (int64_t group = 0; group < g->groups; ++group) {
            const float *a = g->a + group * g->a_group;
            float *c = g->c + group * g->c_group + first;
            const float *residual = g->residual ? g->residual + group * g->residual_group + first : NULL;
            // The rows are spread evenly: 256 rows are tiles of 12 and 11, not 21 tiles and a rest of 4.
            for (int64_t t = 0, i = 0; t < tiles; ++t) {
                const int64_t end = g->rows * (t + 1) / tiles;
                run_tile(
                    (int)(end - i), (int)panels, g, a + i * g->a_row, b, c + i * g->c_row,
                    residual ? residual + i * g->residual_row : NULL, first);
                i = end;
            }
        }
    }
}
