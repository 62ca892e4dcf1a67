// Matrix product: a tile of C stays in registers while one row of B and a column of A after the other pass by.

#define VECTORS (CK_PANEL / LANES)  // in a row of a panel

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
        const vec bias = g->bias ? fetch(g->bias + first + v * LANES, left) : splat(0);
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; ++i) {
            float *to = c + i * g->c_row + v * LANES;
            vec x = sum[i][v] + bias;
            if (g->accumulate) x += fetch(to, left);
            if (residual) x += fetch(residual + i * g->residual_row + v * LANES, left);
            put(to, apply(x, g->activation), left);
        }
    }
}

#define TILE(r) \
    case r: \
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

static void gemm(const ck_gemm_arguments *g) {
    const int64_t total = g->segments * g->depth, width = TILE_PANELS * CK_PANEL;
    const int64_t tiles = (g->rows + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t first = 0; first < g->columns; first += width) {
        const float *b = g->b + first * total;
        const int panels = g->columns - first > CK_PANEL ? TILE_PANELS : 1;
        for (int64_t group = 0; group < g->groups; ++group) {
            const float *a = g->a + group * g->a_group;
            float *c = g->c + group * g->c_group + first;
            const float *residual = g->residual ? g->residual + group * g->residual_group + first : NULL;
            // The rows are spread evenly: 256 rows are tiles of 12 and 11, not 21 tiles and a rest of 4.
            for (int64_t t = 0, i = 0; t < tiles; ++t) {
                const int64_t end = g->rows * (t + 1) / tiles;
                run_tile(
                    (int)(end - i), panels, g, a + i * g->a_row, b, c + i * g->c_row,
                    residual ? residual + i * g->residual_row : NULL, first);
                i = end;
            }
        }
    }
}
