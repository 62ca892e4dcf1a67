// Matrix products of bfloat16 pairs with sums in float (AVX512-BF16's vdpbf16ps): twice the multiplications of a float
// product per instruction, with eight significant bits in the factors. Only where ck_bfloat_supported.
#ifndef BEATD_CKERNELS_BFLOAT_H
#define BEATD_CKERNELS_BFLOAT_H

#include <stdint.h>

/// Whether this CPU multiplies pairs of bfloat16.
int ck_bfloat_supported(void);

/// y = x rounded to bfloat16, to nearest even.
void ck_bfloat_round(int64_t count, const float *x, uint16_t *y);

/// y[i] = the pair (x[i], x[i + distance]); past the end zeros.
void ck_bfloat_pair(int64_t count, int64_t distance, const float *x, uint32_t *y);

/// Numbers (16 bits) that the packed form of (segments * depth, columns) takes.
int64_t ck_bfloat_packed_count(int64_t segments, int64_t depth, int64_t columns);

/// Packs B, element (s, p, n) at b[(s * depth + p) * row + n * column], as pairs along p; an odd segment ends with a zero.
void ck_bfloat_pack(
    int64_t segments, int64_t depth, int64_t columns, const float *b, int64_t row, int64_t column, uint16_t *packed);

/// C[g, i, n] = sum_s sum_p A[g, i, s, p] B[s, p, n] + bias[n], B packed by ck_bfloat_pack.
///
/// The pair (A[.., 2q], A[.., 2q + 1]) lies at a + g * a_group + i * a_row + s * a_segment + q * a_pair, all counted in numbers of 16 bits,
/// at any address. With an odd depth the last pair's second number is read, and must be finite.
typedef struct {
    int64_t groups, rows, columns, segments, depth;
    const uint16_t *a;
    int64_t a_group, a_row, a_segment, a_pair;
    const uint16_t *b;
    float *c;
    int64_t c_group, c_row;
    const float *bias;   // (columns), or NULL
    int32_t accumulate;  // add to C what C held
} ck_bfloat_gemm_arguments;
void ck_bfloat_gemm(const ck_bfloat_gemm_arguments *arguments);

#endif
