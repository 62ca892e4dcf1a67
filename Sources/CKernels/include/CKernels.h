// The inner loops of training and inference, each written once and compiled for AVX-512, AVX2 with FMA, and the baseline of
// the architecture (SSE2, NEON). The widest that the CPU and the operating system support is chosen when the program starts.
//
// Layout letters: B batch, L time, H height, W width, C channels; channels are always last and contiguous. Nothing here
// allocates, locks or keeps state (other than ck_select).
#ifndef BEATD_CKERNELS_H
#define BEATD_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "bfloat.h"

typedef enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2 } ck_isa;

/// The variant in use.
ck_isa ck_selected(void);
/// Whether this CPU can run the variant.
int ck_supported(ck_isa isa);
/// Makes every later call use `isa`; returns 0 if the CPU lacks it. For benchmarks: not while other threads run kernels.
int ck_select(ck_isa isa);

typedef enum { CK_NONE = 0, CK_RELU = 1, CK_SILU = 2, CK_SIGMOID = 3, CK_TANH = 4 } ck_activation;

// -- Matrix product ------------------------------------------------------------------------------------------------------

/// Columns of B that lie together in its packed form.
#define CK_PANEL 16

/// Floats that the packed form of a (depth, columns) matrix takes.
int64_t ck_packed_count(int64_t depth, int64_t columns);
/// Packs B, element (p, n) at b[p * row + n * column], into panels of CK_PANEL columns, the last padded with zeros.
void ck_pack(int64_t depth, int64_t columns, const float *b, int64_t row, int64_t column, float *packed);

/// C[g, i, n] = act(sum_s sum_p A[g, i, s, p] B[s * depth + p, n] + bias[n] + residual[g, i, n]), B packed by ck_pack.
///
/// A is addressed as a[g * a_group + i * a_row + s * a_segment + p * a_depth] with any strides, so that
///  - a linear layer or pointwise convolution has a_row = C, one segment, a_depth = 1;
///  - a convolution over time reads overlapping windows of a padded row: a_row = stride * C, depth = kernel * C;
///  - a dense 2-D convolution has one segment per kernel row;
///  - a gradient of weights transposes: a_row = 1, a_depth = C.
typedef struct {
    int64_t groups, rows, columns, segments, depth;
    const float *a;
    int64_t a_group, a_row, a_segment, a_depth;
    const float *b;
    float *c;
    int64_t c_group, c_row;
    const float *bias;      // (columns), or NULL
    const float *residual;  // or NULL
    int64_t residual_group, residual_row;
    int32_t accumulate;  // add to C what C held (before the activation)
    int32_t activation;  // ck_activation
} ck_gemm_arguments;
void ck_gemm(const ck_gemm_arguments *arguments);

// -- Windows over (B, H, W, C) -------------------------------------------------------------------------------------------

/// A window sliding over (B, H, W, C) to (B, OH, OW, C); over time H, OH and kernel_h are 1. Padding is implicit.
typedef struct {
    int64_t batch, height, width, channels;
    int64_t kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left;
    int64_t out_height, out_width;
} ck_window;

/// y = act(depthwise convolution of x with w (kernel_h, kernel_w, C) + bias); bias may be NULL.
void ck_depthwise(const ck_window *window, const float *x, const float *w, const float *bias, int32_t activation, float *y);
/// dx += what dy owes to x.
void ck_depthwise_backward_input(const ck_window *window, const float *dy, const float *w, float *dx);
/// dw += what dy owes to w.
void ck_depthwise_backward_weights(const ck_window *window, const float *x, const float *dy, float *dw);
/// The largest value under the window (padding never wins). y rows lie y_pixel floats apart (C when dense).
void ck_max_pool(const ck_window *window, const float *x, float *y, int64_t y_pixel);
/// dx += dy at the first position that held the maximum.
void ck_max_pool_backward(const ck_window *window, const float *x, const float *y, const float *dy, float *dx);
/// The mean under the window over the positions inside the image.
void ck_average_pool(const ck_window *window, const float *x, float *y);
void ck_average_pool_backward(const ck_window *window, const float *dy, float *dx);

// -- Rows of channels (rows, C) ------------------------------------------------------------------------------------------

/// sum[c] = sum over rows of x[r, c].
void ck_column_sum(int64_t rows, int64_t columns, const float *x, float *sum);
/// sum[c] = sum over rows of (x[r, c] - mean[c])^2.
void ck_column_squares(int64_t rows, int64_t columns, const float *x, const float *mean, float *sum);
/// sum[c] = sum over rows of x[r, c] * y[r, c].
void ck_column_dot(int64_t rows, int64_t columns, const float *x, const float *y, float *sum);
/// y[r, c] = act(x[r, c] * scale[c] + shift[c]); y may be x. scale or shift may be NULL (1, 0).
void ck_affine(
    int64_t rows, int64_t columns, const float *x, const float *scale, const float *shift, int32_t activation, float *y);
/// y[r, c] = x[r, c] * a[c] + z[r, c] * b[c] + shift[c]: the gradient of batch norm in one pass.
void ck_affine2(
    int64_t rows, int64_t columns, const float *x, const float *a, const float *z, const float *b, const float *shift,
    float *y);
/// max[c] = largest of the column.
void ck_column_max(int64_t rows, int64_t columns, const float *x, float *max);
/// For CBAM's spatial attention: out[2 r] = mean over channels of x[r], out[2 r + 1] = their maximum.
void ck_row_mean_max(int64_t rows, int64_t columns, const float *x, float *out);
/// y[r, c] = x[r, c] * s[r]; y may be x.
void ck_scale_rows(int64_t rows, int64_t columns, const float *x, const float *s, float *y);

// -- Element by element --------------------------------------------------------------------------------------------------

/// y = act(x); y may be x. Relative error below 1e-6.
void ck_activate(int64_t count, const float *x, int32_t activation, float *y);
/// dx = dy * act'(x); dx may be dy.
void ck_activate_backward(int64_t count, const float *x, const float *dy, int32_t activation, float *dx);
/// y = exp(x), relative error below 1e-6; saturates where float does.
void ck_exp(int64_t count, const float *x, float *y);
/// y = act(x + z); y may be either.
void ck_add(int64_t count, const float *x, const float *z, int32_t activation, float *y);
/// y = x * z; y may be either.
void ck_multiply(int64_t count, const float *x, const float *z, float *y);
/// y += a * x.
void ck_axpy(int64_t count, float a, const float *x, float *y);
/// The sum of squares, added up in double.
double ck_squares(int64_t count, const float *x);
/// y[k] = log1p(gain * |z[k]|) of complex z (interleaved), or gain * |z[k]| when `logarithm` is 0; y[k] lies `step` apart.
void ck_magnitude(int64_t count, const float *z, float gain, int32_t logarithm, float *y, int64_t step);
/// z[k] = x[k] * w[k]: complex interleaved times real.
void ck_complex_scale(int64_t count, const float *x, const float *w, float *z);
/// z[k] += x[k] * w[k].
void ck_complex_scale_add(int64_t count, const float *x, const float *w, float *z);

/// One step of AdamW (Loshchilov & Hutter 2019) as PyTorch computes it: p *= 1 - rate * decay; m, v updated with
/// g = gradient * gradient_scale; p -= rate * (m / correction1) / (sqrt(v / correction2) + epsilon).
typedef struct {
    float rate, beta1, beta2, epsilon, decay, correction1, correction2, gradient_scale;
} ck_adamw_arguments;
void ck_adamw(
    int64_t count, const ck_adamw_arguments *arguments, float *p, const float *gradient, float *m, float *v);

#include "variants.h"

/// The functions of one variant, or NULL if this CPU cannot run it.
const ck_table *ck_variant(ck_isa isa);

#endif
