// The functions of one variant, for tests that must run each of them and for the dispatch.
#ifndef CK_VARIANTS_H
#define CK_VARIANTS_H

#include <stdint.h>

typedef struct {
    void (*gemm)(const ck_gemm_arguments *);
    void (*depthwise)(const ck_window *, const float *, const float *, const float *, int32_t, float *);
    void (*depthwise_backward_input)(const ck_window *, const float *, const float *, float *);
    void (*depthwise_backward_weights)(const ck_window *, const float *, const float *, float *);
    void (*max_pool)(const ck_window *, const float *, float *, int64_t);
    void (*max_pool_backward)(const ck_window *, const float *, const float *, const float *, float *);
    void (*average_pool)(const ck_window *, const float *, float *);
    void (*average_pool_backward)(const ck_window *, const float *, float *);
    void (*column_sum)(int64_t, int64_t, const float *, float *);
    void (*column_squares)(int64_t, int64_t, const float *, const float *, float *);
    void (*column_dot)(int64_t, int64_t, const float *, const float *, float *);
    void (*affine)(int64_t, int64_t, const float *, const float *, const float *, int32_t, float *);
    void (*affine2)(
        int64_t, int64_t, const float *, const float *, const float *, const float *, const float *, float *);
    void (*column_max)(int64_t, int64_t, const float *, float *);
    void (*row_mean_max)(int64_t, int64_t, const float *, float *);
    void (*scale_rows)(int64_t, int64_t, const float *, const float *, float *);
    void (*activate)(int64_t, const float *, int32_t, float *);
    void (*activate_backward)(int64_t, const float *, const float *, int32_t, float *);
    void (*exp)(int64_t, const float *, float *);
    void (*add)(int64_t, const float *, const float *, int32_t, float *);
    void (*multiply)(int64_t, const float *, const float *, float *);
    void (*axpy)(int64_t, float, const float *, float *);
    double (*squares)(int64_t, const float *);
    void (*magnitude)(int64_t, const float *, float, int32_t, float *, int64_t);
    void (*complex_scale)(int64_t, const float *, const float *, float *);
    void (*complex_scale_add)(int64_t, const float *, const float *, float *);
    void (*adamw)(int64_t, const ck_adamw_arguments *, float *, const float *, float *, float *);
} ck_table;

extern const ck_table ck_table_baseline;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
#endif

#endif
