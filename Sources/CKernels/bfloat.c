// The products of bfloat.h, as gemm.h has those of floats: a tile of C stays in registers.
#include "bfloat.h"

#include <stddef.h>
#include <string.h>

#include "CKernels.h"

static int64_t pairs(int64_t depth) { return (depth + 1) / 2; }

int64_t ck_bfloat_packed_count(int64_t segments, int64_t depth, int64_t columns) {
    return segments * pairs(depth) * 2 * ((columns + CK_PANEL - 1) / CK_PANEL) * CK_PANEL;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define TILE_ROWS 12
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), apply_to = function)

int ck_bfloat_supported(void) { return ck_supported(CK_AVX512) && __builtin_cpu_supports("avx512bf16"); }

INLINE __mmask16 first_lanes(int64_t count) { return (__mmask16)(count >= 16 ? 0xffff : (1u << count) - 1); }

INLINE __m256i rounded(const float *x, __mmask16 mask) {
    return (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x));
}

void ck_bfloat_round(int64_t count, const float *x, uint16_t *y) {
    for (int64_t i = 0; i < count; i += 16) {
        const __mmask16 mask = first_lanes(count - i);
        _mm256_mask_storeu_epi16(y + i, mask, rounded(x + i, mask));
    }
}

/// (low, high) side by side in every lane.
INLINE __m512i paired(__m256i low, __m256i high) {
    return _mm512_or_si512(_mm512_cvtepu16_epi32(low), _mm512_slli_epi32(_mm512_cvtepu16_epi32(high), 16));
}

void ck_bfloat_pair(int64_t count, int64_t distance, const float *x, uint32_t *y) {
    const int64_t last = count - distance;
    for (int64_t i = 0; i < count; i += 16) {
        const __mmask16 mask = first_lanes(count - i);
        const __mmask16 next = i < last ? first_lanes(last - i) : 0;
        const __m256i high = next ? rounded(x + i + distance, next) : _mm256_setzero_si256();
        _mm512_mask_storeu_epi32(y + i, mask, paired(rounded(x + i, mask), high));
    }
}

void ck_bfloat_pack(
    int64_t segments, int64_t depth, int64_t columns, const float *b, int64_t row, int64_t column, uint16_t *packed) {
    for (int64_t first = 0; first < columns; first += CK_PANEL) {
        const int64_t width = columns - first < CK_PANEL ? columns - first : CK_PANEL;
        const __mmask16 mask = first_lanes(width);
        for (int64_t s = 0; s < segments; ++s) {
            for (int64_t p = 0; p < depth; p += 2, packed += 2 * CK_PANEL) {
                const float *from = b + (s * depth + p) * row + first * column;
                float two[2][CK_PANEL] = {{0}};
                for (int j = 0; j < 2 && p + j < depth; ++j) {
                    if (column == 1) {
                        _mm512_storeu_ps(two[j], _mm512_maskz_loadu_ps(mask, from + j * row));
                    } else {
                        for (int64_t n = 0; n < width; ++n) two[j][n] = from[j * row + n * column];
                    }
                }
                _mm512_storeu_si512(packed, paired(rounded(two[0], 0xffff), rounded(two[1], 0xffff)));
            }
        }
    }
}

INLINE __m512bh broadcast(const uint16_t *pair) {
    int32_t bits;
    memcpy(&bits, pair, sizeof bits);
    return (__m512bh)_mm512_set1_epi32(bits);
}

/// One tile of `rows` by `panels` panels; both are constants wherever this is inlined.
INLINE void tile(
    const int rows, const int panels, const ck_bfloat_gemm_arguments *g, const uint16_t *a, const uint16_t *b, float *c,
    int64_t first) {
    const int64_t count = pairs(g->depth), total = g->segments * count * 2 * CK_PANEL;
    __m512 sum[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; ++i)
#pragma clang loop unroll(full)
        for (int v = 0; v < panels; ++v) sum[i][v] = _mm512_setzero_ps();

    const uint16_t *panel = b;
    const int64_t row = g->a_row, step = g->a_pair;
    for (int64_t s = 0; s < g->segments; ++s) {
        // Every third row has its own pointer: three rows fit one address with its index scaled.
        const uint16_t *at[(TILE_ROWS + 2) / 3];
#pragma clang loop unroll(full)
        for (int t = 0; t < (rows + 2) / 3; ++t) at[t] = a + s * g->a_segment + 3 * t * row;
        for (int64_t q = 0; q < count; ++q) {
            __m512bh next[2];
#pragma clang loop unroll(full)
            for (int v = 0; v < panels; ++v) next[v] = (__m512bh)_mm512_loadu_si512(panel + v * total);
#pragma clang loop unroll(full)
            for (int i = 0; i < rows; ++i) {
                const __m512bh x = broadcast(at[i / 3] + (i % 3) * row);
#pragma clang loop unroll(full)
                for (int v = 0; v < panels; ++v) sum[i][v] = _mm512_dpbf16_ps(sum[i][v], next[v], x);
            }
#pragma clang loop unroll(full)
            for (int t = 0; t < (rows + 2) / 3; ++t) at[t] += step;
            panel += 2 * CK_PANEL;
        }
    }

#pragma clang loop unroll(full)
    for (int v = 0; v < panels; ++v) {
        const int64_t left = g->columns - first - v * CK_PANEL;
        if (left <= 0) break;
        const __mmask16 mask = first_lanes(left);
        const __m512 bias =
            g->bias ? _mm512_maskz_loadu_ps(mask, g->bias + first + v * CK_PANEL) : _mm512_setzero_ps();
#pragma clang loop unroll(full)
        for (int i = 0; i < rows; ++i) {
            float *to = c + i * g->c_row + v * CK_PANEL;
            __m512 x = _mm512_add_ps(sum[i][v], bias);
            if (g->accumulate) x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(mask, to));
            _mm512_mask_storeu_ps(to, mask, x);
        }
    }
}

#define TILE(r) \
    case r: \
        if (panels == 2) \
            tile(r, 2, g, a, b, c, first); \
        else \
            tile(r, 1, g, a, b, c, first); \
        return;

__attribute__((noinline)) static void run_tile(
    int rows, int panels, const ck_bfloat_gemm_arguments *g, const uint16_t *a, const uint16_t *b, float *c,
    int64_t first) {
    switch (rows) {
        TILE(1)
        TILE(2)
        TILE(3)
        TILE(4)
        TILE(5)
        TILE(6)
        TILE(7)
        TILE(8)
        TILE(9)
        TILE(10)
        TILE(11)
        TILE(12)
    }
}

void ck_bfloat_gemm(const ck_bfloat_gemm_arguments *g) {
    const int64_t panel = g->segments * pairs(g->depth) * 2 * CK_PANEL;
    const int64_t tiles = (g->rows + TILE_ROWS - 1) / TILE_ROWS;
    for (int64_t first = 0; first < g->columns; first += 2 * CK_PANEL) {
        const int panels = g->columns - first > CK_PANEL ? 2 : 1;
        for (int64_t group = 0; group < g->groups; ++group) {
            for (int64_t t = 0, i = 0; t < tiles; ++t) {
                const int64_t end = g->rows * (t + 1) / tiles;
                run_tile(
                    (int)(end - i), panels, g, g->a + group * g->a_group + i * g->a_row,
                    g->b + first / CK_PANEL * panel, g->c + group * g->c_group + i * g->c_row + first, first);
                i = end;
            }
        }
    }
}
#pragma clang attribute pop

#else
int ck_bfloat_supported(void) { return 0; }
void ck_bfloat_round(int64_t count, const float *x, uint16_t *y) {}
void ck_bfloat_pair(int64_t count, int64_t distance, const float *x, uint32_t *y) {}
void ck_bfloat_pack(
    int64_t segments, int64_t depth, int64_t columns, const float *b, int64_t row, int64_t column, uint16_t *packed) {}
void ck_bfloat_gemm(const ck_bfloat_gemm_arguments *arguments) {}
#endif
