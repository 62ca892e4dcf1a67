// Chooses the variant when the program starts and forwards every call to it.
#include "CKernels.h"

#include <string.h>

static const ck_table *active = &ck_table_baseline;
static ck_isa active_isa = CK_BASELINE;

int ck_supported(ck_isa isa) {
    switch (isa) {
    case CK_BASELINE:
        return 1;
#if defined(__x86_64__)
    case CK_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case CK_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && ck_supported(CK_AVX2);
#endif
    default:
        return 0;
    }
}

const ck_table *ck_variant(ck_isa isa) {
    if (!ck_supported(isa)) return NULL;
    switch (isa) {
#if defined(__x86_64__)
    case CK_AVX2:
        return &ck_table_avx2;
    case CK_AVX512:
        return &ck_table_avx512;
#endif
    default:
        return &ck_table_baseline;
    }
}

int ck_select(ck_isa isa) {
    const ck_table *table = ck_variant(isa);
    if (!table) return 0;
    active = table;
    active_isa = isa;
    return 1;
}

ck_isa ck_selected(void) { return active_isa; }

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    if (!ck_select(CK_AVX512) && !ck_select(CK_AVX2)) ck_select(CK_BASELINE);
}

int64_t ck_packed_count(int64_t depth, int64_t columns) {
    return depth * ((columns + CK_PANEL - 1) / CK_PANEL) * CK_PANEL;
}

void ck_pack(int64_t depth, int64_t columns, const float *b, int64_t row, int64_t column, float *packed) {
    for (int64_t first = 0; first < columns; first += CK_PANEL) {
        const int64_t width = columns - first < CK_PANEL ? columns - first : CK_PANEL;
        const float *source = b + first * column;
        if (column == 1 && width == CK_PANEL) {
            for (int64_t p = 0; p < depth; ++p) memcpy(packed + p * CK_PANEL, source + p * row, CK_PANEL * sizeof(float));
        } else {
            for (int64_t p = 0; p < depth; ++p) {
                for (int64_t n = 0; n < CK_PANEL; ++n) {
                    packed[p * CK_PANEL + n] = n < width ? source[p * row + n * column] : 0;
                }
            }
        }
        packed += depth * CK_PANEL;
    }
}

void ck_gemm(const ck_gemm_arguments *arguments) { active->gemm(arguments); }
void ck_depthwise(const ck_window *w, const float *x, const float *k, const float *bias, int32_t act, float *y) {
    active->depthwise(w, x, k, bias, act, y);
}
void ck_depthwise_backward_input(const ck_window *w, const float *dy, const float *k, float *dx) {
    active->depthwise_backward_input(w, dy, k, dx);
}
void ck_depthwise_backward_weights(const ck_window *w, const float *x, const float *dy, float *dk) {
    active->depthwise_backward_weights(w, x, dy, dk);
}
void ck_max_pool(const ck_window *w, const float *x, float *y, int64_t y_pixel) { active->max_pool(w, x, y, y_pixel); }
void ck_max_pool_backward(const ck_window *w, const float *x, const float *y, const float *dy, float *dx) {
    active->max_pool_backward(w, x, y, dy, dx);
}
void ck_average_pool(const ck_window *w, const float *x, float *y) { active->average_pool(w, x, y); }
void ck_average_pool_backward(const ck_window *w, const float *dy, float *dx) {
    active->average_pool_backward(w, dy, dx);
}
void ck_column_sum(int64_t rows, int64_t columns, const float *x, float *sum) {
    active->column_sum(rows, columns, x, sum);
}
void ck_column_squares(int64_t rows, int64_t columns, const float *x, const float *mean, float *sum) {
    active->column_squares(rows, columns, x, mean, sum);
}
void ck_column_dot(int64_t rows, int64_t columns, const float *x, const float *y, float *sum) {
    active->column_dot(rows, columns, x, y, sum);
}
void ck_affine(
    int64_t rows, int64_t columns, const float *x, const float *scale, const float *shift, int32_t act, float *y) {
    active->affine(rows, columns, x, scale, shift, act, y);
}
void ck_affine2(
    int64_t rows, int64_t columns, const float *x, const float *a, const float *z, const float *b, const float *shift,
    float *y) {
    active->affine2(rows, columns, x, a, z, b, shift, y);
}
void ck_column_max(int64_t rows, int64_t columns, const float *x, float *max) {
    active->column_max(rows, columns, x, max);
}
void ck_row_mean_max(int64_t rows, int64_t columns, const float *x, float *out) {
    active->row_mean_max(rows, columns, x, out);
}
void ck_scale_rows(int64_t rows, int64_t columns, const float *x, const float *s, float *y) {
    active->scale_rows(rows, columns, x, s, y);
}
void ck_activate(int64_t count, const float *x, int32_t act, float *y) { active->activate(count, x, act, y); }
void ck_activate_backward(int64_t count, const float *x, const float *dy, int32_t act, float *dx) {
    active->activate_backward(count, x, dy, act, dx);
}
void ck_exp(int64_t count, const float *x, float *y) { active->exp(count, x, y); }
void ck_add(int64_t count, const float *x, const float *z, int32_t act, float *y) { active->add(count, x, z, act, y); }
void ck_multiply(int64_t count, const float *x, const float *z, float *y) { active->multiply(count, x, z, y); }
void ck_axpy(int64_t count, float a, const float *x, float *y) { active->axpy(count, a, x, y); }
double ck_squares(int64_t count, const float *x) { return active->squares(count, x); }
void ck_magnitude(int64_t count, const float *z, float gain, int32_t logarithm, float *y, int64_t step) {
    active->magnitude(count, z, gain, logarithm, y, step);
}
void ck_complex_scale(int64_t count, const float *x, const float *w, float *z) {
    active->complex_scale(count, x, w, z);
}
void ck_complex_scale_add(int64_t count, const float *x, const float *w, float *z) {
    active->complex_scale_add(count, x, w, z);
}
void ck_adamw(
    int64_t count, const ck_adamw_arguments *arguments, float *p, const float *gradient, float *m, float *v) {
    active->adamw(count, arguments, p, gradient, m, v);
}
